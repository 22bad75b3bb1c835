"""The section about notices, as the values that channels and verbs take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from seatkeeper.config.secrets import Secret
from seatkeeper.model.notice import NO_NOTICES, Chase, NoticeRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from seatkeeper.config.lookup import Lookup
    from seatkeeper.config.notices import Notices
    from seatkeeper.model.schedule import Switch

SHORTEST_KEY = 32
"""Characters of a key that signs links: nobody guesses 32 random ones."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What mail leaves by: a server, or a folder."""

    sender: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    host: str | None = None
    user: str | None = None
    password: Secret | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaves, and how. `told` is None where the file has no such section: nobody is told anything.

    `nag` is how long before the last day of a pin its owner is told.
    """

    told: Notices | None
    switch: Switch
    nag: timedelta
    lookup: Lookup = field(repr=False)

    def rules(self) -> NoticeRules:
        """Who is told what."""
        told = self.told
        if told is None:
            return NO_NOTICES
        return NoticeRules(
            switch=self.switch,
            admins=tuple(told.admins),
            address=told.address,
            language=told.language,
            default_language=told.default_language,
            domain=told.mail.sender.rpartition("@")[2] if told.mail else NO_NOTICES.domain,
            page=self.lookup.text(told.page, "notices", "page").rstrip("/") if told.page else None,
            valid=told.valid,
            quiet=told.quiet,
            ahead=told.ahead,
            nag=self.nag,
            chase=Chase(told.chase.every, told.chase.times) if told.chase else None,
            word=(told.word.over, told.word.wait) if told.word else None,
            digest=told.digest,
        )

    def mail(self) -> MailSettings | None:
        """How mail leaves; None where none does."""
        told = self.told.mail if self.told else None
        if told is None:
            return None

        def resolved(name: str) -> str | None:
            value = getattr(told, name)
            return self.lookup.text(value, "notices", "mail", name) if value is not None else None

        folder, password = resolved("folder"), told.password
        return MailSettings(
            sender=told.sender,
            port=told.port,
            tls=told.tls,
            host=resolved("host"),
            user=resolved("user"),
            password=None
            if password is None
            else self.lookup.secret(password, "notices", "mail", "password"),
            folder=self.lookup.folder / folder if folder is not None else None,
        )

    def channels(self) -> Mapping[str, Secret]:
        """The Apprise URL of each channel."""
        urls = self.told.channels if self.told else {}
        return {name: self.lookup.secret(url, "notices", "channels", name) for name, url in urls.items()}

    def page_key(self) -> Secret | None:
        """The key that signs links to status pages; None where there are none."""
        if self.told is None or self.told.key is None:
            return None
        key = self.lookup.secret(self.told.key, "notices", "key")
        if len(key.reveal()) < SHORTEST_KEY:
            raise self.lookup.document.refusal(
                ("notices", "key"), f"should hold at least {SHORTEST_KEY} random characters"
            )
        return key
