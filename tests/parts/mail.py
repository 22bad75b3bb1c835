"""A real mail server on loopback that keeps what it receives, and can be told to behave badly."""

import asyncio
import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.parts.servers import free_port


@dataclass
class Received:
    """One message as it arrived: who it is for by the envelope, and its words parsed."""

    to: str
    mail: EmailMessage

    def part(self, kind: str) -> str:
        """The plain or the html part as text."""
        found = self.mail.get_body((kind,))
        assert found is not None
        return str(found.get_content())


@dataclass
class MailServer:
    """Keeps every message; `refuse` maps an address, or ``*``, to the answer it gets instead."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    after_data: str = ""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take the address, or not."""
        if self.hang:
            await asyncio.sleep(self.hang)
        answer = self.refuse.get(address) or self.refuse.get("*")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # likewise
        """Keep the message; what is answered may still be a lie."""
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.received += [Received(to, parsed) for to in envelope.rcpt_tos]
        return self.after_data or "250 taken"

    def ids(self) -> list[str]:
        """The Message-ID of everything that arrived."""
        return [one.mail["Message-ID"] for one in self.received]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A server of this test's own."""
    kept = MailServer()
    kept.port = free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()
