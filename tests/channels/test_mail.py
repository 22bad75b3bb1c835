import re
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatkeeper.channels.mail import FolderChannel, SmtpChannel, compose
from seatkeeper.errors import NotSent
from seatkeeper.model.notice import Message
from tests.parts.mail import MailServer
from tests.parts.servers import free_port

SENDER = "seats@acme.example"
TO = "ana@acme.example"
AT = datetime(2026, 11, 27, 10, 2, tzinfo=UTC)


def message(**changes: object) -> Message:
    told = Message("n1@acme.example", None, AT, "Access", "Hello Ana\n", "<p>Hello Ana</p>")
    return told._replace(**changes)  # type: ignore[arg-type]  # each test names the field it is about


def by(server: MailServer, **changes: object) -> SmtpChannel:
    told = {"host": "127.0.0.1", "port": server.port, "tls": "none", "sender": SENDER, "timeout": 2.0}
    return SmtpChannel(**(told | changes))  # type: ignore[arg-type]  # likewise


def test_a_mail_has_its_own_id_its_thread_and_both_parts(mail_server: MailServer) -> None:
    """As a real server received it."""
    by(mail_server).send(message(answers="n0@acme.example"), TO)

    (arrived,) = mail_server.received
    assert arrived.to == arrived.mail["To"] == TO
    assert arrived.mail["Message-ID"] == "<n1@acme.example>"
    assert arrived.mail["In-Reply-To"] == arrived.mail["References"] == "<n0@acme.example>"
    assert arrived.part("plain").strip() == "Hello Ana"
    assert "<p>Hello Ana</p>" in arrived.part("html")
    assert arrived.mail["Auto-Submitted"] == "auto-generated"


def test_nothing_in_a_mail_reports_who_read_it() -> None:
    """No receipt is asked for, nothing is loaded from anywhere, and nothing names the software's version."""
    mail = compose(message(), SENDER, TO)

    tracking = {"Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "X-Mailer"}
    assert not tracking & set(mail.keys())
    assert not re.search(r"<(img|script|link|iframe)|src=|url\(", mail.as_string())


@pytest.mark.parametrize(
    "subject", ["Access\r\nBcc: eve@evil.example", "Access\nX: y", "Access\r\n\r\n<script>", "é" * 300]
)
def test_no_header_comes_in_with_a_subject(subject: str) -> None:
    """A line break in a name is no line break in a header."""
    written = compose(message(subject=subject), SENDER, TO)

    assert set(written.keys()) == set(compose(message(), SENDER, TO).keys())
    assert "Bcc" not in written


@pytest.mark.parametrize(
    "to",
    ["", "ana", "ana@acme.example, eve@evil.example", "ana@acme.example\r\nBcc: eve@evil.example", "<a@b>",
     "Ana <ana@acme.example>", "a b@c", "ana@acme.example;eve@evil.example", "añb@acme.example"],
)  # fmt: skip
def test_an_address_that_is_not_exactly_one_gets_nothing(to: str, mail_server: MailServer) -> None:
    """And it is not tried again, because it will not get better."""
    with pytest.raises(NotSent) as no:
        by(mail_server).send(message(), to)

    assert not no.value.again
    assert mail_server.received == []


@pytest.mark.parametrize(("answer", "again"), [("450 busy", True), ("550 nobody", False)])
def test_a_server_that_refuses_says_whether_to_try_again(
    answer: str,
    again: bool,  # noqa: FBT001  # pytest's parameter
    mail_server: MailServer,
) -> None:
    """A mailbox that is full is not one that is gone."""
    mail_server.refuse[TO] = answer
    with pytest.raises(NotSent) as no:
        by(mail_server).send(message(), TO)

    assert no.value.again is again
    assert TO not in no.value.what


def test_a_server_that_hangs_is_waited_for_a_bounded_time(mail_server: MailServer) -> None:
    """And is worth another try."""
    mail_server.hang = 5.0
    with pytest.raises(NotSent) as no:
        by(mail_server, timeout=0.2).send(message(), TO)

    assert no.value.again


def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    """Nothing listens on the port."""
    with pytest.raises(NotSent) as no:
        SmtpChannel("127.0.0.1", free_port(), "none", SENDER).send(message(), TO)

    assert no.value.again


def test_a_server_without_encryption_gets_nothing_where_it_was_asked_for(mail_server: MailServer) -> None:
    """No quiet fall back to plain text."""
    with pytest.raises(NotSent):
        by(mail_server, tls="starttls").send(message(), TO)

    assert mail_server.received == []


def test_a_port_that_talks_nonsense_is_no_traceback() -> None:
    """Whatever answers, the error has a name."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(NotSent):
            SmtpChannel("127.0.0.1", port, "none", SENDER, timeout=0.2).send(message(), TO)


def test_a_folder_keeps_one_file_for_a_message_sent_twice(tmp_path: Path) -> None:
    """So that a trial shows what a mail server would make of it."""
    channel = FolderChannel(tmp_path / "mailbox", SENDER)
    channel.send(message(), TO)
    channel.send(message(), TO)

    (file,) = (tmp_path / "mailbox").glob("*.eml")
    assert b"Message-ID: <n1@acme.example>" in file.read_bytes()
