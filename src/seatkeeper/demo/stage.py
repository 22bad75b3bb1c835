"""What the story is played on: a folder with a people database, keys, and a configuration."""

from __future__ import annotations

import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatkeeper.config.template import Starter, render
from seatkeeper.demo.people_db import write_database
from seatkeeper.errors import SeatkeeperError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatkeeper.demo.company import Company

CAST = ("ana@acme.example", "ben@acme.example", "chloe@acme.example")
"""Who proposes, who approves, and who could waive; each with a throw-away key."""

MAILBOX = "mailbox"
_SECTION = "# Who is told what, and how."
_NOTICES = (
    f"notices: {{mail: {{sender: seats@acme.example, folder: {MAILBOX}}}, admins: [{CAST[0]}], "
    "address: email}"
)
TELLING = (
    ("apply: {leave: propose, join: propose", "apply: {leave: propose, join: propose, notices: apply"),
    (_SECTION, f"{_NOTICES}\n{_SECTION}"),
    ('  leave: "0 6 * * *"\n  join: "0 7,13 * * *"\n', ""),
)
"""The edits by which people are told, in a folder that stands for their mailboxes, and nothing is due."""

VIEW = """
CREATE VIEW IF NOT EXISTS staff AS
SELECT id, name, email, github_login AS username, status, start_date, end_date, office, department, team_list
FROM people
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder, and where in it things are."""

    folder: Path

    @property
    def database(self) -> Path:
        """The people, in SQLite."""
        return self.folder / "people.db"

    def key(self, person: str) -> str:
        """The private key of one of the cast."""
        return str(self.folder / person.partition("@")[0])

    def load(self, company: Company, days: int) -> None:
        """Write the people as their record stood so many days ago."""
        write_database(f"sqlite:///{self.database}", company.earlier(days), company.loaded_at(days))
        with sqlite3.connect(self.database) as connection:
            connection.execute(VIEW)
        connection.close()

    def make_keys(self) -> None:
        """A key for each of the cast, and the file that says whose is whose."""
        lines = []
        for person in CAST:
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", self.key(person)]
            try:
                subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # fixed words and our own paths
            except (OSError, subprocess.CalledProcessError) as error:
                raise SeatkeeperError(
                    "ssh-keygen could not make a key.",
                    remedy="Install OpenSSH's ssh-keygen, then: seatkeeper demo",
                ) from error
            lines.append(f"{person} {Path(self.key(person) + '.pub').read_text(encoding='utf-8').strip()}")
        (self.folder / "approvers.allowed_signers").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def configure(self, name: str, starter: Starter, *edits: tuple[str, str]) -> Path:
        """Write a configuration, with some of its lines replaced."""
        text = render(starter)
        for old, new in edits:
            if old not in text:
                raise SeatkeeperError(f"The configuration has no line {old!r} to replace.")
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def starter(company: Company, url: str) -> Starter:
    """What the company's admin tells `seatkeeper init`."""
    return Starter(
        organization=company.organization.login,
        api=url,
        forge="acme",
        source="sqlite:///people.db",
        table="staff",
        login="username",
        teams="team_list",
        office="office",
        others=("name", "department"),
        keep=("active",),
        join="status = 'active' AND department IN ('eng', 'data')",
        zone="Europe/Madrid",
    )


def statuses(company: Company) -> tuple[Sequence[str], Mapping[str, str | None]]:
    """What the old script read: the logins that use a seat, and each person's status."""
    seats = [account.login for account in company.members()]
    known = {person.github_login: person.status for person in company.people if person.github_login}
    return seats, known
