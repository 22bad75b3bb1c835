"""History's law: its account of any moment is what the store says of that moment."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.history import Asked, history, holdings
from tests.workflow.past_place import desk_at, observe

pytestmark = pytest.mark.slow

PEOPLE, THINGS = 3, 2
ROLES = ("read", "write", "admin")
UNREAD = (frozenset[str](), {"repositories"}, {"teams"}, {"members"}, {"teams", "repositories"})

deeds = st.lists(
    st.one_of(
        st.tuples(
            st.just("direct"), st.integers(0, PEOPLE - 1), st.integers(0, THINGS - 1), st.sampled_from(ROLES)
        ),
        st.tuples(st.just("bare"), st.integers(0, PEOPLE - 1), st.integers(0, THINGS - 1)),
        st.tuples(st.just("place"), st.integers(0, PEOPLE - 1), st.integers(0, THINGS - 1)),
        st.tuples(st.just("displace"), st.integers(0, PEOPLE - 1), st.integers(0, THINGS - 1)),
        st.tuples(st.just("flip"), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("rename"), st.integers(0, PEOPLE - 1), st.integers(0, 4)),
        st.tuples(st.just("look"), st.sampled_from(UNREAD)),
    ),
    min_size=1,
    max_size=25,
)


class Story:
    """A world in which things happen, and a desk that looks now and then."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.world = World("acme", "900")
        self.people = [self.world.member(self.world.account(f"person-{n}")) for n in range(PEOPLE)]
        self.teams = [self.world.team(f"team-{n}") for n in range(THINGS)]
        self.repositories = [self.world.repository(f"app-{n}") for n in range(THINGS)]
        self.moments = [self.world.now() - timedelta(hours=1)]
        self.look(frozenset())

    def look(self, unread: frozenset[str]) -> None:
        """Observe, and remember a moment before, at and after it."""
        self.world.advance(60)
        observe(self.desk, self.world, *unread)
        now = self.world.now()
        self.moments += [now - timedelta(seconds=1), now, now + timedelta(seconds=1)]

    def happen(self, deed: tuple[object, ...]) -> None:
        """One deed."""
        match deed:
            case ("direct", int(who), int(what), str(role)):
                self.world.direct(self.people[who], self.repositories[what], role)
            case ("bare", int(who), int(what)):
                self.world.take_direct(self.people[who], self.repositories[what])
            case ("place", int(who), int(what)):
                self.world.place(self.people[who], self.teams[what])
            case ("displace", int(who), int(what)):
                self.world.displace(self.people[who], self.teams[what])
            case ("flip", int(who)):
                self._flip(self.people[who])
            case ("rename", int(who), int(name)):
                if self.world.by_login(f"name-{name}") is None:
                    self.world.rename(self.people[who], f"name-{name}")
            case ("look", unread):
                self.look(frozenset(unread))  # type: ignore[call-overload]  # a set of names

    def _flip(self, person: AccountId) -> None:
        if person in self.world.members:
            self.world.remove_member(person)
        else:
            self.world.member(person)


@settings(max_examples=40)
@given(deeds)
def test_history_of_any_moment_is_the_store_s(happened: list[tuple[object, ...]]) -> None:
    """By the moment and by the spans, for everybody and one by one, whatever was read how incompletely."""
    with TemporaryDirectory() as folder, desk_at(Path(folder)) as desk:
        story = Story(desk)
        for deed in happened:
            story.happen(deed)
        story.look(frozenset())
        organization = story.world.organization()
        lines = history(desk, organization, Asked())
        for moment in story.moments:
            true = desk.store.grants_at(organization.id, moment)
            told = holdings(desk, organization, moment, Asked())
            spans = [
                x.grant
                for x in lines
                if x.since is not None and x.since <= moment and (x.until is None or x.until > moment)
            ]
            assert [x.grant for x in told] == sorted(true)
            assert sorted(spans) == sorted(true)
        for person in story.people:
            own = desk.store.grants_at(organization.id, story.world.now(), [person])
            told = holdings(desk, organization, story.world.now(), Asked(account=person))
            assert {x.grant for x in told} == own
