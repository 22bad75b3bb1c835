"""Whatever is observed, whole or not, the store says what a plain model says, for every time."""

import tempfile
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from seatkeeper.journal.store import open_store
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_grant, team_place
from seatkeeper.model.ids import AccountId, Digest, RepositoryId, TeamId
from tests.journal.builders import ACME, START, at, coverage, snapshot

ACCOUNTS, TEAMS, REPOSITORIES = ("7", "8", "9"), ("5", "7"), ("7", "9")

# Ids of different kinds overlap on purpose.
POSSIBLE = [
    *(membership(AccountId(a), ACME, role) for a in ACCOUNTS for role in ("member", "owner")),
    *(
        team_place(AccountId(a), TeamId(t), role)
        for a in ACCOUNTS
        for t in TEAMS
        for role in ("member", "maintainer")
    ),
    *(
        direct(AccountId(a), RepositoryId(r), role)
        for a in ACCOUNTS
        for r in REPOSITORIES
        for role in ("read", "admin")
    ),
    *(
        team_grant(TeamId(t), RepositoryId(r), role)
        for t in TEAMS
        for r in REPOSITORIES
        for role in ("read", "admin")
    ),
]
RESOURCES = [*(Resource("team", t) for t in TEAMS), *(Resource("repository", r) for r in REPOSITORIES)]

ORGANIZATIONS = (ACME, "2")


def stays(grant: Grant, not_whole: frozenset[str], unreadable: frozenset[Resource]) -> bool:
    """Whether a grant that a reading did not show is not proved gone, said as plainly as it can be."""
    if grant.resource.kind == "organization":
        return "members" in not_whole
    if grant.resource.kind == "team":
        return "teams" in not_whole or grant.resource in unreadable
    if grant.subject.kind == "account":
        return "repositories" in not_whole or grant.resource in unreadable
    holder = Resource("team", grant.subject.id)
    return bool({"teams", "repositories"} & not_whole or {holder, grant.resource} & unreadable)


class Observations(RuleBasedStateMachine):
    """Observations of two organizations, against a list of whole sets."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(f"sqlite:///{self.folder.name}/store.db")
        self.hour = 0
        self.model: dict[str, list[tuple[int, frozenset[Grant]]]] = {
            o: [(-1, frozenset())] for o in ORGANIZATIONS
        }

    @rule(
        organization=st.sampled_from(ORGANIZATIONS),
        shown=st.frozensets(st.sampled_from(POSSIBLE)),
        not_whole=st.one_of(
            st.just(frozenset[str]()),
            st.frozensets(st.sampled_from(("members", "teams", "repositories", "outside"))),
        ),
        unreadable=st.one_of(st.just(frozenset[Resource]()), st.frozensets(st.sampled_from(RESOURCES))),
        pause=st.integers(1, 3),
    )
    def observe(
        self,
        organization: str,
        shown: frozenset[Grant],
        not_whole: frozenset[str],
        unreadable: frozenset[Resource],
        pause: int,
    ) -> None:
        self.hour += pause
        before = self.model[organization][-1][1]
        kept = {grant for grant in before - shown if stays(grant, not_whole, unreadable)}
        self.model[organization].append((self.hour, shown | kept))
        covered = coverage(not_whole, unreadable)
        self.store.observe(
            snapshot(self.hour, shown, covered=covered, organization=organization), Digest("0" * 64)
        )

    @rule()
    def open_again(self) -> None:
        """Nothing is only in memory."""
        self.store.close()
        self.store = open_store(f"sqlite:///{self.folder.name}/store.db")

    @rule(
        organization=st.sampled_from(ORGANIZATIONS), account=st.sampled_from(ACCOUNTS), back=st.integers(0, 5)
    )
    def ask_about_one(self, organization: str, account: str, back: int) -> None:
        moment = max(self.hour - back, 0)
        (held,) = [held for hour, held in self.model[organization] if hour <= moment][-1:]
        own = frozenset(grant for grant in held if grant.subject == ("account", account))
        assert self.store.grants_at(organization, at(moment), [AccountId(account)]) == own

    @rule(
        organization=st.sampled_from(ORGANIZATIONS),
        things=st.sets(st.sampled_from([Resource("organization", ACME), *RESOURCES])),
        back=st.integers(0, 5),
    )
    def ask_who_holds_and_how_many(self, organization: str, things: set[Resource], back: int) -> None:
        moment = max(self.hour - back, 0)
        (held,) = [held for hour, held in self.model[organization] if hour <= moment][-1:]
        told = self.store.held_on(organization, at(moment), things)
        amounts = self.store.placed(organization, at(moment), things)
        for thing in things:
            on = {grant for grant in held if grant.resource == thing}
            people = {grant for grant in on if grant.subject.kind == "account"}
            shown = told.get(thing, {})
            assert shown.keys() == {grant.subject.id for grant in people}
            assert shown.items() <= {(grant.subject.id, grant.role) for grant in people}
            assert amounts.get(thing, 0) == len({grant.subject for grant in on})

    @invariant()
    def every_time_is_as_the_model_says(self) -> None:
        for organization, states in getattr(self, "model", {}).items():
            for (hour, held), (following, _) in zip(
                states, [*states[1:], (self.hour + 2, frozenset())], strict=True
            ):
                assert self.store.grants_at(organization, at(hour)) == held
                just_before = at(following) - timedelta(microseconds=1)
                assert self.store.grants_at(organization, just_before) == held

    @invariant()
    def spans_of_one_grant_never_overlap(self) -> None:
        for organization in ORGANIZATIONS if hasattr(self, "store") else ():
            ends: dict[Grant, Any] = {}
            for span in self.store.history(organization):
                assert ends.get(span.grant, START) is not None
                assert span.since >= ends.get(span.grant, START)
                assert span.until is None or span.until > span.since
                ends[span.grant] = span.until

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.store.verify().verifies
            self.store.close()
            self.folder.cleanup()


Observations.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestObservations = Observations.TestCase
