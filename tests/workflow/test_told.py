"""What people are told is what is so: each mail against the simulator's truth at the moment it arrived."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from seatkeeper.demo.stage import Stage
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.ticket import admit
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.runs import load_run
from tests.parts.mail import MailServer, Received
from tests.workflow.approved import Approved
from tests.workflow.notified import KEY, Notified, notified

pytestmark = pytest.mark.slow

TEMPLATES = Path(__file__).parents[2] / "src" / "seatkeeper" / "templates"
CLAIMS = re.compile(
    r"\b(restored|restaurad\w+|back|"
    r"recover\w*|regain\w*|reinstat\w*|returned|recuper\w+|de vuelta|devuelt\w+|"
    r"repuest\w+|have (?:your )?access again|access again)\b",
    re.IGNORECASE,
)


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    with notified(story, mail_server) as made:
        yield made


def subjects(mails: list[Received]) -> list[str]:
    return [str(one.mail["Subject"]) for one in mails]


def test_a_leaver_is_told_what_was_taken_and_a_joiner_what_to_do(company: Notified) -> None:
    """Each by a mail of their own, with a link that opens their page and nobody else's."""
    leaver, joiner = company.story.change("leave"), company.story.change("join")
    company.story.apply()
    company.tell_and_send()

    (gone,) = company.mails(leaver)
    assert "was removed" in gone.mail["Subject"]
    assert leaver.login in gone.part("plain")
    (asked,) = company.mails(joiner)
    assert "accept your invitation" in asked.mail["Subject"]
    assert f"/orgs/{company.story.plan.organization.login}/invitation" in asked.part("plain")
    link = re.search(r"https://seats\.acme\.example/status/(\S+)", gone.part("plain"))
    assert link
    assert link[0] in gone.part("html")
    ticket = admit(KEY.encode(), link[1], company.office.desk.clock.now())
    assert ticket
    assert ticket.account == leaver.account


def test_told_again_and_again_everybody_gets_one_mail_an_event(company: Notified) -> None:
    """The timer runs every few minutes; the mailbox does not fill."""
    company.story.apply()
    for _ in range(3):
        company.tell_and_send()

    assert len(set(company.server.ids())) == len(company.server.received) > 3


def test_an_invitation_that_was_accepted_meanwhile_is_not_asked_for(company: Notified) -> None:
    """The journal does not know yet; the reading before the mail does."""
    joiner = company.story.change("join")
    company.story.apply()
    company.story.world.accept(joiner.account)
    company.tell_and_send()

    assert company.mails(joiner) == []


def test_what_was_overtaken_is_not_sent(company: Notified) -> None:
    """Queued while the mail server was down, and not true any more when it is there again."""
    joiner = company.story.change("join")
    company.story.apply()
    company.server.refuse["*"] = "450 later"
    company.tell_and_send()
    company.server.refuse.clear()
    company.story.world.accept(joiner.account)
    company.story.follow()
    company.story.world.advance(3_600)
    results = company.send()

    assert results["overtaken"] >= 1
    assert company.mails(joiner) == []


def test_a_forge_that_can_not_be_read_delays_only_what_needs_a_reading(company: Notified) -> None:
    """A leaver's word rests on the journal; a joiner's on a reading."""
    leaver, joiner = company.story.change("leave"), company.story.change("join")
    company.story.apply()
    company.story.world.faults.add("status", path="/graphql", times=0, status=404)
    company.story.world.faults.add("status", path="/user.*", times=0, status=404)
    company.story.world.faults.add("status", path="/orgs.*", times=0, status=404)
    company.tell_and_send()
    assert company.mails(joiner) == []
    assert company.mails(leaver) != []


@pytest.mark.parametrize(
    "file", sorted(TEMPLATES.glob("??/*.txt")), ids=lambda f: f"{f.parent.name}-{f.stem}"
)
def test_only_the_word_that_a_reading_confirmed_says_back(file: Path) -> None:
    """A search over every template of every language."""
    found = CLAIMS.findall(file.read_text("utf-8"))

    assert bool(found) == (file.stem == "back")


def test_every_language_has_every_word_that_people_are_told() -> None:
    """What goes to admins may stay in one language; what goes to a person is in theirs."""
    personal = {"leaving", "removed", "restoring", "invited", "back", "stuck", "held"}
    for folder in TEMPLATES.glob("??"):
        assert personal <= {file.stem for file in folder.glob("*.txt")}


def test_a_name_brings_neither_markup_nor_headers_nor_lines(company: Notified) -> None:
    """Anybody can choose their own name."""
    leaver = company.story.change("leave")
    company.story.apply()
    state = load_run(company.office.desk.store, company.story.run().id)
    assert state
    evil = 'Eve\r\nBcc: x@evil.example\n\n<img src=x onerror=alert(1)>\n- "https://evil.example/'
    from dataclasses import replace  # noqa: PLC0415  # only this test makes such a name

    from seatkeeper.model.ids import NoticeId  # noqa: PLC0415
    from seatkeeper.model.notice import NO_NOTICES, Notice, Word  # noqa: PLC0415
    from seatkeeper.workflow.situation import situations  # noqa: PLC0415
    from seatkeeper.workflow.tell import facts  # noqa: PLC0415
    from seatkeeper.workflow.wording import Setting, write  # noqa: PLC0415

    organization: Organization = company.story.plan.organization
    one = situations(company.office.desk, organization)[leaver.account]
    told = facts(company.office.desk, replace(one, change=replace(one.change, name=evil, login=evil)))
    word = Word("removed", "x", told, "person", ("a@acme.example",))
    notice = Notice(NoticeId("0" * 32), organization.id, company.office.desk.clock.now(), word)
    message = write(notice, told, Setting("acme", "UTC", NO_NOTICES), None)

    assert "\n" not in message.subject
    assert "\nBcc" not in message.text
    assert "<img" not in message.html
    assert 'href="https://evil' not in message.html


def ends(company: Notified, login: str, day: date | None) -> None:
    """The record is told, or no longer told, of somebody's last day, and read again."""
    with closing(sqlite3.connect(Stage(company.story.folder).database)) as people, people:
        told = (day.isoformat() if day else None, login)
        people.execute("UPDATE people SET end_date = ? WHERE github_login = ?", told)
    observe(company.office.desk)


def staying(company: Notified) -> tuple[str, str]:
    """Login and address of a member about whom the record and the plan say nothing."""
    members = {company.story.world.accounts[one].login for one in company.story.world.members}
    touched = {change.login for change in company.story.plan.changes}
    with closing(sqlite3.connect(Stage(company.story.folder).database)) as people:
        rows = people.execute(
            "SELECT github_login, email FROM people WHERE status = 'active' AND end_date IS NULL "
            "AND email IS NOT NULL AND start_date IS NOT NULL ORDER BY id"
        )
        return next((login, email) for login, email in rows if login in members - touched)


@pytest.mark.slow
def test_whose_last_day_is_near_is_told_ahead_and_once(company: Notified) -> None:
    """And not whose last day was taken back before the mail could leave: the server was down."""
    login, address = staying(company)
    near = company.office.desk.clock.now().date() + timedelta(days=3)
    ends(company, login, near)
    company.server.refuse["*"] = "451 later"
    company.tell_and_send()
    ends(company, login, None)
    company.server.refuse.clear()
    company.story.world.advance(7_200)
    company.tell_and_send()
    assert [m for m in company.server.received if m.to == address] == []

    ends(company, login, near + timedelta(days=1))
    for _ in range(2):
        company.tell_and_send()
    (mail,) = [m for m in company.server.received if m.to == address]
    assert str(near + timedelta(days=1)) in mail.part("plain")
