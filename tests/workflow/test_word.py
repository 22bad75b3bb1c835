"""The word before the act: admins hear how many are about to lose access, and may say no."""

from collections.abc import Callable, Iterator

import pytest

from seatkeeper.errors import Braked
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.runs import RunState
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import OPS, Notified, notified

WAIT = 20 * 60


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    with notified(story, mail_server, more="  word: {over: 1, wait: 20m}") as made:
        yield made


def carry_out(company: Notified, send: Callable[[], object]) -> RunState:
    story, office = company.story, company.office
    return apply(office.desk, office.writer, story.plan, story.digest, story.file, holder="run", send=send)


def test_admins_hear_how_many_and_whom_first_and_then_it_waits(company: Notified) -> None:
    """Not a step is sent before the time is over, and then the run goes on by itself."""
    story = company.story
    heard: list[float] = []

    def send() -> None:
        company.send()
        heard.append(story.world.now().timestamp())
        assert story.world.log.effects == []

    state = carry_out(company, send)
    (mail,) = company.server.received
    losing = [c for c in story.plan.changes if c.lost]
    assert mail.to == OPS
    assert f"{len(losing)} people are about to lose access" in mail.mail["Subject"]
    assert min(losing, key=lambda c: c.wave).login in mail.part("plain")
    first = min(s.intended for c in state.changes for s in c.steps if s.intended)
    assert first.timestamp() - heard[0] >= WAIT - 60
    assert story.world.log.effects != []


def test_a_veto_stops_it_before_the_first_step(company: Notified) -> None:
    """The veto is a brake like any other; released, the run goes on and asks nobody again."""
    story = company.story
    with pytest.raises(Braked):
        carry_out(company, story.stop)
    assert story.world.log.effects == []
    story.release()
    story.world.advance(WAIT)
    again: list[None] = []
    carry_out(company, lambda: again.append(None))
    assert (again, story.world.log.effects == []) == ([], False)


def test_a_server_that_is_down_delays_nothing_beyond_the_wait_and_the_word_is_not_sent_late(
    company: Notified,
) -> None:
    """Nobody is asked for a veto that would come too late."""
    company.server.refuse["*"] = "450 later"
    carry_out(company, company.send)
    company.server.refuse.clear()
    company.story.world.advance(3_600)
    company.send()
    assert not [one for one in company.server.received if "about to lose" in one.mail["Subject"]]


def test_few_people_and_nobody_who_loses_wait_for_nothing(story: Approved, mail_server: MailServer) -> None:
    """An ordinary day has no word."""
    with notified(story, mail_server, more="  word: {over: 50, wait: 20m}") as company:
        carry_out(company, lambda: pytest.fail("nobody is to be told"))


def test_admins_are_told_of_an_incident_once(company: Notified) -> None:
    """However often the timer runs."""
    from seatkeeper.workflow.incident import by_hand  # noqa: PLC0415  # only this test opens one

    by_hand(company.office.desk, company.story.plan.organization, "wrong rule", "chloe")
    for _ in range(2):
        company.tell_and_send()
    (mail,) = (one for one in company.server.received if one.to == OPS)
    assert "was opened" in mail.mail["Subject"]
    assert "wrong rule" in mail.part("plain")
