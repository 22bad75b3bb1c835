"""Reconstruction's law: log and answers together give exactly what was lost for good."""

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.forges.github.audit_log import read_audit_log
from seatkeeper.forges.simulator.audited import AuditedWorld
from seatkeeper.model.grants import Grant, Resource, Subject, diff
from seatkeeper.rules.answers import read_answers
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.reconstruct import Imported, take_in
from tests.perfect_reader import perfect_snapshot
from tests.workflow.past_place import desk_at, observe

pytestmark = pytest.mark.slow

PEOPLE, THINGS = 3, 2
who, what = st.integers(0, PEOPLE - 1), st.integers(0, THINGS - 1)

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("direct"), who, what, st.sampled_from(("read", "write", "admin"))),
        st.tuples(st.just("bare"), who, what),
        st.tuples(st.just("place"), who, what, st.sampled_from(("member", "maintainer"))),
        st.tuples(st.just("displace"), who, what),
        st.tuples(st.just("flip"), who),
    ),
    max_size=20,
)


class Story:
    """A world whose losses are written down twice: in its log, and here, by comparing what was there."""

    def __init__(self, *, tells_consequences: bool) -> None:
        self.world = AuditedWorld("acme", "900")
        self.world.tells_consequences = tells_consequences
        self.world.auditor = self.world.member(self.world.account("root"), "owner")
        self.people = [self.world.account(f"person-{n}") for n in range(PEOPLE)]
        self.teams = [self.world.team(f"team-{n}") for n in range(THINGS)]
        self.repositories = [self.world.repository(f"app-{n}") for n in range(THINGS)]
        self.lost: dict[tuple[Subject, Resource], Grant] = {}

    def happen(self, deed: tuple[object, ...]) -> None:
        """One deed, and what was lost by it."""
        self.world.advance(60)
        before = self.world.grants()
        self._do(deed)
        lost, gained = diff(before, self.world.grants())
        self.lost |= {(grant.subject, grant.resource): grant for grant in lost}
        for grant in gained:
            self.lost.pop((grant.subject, grant.resource), None)

    def _do(self, deed: tuple[object, ...]) -> None:
        world = self.world
        match deed:
            case ("direct", int(one), int(thing), str(role)):
                world.direct(self.people[one], self.repositories[thing], role)
            case ("bare", int(one), int(thing)):
                world.take_direct(self.people[one], self.repositories[thing])
            case ("place", int(one), int(thing), ("member" | "maintainer") as role):
                if self.people[one] in world.members:
                    world.place(self.people[one], self.teams[thing], role)
            case ("displace", int(one), int(thing)):
                world.displace(self.people[one], self.teams[thing])
            case ("flip", int(one)):
                if self.people[one] in world.members:
                    world.remove_member(self.people[one])
                else:
                    world.member(self.people[one])

    def answers(self) -> str:
        """What somebody who remembers everything would write."""
        names = perfect_snapshot(self.world).names()
        rows = [f"{g.subject.id},{g.resource.kind} {names[g.resource]},{g.role}" for g in self.lost.values()]
        return "\n".join(["account,resource,role", *rows])

    def take_in(self, desk: Desk, events: list[dict[str, object]], answers: str = "") -> Imported:
        """Import these events."""
        organization = self.world.organization()
        log = read_audit_log(json.dumps(events).encode(), organization)
        return take_in(desk, organization, log, read_answers(answers, "answers.csv"), "ana")


@settings(max_examples=50)
@given(happened=deeds, tells_consequences=st.booleans(), seed=st.integers(0, 9))
def test_log_and_answers_give_exactly_what_was_lost(
    *,
    happened: list[tuple[object, ...]],
    tells_consequences: bool,
    seed: int,
) -> None:
    """Without answers never more than that; with them all of it; whatever the order, and however often."""
    with TemporaryDirectory() as folder, desk_at(Path(folder)) as desk:
        story = Story(tells_consequences=tells_consequences)
        for deed in happened:
            story.happen(deed)
        story.world.advance(60)
        observe(desk, story.world)
        true = frozenset(story.lost.values())
        events = list(story.world.audit)
        Random(seed).shuffle(events)

        asked = story.take_in(desk, events)
        told = story.take_in(desk, story.world.audit, story.answers())
        head = desk.store.head()
        again = story.take_in(desk, events)

        assert frozenset(lost.grant for lost in asked.lost if lost.grant) <= true
        assert frozenset(lost.grant for lost in told.lost) == true
        assert again.lost == told.lost
        assert desk.store.head() == head
