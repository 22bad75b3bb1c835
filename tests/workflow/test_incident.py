"""An incident stops who takes, lets giving go on, and tells its own story from the journal."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.errors import Braked, UsageError
from seatkeeper.journal.fold import brake
from seatkeeper.model.incident import Incident, IncidentRules
from seatkeeper.model.run import Draft, Entry, Scope
from seatkeeper.workflow.answer import answer
from seatkeeper.workflow.incident import by_hand, known, named
from seatkeeper.workflow.report import Report, report
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.takings import Selection
from seatkeeper.workflow.wording import written
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import Notified, notified

pytestmark = pytest.mark.slow

WRONG = "these <b>people</b> | have not left"


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    with notified(story, mail_server) as made:
        object.__setattr__(made.office.desk, "incidents", IncidentRules(mass=2, rate=80))
        yield made


def opened(story: Approved) -> Incident:
    return by_hand(story.office.desk, story.plan.organization, WRONG, "chloe")


def told(story: Approved) -> Report:
    desk = story.office.desk
    return report(desk, story.plan.organization, named(desk, story.plan.organization))


def figure(made: Report, what: str) -> str:
    (found,) = (one.value for one in made.figures if one.what == what)
    return found


def give_back(story: Approved) -> None:
    """Plan, sign and start the restore of everybody who lost something, whom the record would take again."""
    lost = tuple(change.login for change in story.plan.changes if change.lost)
    made = restore(story.office.desk, story.plan.organization, Selection(accounts=lost))
    story.sign(made.plan, made.digest)
    story.carry_out(made.plan, made.digest, made.file)


def test_an_incident_stops_a_run_that_takes_and_lets_joiners_and_restores_go_on(story: Approved) -> None:
    """Opened by hand after a wrong run: what it took is given back while nothing more is taken."""
    state = story.apply()
    made = opened(story)
    assert made.runs == (state.id,)
    give_back(story)
    assert {c.progressed for c in story.run().changes} <= {"pending", "confirmed"}
    joiner = story.change("join")
    story.world.accept(joiner.account)
    assert story.follow()[joiner.login].startswith("accepted")


def test_a_run_that_is_under_way_gives_on_and_takes_no_more(story: Approved) -> None:
    """The joiner of a mixed plan is let in after the incident was opened; nobody loses anything."""
    opened_at: list[Incident] = []

    def in_the_middle(*_: object) -> None:
        if not opened_at:
            opened_at.append(opened(story))

    with pytest.raises(Braked, match="on whatever takes access"):
        story.apply(before=in_the_middle)
    assert all(not grants for grants in (e.payload and e.payload.get("lost") for e in story.outcomes()))
    with pytest.raises(Braked):
        story.apply()


def test_an_invitation_is_not_withdrawn_while_nothing_is_taken(story: Approved) -> None:
    """Whoever the record turns against waits, and everybody else's return goes on."""
    joiner = story.change("join")
    story.apply()
    assert joiner.person
    opened(story)
    story.says(joiner.person, "inactive")
    assert "stays while nothing is taken" in story.follow()[joiner.login]
    assert joiner.account in {i.account for i in story.world.pending()}


@pytest.mark.parametrize(
    ("scopes", "holds"),
    [
        (["leaves"], "leaves"),
        (["all", "leaves"], "all"),
        (["leaves", "all"], "all"),
        (["all", None, "leaves"], "leaves"),
        (["leaves", None], None),
    ],
)
def test_a_brake_on_leaves_never_loosens_one_on_everything(
    scopes: Sequence[Scope | None], holds: Scope | None, story: Approved
) -> None:
    """A stop that was set stays until it is released; None stands for a release."""
    desk, organization = story.office.desk, story.plan.organization
    entries: list[Entry] = []
    for scope in scopes:
        draft = Draft("release" if scope is None else "brake", organization.id, {"scope": scope or ""})
        entries += desk.store.append([draft], desk.clock.now())
    found = brake(entries, desk.clock.now())
    assert (found.scope if found else None) == holds


def test_a_restore_of_many_is_an_incident_only_where_the_configuration_says_so(company: Notified) -> None:
    """Nobody is surprised by a brake; and a restore during an incident opens no second one."""
    story, desk = company.story, company.office.desk
    organization = story.plan.organization
    object.__setattr__(desk, "incidents", IncidentRules())
    story.apply()
    give_back(story)
    assert known(desk, organization) == ()


def test_a_mass_restore_opens_one_about_the_runs_that_took(company: Notified) -> None:
    """Its brake is set in the same breath as the restore starts."""
    story, desk = company.story, company.office.desk
    taking = story.apply()
    give_back(story)
    (one,) = known(desk, story.plan.organization)
    assert (one.cause, one.runs) == ("a mass restore", (taking.id,))
    assert "pending" in {c.progressed for c in story.run().changes}


def test_a_run_that_goes_wrong_opens_one_about_itself(story: Approved) -> None:
    """The circuit breaker: most of a wave undone."""
    for method in ("PUT", "POST", "DELETE"):
        story.world.faults.add("status", method=method, path="/org.*", times=0, status=422)
    with pytest.raises(Braked):
        story.apply()
    one = named(story.office.desk, story.plan.organization)
    assert (one.cause, one.runs) == ("the circuit breaker", (story.run().id,))


def test_its_report_adds_up_and_every_figure_links_to_entries_that_stand_in_it(company: Notified) -> None:
    """Facts are filled in, questions are marked, names are kept back, and nothing in a reason is markup."""
    story, desk = company.story, company.office.desk
    state = story.apply()
    company.tell_and_send()
    made = opened(story)
    gone = story.change("leave")
    give_back(story)
    story.world.advance(1_800)
    answer(desk, story.plan.organization, gone.account, "blocked", "release")
    story.world.accept(gone.account)
    story.follow()
    found = told(story)

    losing = {c.change.account for c in state.changes if c.change.lost}
    assert figure(found, "people who lost something") == str(len(losing))
    assert sum(found.grants.values()) == int(figure(found, "grants lost"))
    assert found.grants["confirmed"] > 0
    assert found.grants["pending"] > 0
    assert figure(found, "people with everything read back") == "2"
    assert found.responses.hour >= 1
    assert sum(found.responses) == len(losing)
    assert "EUR at 80 an hour" in figure(found, "cost")
    kept = {e.seq: e for e in desk.store.entries()}
    for suffix in (".md", ".html"):
        text = written(found, suffix, "UTC")
        links = {int(n) for n in re.findall(r"#entry-(\d+)", text)}
        anchors = {int(n) for n in re.findall(r'id="entry-(\d+)"', text)}
        assert made.seq in links <= anchors
        assert all(f"{kept[n].hash[:12]}" in text for n in anchors)
        assert "open" in text.casefold()
        assert "<b>people" not in text
        assert gone.login not in text
        assert not re.search(r"\b(restored|recovered|delivered)\b", text)
    assert "<svg" in written(found, ".html", "UTC")
    assert "█" in written(found, ".md", "UTC")


def test_who_lost_what_is_told_only_where_the_company_allows_names(company: Notified) -> None:
    """Then each with what they lost and the column of their answer."""
    story, desk = company.story, company.office.desk
    story.apply()
    opened(story)
    assert told(story).people == ()
    object.__setattr__(desk, "incidents", IncidentRules(names=True))
    gone = story.change("leave")
    (one,) = (p for p in told(story).people if p.login == gone.login)
    assert one.answered == "later or never"
    assert gone.login in written(told(story), ".md", "UTC")


def test_a_reply_that_an_admin_records_counts_at_its_own_time(story: Approved) -> None:
    """Somebody phoned within the hour, and it was written down the next day."""
    story.apply()
    opened(story)
    gone, at = story.change("leave"), story.office.desk.clock.now()
    story.world.advance(86_400)
    earlier = at + timedelta(minutes=9)
    answer(story.office.desk, story.plan.organization, gone.account, "reply", by="ana", at=earlier)
    assert told(story).responses.hour == 1


def test_a_release_is_refused_while_somebody_just_given_back_would_be_taken_again(story: Approved) -> None:
    """Nobody is brought in at noon and taken away at night; a pin settles it, and the rest is listed."""
    desk, organization = story.office.desk, story.plan.organization
    gone = story.change("leave")
    story.apply()
    opened(story)
    made = restore(desk, organization, Selection(accounts=(gone.login,)), keep_days=0)
    story.sign(made.plan, made.digest)
    story.carry_out(made.plan, made.digest, made.file)
    with pytest.raises(Braked, match="just given access back") as refused:
        story.release()
    assert gone.login in refused.value.arithmetic
    pin = {"kind": "keep", "account": gone.account, "owner": "ana", "reason": "r", "until": "2099-01-01"}
    desk.store.append([Draft("pin", organization.id, pin)], desk.clock.now())
    again = story.release().again
    assert gone.login not in again.logins
    assert named(desk, organization).closed is not None


def test_a_release_does_not_wait_for_a_record_that_can_not_be_read(story: Approved) -> None:
    """Then nobody can be taken either, and it says that nobody is known."""
    opened(story)
    (Path(story.folder) / "people.db").unlink()
    assert story.release().again.unread


def test_an_incident_about_a_run_that_never_was_is_refused(story: Approved) -> None:
    """A wrong name is no incident about nothing."""
    with pytest.raises(UsageError, match="has no run"):
        by_hand(story.office.desk, story.plan.organization, "x", "chloe", ("20260101T000000-0",))
    with pytest.raises(UsageError, match="no incident"):
        named(story.office.desk, story.plan.organization, 99)
