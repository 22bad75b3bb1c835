"""Whose word counts: a stranger's is refused and noted, and a bad signature spoils nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.demo.stage import Stage
from seatkeeper.errors import ApprovalError
from seatkeeper.model.run import Draft, EntryKind
from seatkeeper.model.schedule import Work
from seatkeeper.workflow.admit import admit
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.brake import release
from seatkeeper.workflow.pinning import lift
from seatkeeper.workflow.standing import stand, stands_for
from tests.workflow.approved import Approved
from tests.workflow.place import ANA, BEN, CHLOE

pytestmark = pytest.mark.slow

LEAVE: tuple[Work, ...] = ("leave",)


def released(story: Approved, key: str) -> object:
    """Somebody stopped, and somebody lets go again."""
    story.stop()
    return release(story.office.desk, story.plan.organization, "looked at", key)


def lifted(story: Approved, key: str) -> object:
    """A run pinned somebody out, and somebody lets them in again."""
    desk, organization = story.office.desk, story.plan.organization
    one = story.change("leave").account
    said = {"kind": "out", "account": one, "owner": ANA, "reason": "breach", "until": "9999-12-31"}
    desk.store.append([Draft("pin", organization.id, said, run="r")], story.world.now())
    try:
        return lift(desk, organization, one, "looked at", key)
    finally:
        assert [pin.account_id for pin in desk.pins(organization)] == [one]


SAYS: dict[str, Callable[[Approved, str], object]] = {
    "propose": lambda story, key: propose(story.office.desk, story.plan, story.digest, key),
    "approve": lambda story, key: approve(story.office.desk, story.plan, story.digest, key),
    "standing": lambda story, key: stand(story.office.desk, story.plan.organization, LEAVE, key),
    "release": released,
    "lift": lifted,
}


def refusals(story: Approved) -> list[dict[str, object]]:
    """What the journal tells of everything that was refused."""
    return [dict(e.payload) for e in story.office.desk.store.entries(kinds={"refusal"}) if e.payload]


def spoiled(story: Approved, kind: EntryKind, **fields: object) -> None:
    """The last entry of this kind is journaled again with something else in it."""
    store = story.office.desk.store
    last = list(store.entries(kinds={kind}, organization=story.plan.organization.id))[-1]
    store.append([Draft(kind, last.organization, dict(last.payload or {}) | fields)], story.world.now())


@pytest.mark.parametrize("what", sorted(SAYS))
def test_a_strangers_key_leaves_an_entry(what: str, story: Approved, tmp_path: Path) -> None:
    """Whatever they tried to say: that it was tried, and why it was refused."""
    stranger = Stage(tmp_path / "mallory")
    stranger.folder.mkdir()
    stranger.make_keys()

    with pytest.raises(ApprovalError, match="approvers file does not name"):
        SAYS[what](story, stranger.key(BEN))

    (told,) = refusals(story)
    assert told["what"] == what
    assert "approvers file does not name" in str(told["why"])


@pytest.mark.parametrize(
    "fields",
    [
        {"signature": ""},
        {"signature": "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"},
        {"person": CHLOE},
        {"expires": "2099-01-01T00:00:00+00:00"},
    ],
    ids=["without a signature", "with junk for one", "in another's name", "prolonged"],
)
def test_a_badly_signed_approval_is_noted_and_spoils_no_other(
    fields: dict[str, object], story: Approved
) -> None:
    """Ben's true word for the same changes is enough, and the bad one counts for nothing."""
    spoiled(story, "approval", **fields)

    run = story.apply()

    assert {c.progressed for c in run.changes} <= {"confirmed", "pending"}
    started = list(story.office.desk.store.entries(kinds={"run-started"}))[-1].payload or {}
    assert started["approvers"] == [BEN]
    assert [told["what"] for told in refusals(story)] == ["signature"]


def test_an_entry_that_is_no_word_of_anybody_is_noted_once_and_ignored(story: Approved) -> None:
    """However it came into the journal: no traceback, and nobody's true word counts less for it."""
    desk, now = story.office.desk, story.world.now()
    last = list(desk.store.entries(kinds={"approval"}, organization=story.plan.organization.id))[-1]
    whole = dict(last.payload or {})
    broken: list[tuple[EntryKind, dict[str, object]]] = [
        ("approval", {"person": BEN}),
        ("approval", whole | {"changes": None}),
        ("approval", whole | {"expires": "tomorrow"}),
        ("approval", whole | {"expires": "2099-01-01T00:00:00"}),
        ("waiver", whole | {"waives": 7}),
        ("proposal", {"plan": story.digest}),
        ("standing", {"works": ["leave"]}),
    ]
    for seconds, (kind, told) in enumerate(broken):
        draft = Draft(kind, story.plan.organization.id, told)
        desk.store.append([draft], now - timedelta(seconds=seconds))

    for _ in range(2):
        assert admit(desk, story.plan, story.digest).approvers == (BEN,)
        with pytest.raises(ApprovalError, match="Nobody has approved this policy's leave"):
            stands_for(desk, replace(story.plan, verdicts=()), "leave")

    assert [(no["what"], no["person"]) for no in refusals(story)] == [("signature", "")] * len(broken)


def test_a_badly_signed_approval_alone_approves_nothing_and_says_why(story: Approved) -> None:
    """Once Ben's own is over, what was prolonged in his name is no approval, and the refusal tells of it."""
    spoiled(story, "approval", expires="2099-01-01T00:00:00+00:00")
    story.world.advance(timedelta(days=6).total_seconds())

    with pytest.raises(ApprovalError, match="not approved") as refused:
        story.apply()

    assert "1 in the journal not believed: what the journal says was approved" in (
        refused.value.arithmetic or ""
    )
    assert not story.world.log.writes()


def test_a_bad_word_about_other_changes_is_not_even_asked(story: Approved) -> None:
    """Another plan's approval, however it is signed, is no affair of this one."""
    spoiled(story, "approval", plan="0" * 64, changes=["0" * 64], signature="")

    story.apply()

    assert not refusals(story)


def test_a_proposal_in_another_s_name_does_not_free_its_proposer(story: Approved) -> None:
    """Ana can't approve what she proposed by putting Chloe's name to it."""
    spoiled(story, "proposal", person=CHLOE)
    desk = story.office.desk

    with pytest.raises(ApprovalError, match=f"{ANA} proposed this plan"):
        approve(desk, story.plan, story.digest, Stage(story.folder).key(ANA))

    assert [told["what"] for told in refusals(story)] == ["signature", "approve"]


def test_a_badly_signed_standing_approval_spoils_no_other(story: Approved) -> None:
    """The true one before it stands; without one nobody has approved, and it is said why."""
    desk = story.office.desk
    small = replace(story.plan, verdicts=())
    true = stand(desk, story.plan.organization, LEAVE, Stage(story.folder).key(BEN))
    spoiled(story, "standing", person=CHLOE)

    assert stands_for(desk, small, "leave").person == true.person == BEN
    with pytest.raises(ApprovalError, match="Nobody has approved this policy's join"):
        stands_for(desk, replace(small, changes=()), "join")
    spoiled(story, "standing", works=["join"], signature="")
    with pytest.raises(ApprovalError, match="Nobody has approved this policy's join") as refused:
        stands_for(desk, replace(small, changes=()), "join")
    assert "1 in the journal not believed" in (refused.value.arithmetic or "")
