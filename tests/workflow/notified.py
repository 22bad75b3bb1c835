"""An approved plan in a company that tells its people: what notices are tested with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from seatkeeper.bootstrap import Office, open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.stage import Stage
from seatkeeper.model.notice import Posted
from seatkeeper.model.plan import Change
from seatkeeper.workflow.post import posted, send_due
from seatkeeper.workflow.tell import tell
from tests.parts.mail import MailServer, Received
from tests.workflow.approved import Approved

OPS = "ops@acme.example"
KEY = "k" * 40
SWITCHES = "apply: {leave: propose, join: propose"

SECTION = """
notices:
  mail: {{sender: seats@acme.example, host: 127.0.0.1, port: {port}, tls: none}}
  admins: [{admins}]
  address: email
  page: https://seats.acme.example
  key: "${{STATUS_KEY}}"
{more}
"""


def configure(
    story: Approved, port: int, *, switch: str = "apply", admins: str = OPS, more: str = ""
) -> None:
    """Give the story's configuration a section about notices."""
    config = story.folder / "seatkeeper.yaml"
    text = config.read_text("utf-8")
    assert SWITCHES in text
    text = text.replace(SWITCHES, f"{SWITCHES}, notices: {switch}")
    config.write_text(text + SECTION.format(port=port, admins=admins, more=more), "utf-8")


@dataclass
class Notified:
    """A story whose people are told. Verbs read like the story they tell."""

    story: Approved
    office: Office
    server: MailServer

    def tell(self) -> int:
        """Queue what is to be told."""
        return tell(self.office.desk, self.story.plan.organization)

    def send(self) -> dict[str, int]:
        """Send what is due."""
        organization = self.story.plan.organization
        sent = send_due(self.office.desk, organization, self.office.post, holder="test")
        return {str(result): count for result, count in sent.items()}

    def tell_and_send(self) -> dict[str, int]:
        """As the timer does."""
        self.tell()
        return self.send()

    def outbox(self) -> tuple[Posted, ...]:
        """Every notice."""
        return posted(self.office.desk, self.story.plan.organization)

    def address(self, change: Change) -> str:
        """Where the person of a change is reached."""
        with closing(sqlite3.connect(Stage(self.story.folder).database)) as people:
            row = people.execute("SELECT email FROM people WHERE id = ?", (change.person,)).fetchone()
        return str(row[0])

    def mails(self, change: Change) -> list[Received]:
        """What the person of a change received, in order."""
        return [one for one in self.server.received if one.to == self.address(change)]


@contextmanager
def notified(story: Approved, server: MailServer, **told: str) -> Iterator[Notified]:
    """The story with notices configured, through a new process's eyes."""
    configure(story, server.port, **told)
    with open_office(
        story.folder / "seatkeeper.yaml", {**story.environ, "STATUS_KEY": KEY}, Silent()
    ) as office:
        story.office = office
        yield Notified(story, office, server)
