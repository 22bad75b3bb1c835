"""The local mailbox of the story, and whether each sentence in it was true when it arrived.

Judged by the simulated world alone: what a mail lists is looked for in what its account truly holds, so that
nothing that the product believes about itself can make a sentence true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import EmailMessage
    from pathlib import Path

    from seatkeeper.forges.simulator.world import World
    from seatkeeper.model.ids import AccountId

ACCOUNT = re.compile(r"your account (\S+)")
LISTED = re.compile(r"^- .*?: (.+)$", re.MULTILINE)
REMOVED, INVITED, BACK, WITHOUT = "was removed", "accept your invitation", "is back", "is being prepared"


@dataclass
class Mailbox:
    """Every mail that arrived in the folder, and how many of their claims were more than the truth."""

    folder: Path
    world: World
    sent: int = 0
    untrue: int = 0
    last: EmailMessage | None = None
    _seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Judge what arrived since the last look; nothing may have changed in the world in between."""
        held = self._held()
        for file in sorted(self.folder.glob("*.eml")):
            if file.name in self._seen:
                continue
            self._seen.add(file.name)
            self.last = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
            self.sent += 1
            self.untrue += sum(not true for true in self._claims(self.last, held))

    def _claims(self, mail: EmailMessage, truth: Mapping[str, set[str]]) -> Iterator[bool]:
        """Whether each thing that the mail says of its account is so; what speaks of nobody says nothing."""
        part = mail.get_body(("plain",))
        text = "\n".join(str(part.get_content()).splitlines()) if part is not None else ""
        subject, named = str(mail["Subject"]), ACCOUNT.search(text)
        if named is None:
            return
        account = self._account(named[1].rstrip(":,."))
        inside, held = account in self.world.members, truth.get(str(account), set())
        listed = [one for line in LISTED.findall(text) for one in line.split(", ")]
        if REMOVED in subject:
            yield from (one not in held for one in listed)
        elif INVITED in subject:
            yield not inside and account in {one.account for one in self.world.pending()}
        elif BACK in subject:
            yield inside
            yield from (one in held for one in listed)
        elif WITHOUT in subject:
            yield not inside

    def _account(self, login: str) -> AccountId | None:
        accounts = self.world.accounts.values()
        return next((a.id for a in accounts if a.login.casefold() == login.casefold()), None)

    def _held(self) -> Mapping[str, set[str]]:
        """What each account truly holds, as a mail would list it."""
        world = self.world
        names: dict[tuple[str, str], str] = {
            ("organization", world.organization_id): world.organization_login,
            **{("team", one.id): one.slug for one in world.teams.values()},
            **{("repository", one.id): one.name for one in world.repositories.values()},
        }
        found: dict[str, set[str]] = {}
        for grant in world.grants():
            found.setdefault(grant.subject.id, set()).add(f"{names[grant.resource]} ({grant.role})")
        return found
