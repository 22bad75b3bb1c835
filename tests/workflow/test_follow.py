"""Following: who accepts gets the rest once today's data agrees; who does not is told, and asked once."""

from typing import Any

import pytest

from seatkeeper.errors import Uncertain
from seatkeeper.model.grants import Resource
from seatkeeper.model.plan import Change
from tests.workflow.approved import Approved

pytestmark = pytest.mark.slow

DAY = 86_400


@pytest.fixture
def joiner(story: Approved) -> Change:
    """Everything was applied, and one person has an invitation."""
    story.apply()
    change = story.change("join")
    assert story.of(change).progressed == "pending"
    return change


def invitations(story: Approved, change: Change) -> int:
    return len(story.effects(change.account, "invitation"))


def accept(story: Approved, change: Change) -> None:
    with story.world.lock:
        story.world.accept(change.account)


def test_nobody_answers_and_nothing_happens(story: Approved, joiner: Change) -> None:
    """It is told on whom it waits and until when, as often as it is asked."""
    for _ in range(3):
        assert story.follow()[joiner.login].startswith(f"pending on {joiner.login}, until ")
    assert invitations(story, joiner) == 1


def test_who_accepts_has_everything_and_only_then_it_is_told(story: Approved, joiner: Change) -> None:
    """The change is confirmed by a reading, and following again finds nothing."""
    accept(story, joiner)

    assert story.follow()[joiner.login].startswith("accepted: ")
    assert story.of(joiner).progressed == "confirmed"
    assert joiner.after <= story.held(joiner.account)
    assert story.follow() == {}


@pytest.mark.parametrize(
    ("answer", "told"), [("expired", "is gone and was not accepted"), ("declined", "is gone and was not")]
)
def test_an_invitation_that_came_to_nothing_is_told_and_not_sent_again(
    story: Approved, joiner: Change, answer: str, told: str
) -> None:
    """One invitation a decision; whether to ask again is for the next plan."""
    if answer == "expired":
        story.world.advance(8 * DAY)
    else:
        with story.world.lock:
            story.world.decline(joiner.account)

    assert told in story.follow()[joiner.login]
    assert story.of(joiner).progressed == "refused"
    assert story.follow() == {}
    assert invitations(story, joiner) == 1


def test_the_invitation_of_somebody_who_has_left_is_withdrawn(story: Approved, joiner: Change) -> None:
    """The record says inactive by now: nobody who is leaving is let in."""
    story.says(str(joiner.person), "inactive")

    assert story.follow()[joiner.login].startswith("invitation withdrawn: ")
    assert len(story.effects(joiner.account, "invitation-cancelled")) == 1
    assert story.of(joiner).progressed == "refused"
    assert story.follow() == {}


def test_the_invitation_of_somebody_pinned_out_is_withdrawn(story: Approved, joiner: Change) -> None:
    """A pin that was written after the invitation went out."""
    story.pin(joiner.login, "out")

    with story.reopened() as later:
        assert later.follow()[joiner.login].startswith("invitation withdrawn: ")
    assert len(story.effects(joiner.account, "invitation-cancelled")) == 1


def test_who_accepted_before_leaving_is_given_nothing_more(story: Approved, joiner: Change) -> None:
    """They are in, so it is not called "not let in"; the next plan takes it from there."""
    accept(story, joiner)
    held = story.held(joiner.account)
    story.says(str(joiner.person), "inactive")

    told = story.follow()[joiner.login]

    assert told.startswith("had accepted before; nothing more is given")
    assert story.held(joiner.account) == held


@pytest.mark.parametrize("status", ["", "sabbatical"])
def test_an_uncertain_record_neither_lets_in_nor_takes_back(
    story: Approved, joiner: Change, status: str
) -> None:
    """Missing is not inactive: the invitation stays open, and it is looked at again."""
    story.says(str(joiner.person), status)

    assert "nothing more is given for now" in story.follow()[joiner.login]
    assert story.of(joiner).progressed == "pending"
    assert story.effects(joiner.account, "invitation-cancelled") == []

    story.says(str(joiner.person), "active")
    accept(story, joiner)
    assert story.follow()[joiner.login].startswith("accepted: ")


def test_a_broken_extract_takes_no_invitation_back(story: Approved, joiner: Change) -> None:
    """Half the record is missing, the joiner among them: an incomplete reading costs nobody anything."""
    story.record("DELETE FROM people WHERE id >= ?", str(joiner.person))

    assert "nothing more is given for now" in story.follow()[joiner.login]
    assert story.effects(joiner.account, "invitation-cancelled") == []


def test_an_owner_by_now_is_not_made_a_member_again(story: Approved, joiner: Change) -> None:
    """Somebody promoted the newcomer: giving a membership would take the greater role away."""
    accept(story, joiner)
    with story.world.lock:
        story.world.member(joiner.account, "owner")

    story.follow()

    organization = Resource("organization", story.plan.organization.id)
    roles = {g.role for g in story.held(joiner.account) if g.resource == organization}
    assert roles == {"owner"}
    assert story.of(joiner).progressed == "drifted"


def test_a_withdrawal_that_comes_too_late_is_told_as_that(story: Approved, joiner: Change) -> None:
    """The person accepts in the moment between: nobody claims the invitation was withdrawn."""
    story.says(str(joiner.person), "inactive")
    plainly = story.office.writer.send

    def late(*given: Any) -> None:
        accept(story, joiner)
        plainly(*given)

    story.office.writer.send = late  # type: ignore[method-assign, assignment]

    assert "could not be withdrawn" in story.follow()[joiner.login]
    assert "had accepted before" in story.follow()[joiner.login]
    assert story.effects(joiner.account, "invitation-cancelled") == []


def test_a_withdrawal_of_unknown_fate_is_not_sent_again(story: Approved, joiner: Change) -> None:
    """The forge did it and hung up: that is read, and one mail went out."""
    story.says(str(joiner.person), "inactive")
    story.world.faults.add("reset-after", method="DELETE", path=".*/invitations/.*")

    assert story.follow()[joiner.login].startswith("invitation withdrawn: ")
    assert len(story.effects(joiner.account, "invitation-cancelled")) == 1


def test_one_account_that_cannot_be_read_is_alone_with_it(story: Approved, joiner: Change) -> None:
    """The others go on, and that one is looked at again next time."""
    reader = story.office.desk.reader
    plainly = reader.accounts

    def picky(targets: Any) -> Any:
        if any(t.account == joiner.account for t in targets):
            raise Uncertain("an answer that makes no sense")
        return plainly(targets)

    reader.accounts = picky  # type: ignore[method-assign]

    news = story.follow()

    assert news[joiner.login].startswith("could not be read")
    assert story.of(joiner).progressed == "pending"
