"""Missing data is worked off: who is held since when, who is reminded, and that it ends by itself."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from random import Random

import pytest

from seatkeeper.demo.stage import Stage
from seatkeeper.workflow.holds import Held, holds
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import decide_on
from seatkeeper.workflow.recall import recall
from tests.parts.mail import MailServer, Received
from tests.workflow.approved import Approved
from tests.workflow.notified import OPS, Notified, notified

pytestmark = pytest.mark.slow

DAY, TIMES = 86_400, 2
CHASE = f"  chase: {{every: 7d, times: {TIMES}}}"
MANAGER = "boss@acme.example"
THE_STORY = "user3"
"""The one whose record says no status, as in the story."""


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    """Chases are set up, and the record says who manages whom."""
    config = story.folder / "seatkeeper.yaml"
    text = config.read_text("utf-8")
    text = text.replace("department FROM", "department, manager_email FROM")
    text = text.replace("    columns: ", "    columns:\n      manager_email: {role: manager}", 1)
    config.write_text(text, "utf-8")
    story.record("DROP VIEW staff")
    story.record("CREATE VIEW staff AS SELECT *, github_login AS username FROM people")
    story.record("UPDATE people SET manager_email = ?", MANAGER)
    with notified(story, mail_server, more=CHASE) as made:
        observe(made.office.desk)
        yield made


def held(company: Notified, login: str = THE_STORY) -> Held | None:
    """What the last observation holds of somebody."""
    desk, organization = company.office.desk, company.story.plan.organization
    seen = recall(desk, organization)
    decisions = decide_on(desk, seen)
    found = holds(desk, organization, seen, decisions.of("hold"))
    decisions.close()
    return next((one for one in found if one.decision.login == login), None)


def pass_days(company: Notified, *days: int) -> None:
    """After so many days, and again so many, both are read and the timer tells what is to be told."""
    for some in days:
        company.story.world.advance(some * DAY)
        observe(company.office.desk)
        company.tell_and_send()


def says(company: Notified, status: str | None, login: str = THE_STORY) -> None:
    """The record says this status, or none."""
    value = "NULL" if status is None else f"'{status}'"
    company.story.record(f"UPDATE people SET status = {value} WHERE github_login = ?", login)


def reminders(company: Notified, *, to: str | None = None, login: str = THE_STORY) -> list[Received]:
    """The mails that tell of somebody's missing data."""
    return [
        one
        for one in company.server.received
        if "lacks something" in one.mail["Subject"] and login in one.part("plain") and to in {None, one.to}
    ]


def test_a_hold_tells_its_column_its_record_and_since_when_across_restarts(company: Notified) -> None:
    """Since the first extract of those that have said so ever since, whoever looks and however often."""
    first = company.office.desk.store.extracts("people")[0].read_at
    told = held(company)
    assert told is not None
    assert told.decision.missing == ("status",)
    assert told.decision.person is not None
    assert (told.manager, told.since, told.reminded) == (MANAGER, first, 0)
    with company.story.reopened() as again:
        company.office = again.office
        assert held(company) == told


@pytest.mark.slow
def test_person_and_manager_are_reminded_at_the_pace_until_the_end_and_then_admins_once(
    company: Notified,
) -> None:
    """Seven days apart, twice; then a person has to look, and nobody else is written to."""
    pass_days(company, 1, 3, 5, 8, 8)
    by = Counter(one.to for one in reminders(company))

    assert by[MANAGER] == TIMES
    assert by[OPS] == 1
    assert sorted(by.values()) == [1, TIMES, TIMES]
    assert len({one.mail["Message-ID"] for one in reminders(company)}) == 2 * TIMES + 1
    told = held(company)
    assert told is not None
    assert (told.reminded, told.due) == (TIMES, None)
    sent = [p.notice.queued_at for p in company.outbox() if p.notice.word.kind == "held"]
    assert min(b - a for a, b in zip(sorted(set(sent)), sorted(set(sent))[1:], strict=False)) >= timedelta(7)


@pytest.mark.slow
def test_it_stops_by_itself_once_the_record_is_filled_and_a_later_hold_counts_anew(company: Notified) -> None:
    """Filled in, nobody is written to any more; emptied again later, it begins at one."""
    pass_days(company, 1)
    assert len(reminders(company, to=MANAGER)) == 1
    says(company, "active")
    pass_days(company, 8)
    assert len(reminders(company, to=MANAGER)) == 1
    assert held(company) is None
    says(company, None)
    pass_days(company, 1, 1)

    told = held(company)
    assert told is not None
    assert told.reminded == 1
    assert "reminder 1 of 2" in reminders(company, to=MANAGER)[-1].part("plain")


@pytest.mark.slow
def test_a_reminder_that_was_queued_is_not_sent_once_the_record_is_filled(company: Notified) -> None:
    """The mail server was down meanwhile."""
    company.server.refuse["*"] = "450 later"
    pass_days(company, 1)
    assert any(p.notice.word.kind == "held" for p in company.outbox())
    company.server.refuse.clear()
    says(company, "active")
    pass_days(company, 1)

    assert reminders(company) == []


@pytest.mark.slow
def test_one_reading_that_lacks_a_value_reminds_nobody_of_it(company: Notified) -> None:
    """A load that went wrong and was mended is no reason to write to everybody."""
    somebody = company.story.change("move").login
    says(company, None, somebody)
    observe(company.office.desk)
    company.tell_and_send()
    says(company, "active", somebody)
    pass_days(company, 1)

    assert reminders(company, login=somebody) == []


@pytest.mark.slow
def test_a_source_that_is_not_healthy_reminds_nobody(company: Notified) -> None:
    """What it lacks says nothing of any record."""
    company.story.record("DELETE FROM people WHERE github_login <> ? AND id > 'E10100'", THE_STORY)
    pass_days(company, 1)

    assert reminders(company) == []


@pytest.mark.slow
def test_nobody_is_reminded_unless_it_is_set_up(story: Approved, mail_server: MailServer) -> None:
    """No pace, no mail."""
    with notified(story, mail_server) as company:
        pass_days(company, 1)
        assert reminders(company) == []
        told = held(company)
        assert told is not None
        assert told.due is None


@pytest.mark.slow
def test_where_nobody_can_be_reached_admins_hear_at_once(company: Notified) -> None:
    """No address and no manager: waiting for an answer would be waiting for nobody."""
    company.story.record(
        "UPDATE people SET email = NULL, manager_email = NULL WHERE github_login = ?", THE_STORY
    )
    pass_days(company, 1, 8)

    assert [one.to for one in reminders(company)] == [OPS]


@pytest.mark.parametrize(
    ("seed", "acts"),
    [
        pytest.param(0, 7, marks=pytest.mark.slow),
        *(pytest.param(n, 40, marks=pytest.mark.nightly) for n in range(1, 20)),
    ],
)
def test_nobody_is_reminded_of_what_is_filled_in_and_never_too_often(
    seed: int, acts: int, company: Notified
) -> None:
    """Values come and go in whatever order, readings and mails too; judged by the record as it was read."""
    chance = Random(seed)
    logins = [THE_STORY, *(change.login for change in company.story.plan.changes if change.kind == "move")]
    logins += sorted(a.login for a in company.story.company.members())[:4]
    runs, counted = Counter[str](), Counter[tuple[str, int]]()
    empty = recorded_empty(company) & set(logins)
    for act in chance.choices(("empty", "fill", "read", "read", "read"), k=acts):
        if act != "read":
            says(company, None if act == "empty" else "active", chance.choice(logins))
            continue
        company.story.world.advance(chance.choice((3_600, DAY, 8 * DAY)))
        observe(company.office.desk)
        now = recorded_empty(company) & set(logins)
        runs.update(now - empty)
        empty = now
        before = len(company.server.received)
        company.tell_and_send()
        for mail in company.server.received[before:]:
            about = [one for one in logins if mail in reminders(company, login=f"({one})")]
            assert set(about) <= empty, f"{about} was filled in"
            counted.update((one, runs[one]) for one in about if mail.to == MANAGER)
    assert counted
    assert max(counted.values()) <= TIMES


def recorded_empty(company: Notified) -> set[str]:
    """Who has no status, by the record itself."""
    with closing(sqlite3.connect(Stage(company.story.folder).database)) as people:
        return {login for (login,) in people.execute("SELECT github_login FROM people WHERE status IS NULL")}
