"""The law of restore, tried on a world invented from a seed.

At every moment of the journal a shadow of the world is begun: what the world
would be if from then on our runs had only given. People's own edits happen in
both. Whatever happens, a restore of any moment comes to its shadow: all that our
runs took since is there, and every edit of a person is as they left it. Some
restores are carried out, killed anywhere and gone on with: the world is the shadow.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple, cast

from seatkeeper.forges.github.capabilities import GITHUB, SUSPENDING
from seatkeeper.forges.simulator.records import TeamRole
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import Grant, Resource, direct, signing_in, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, RunId, TeamId
from seatkeeper.model.plan import Plan
from tests.restoring.memory import MemoryForge, Mortal, WorldClock, journal
from tests.restoring.story import Story

TEAM_ROLES = ("member", "maintainer")
ROLES = ("read", "triage", "write", "maintain", "admin", "custom")
DAY = 86_400.0
TOGETHER = 2
"""Worlds that share a journal: so that organizations mix; no more, as each run walks the whole of it."""

SERVERS = 0.2
"""The part of the worlds that are servers of one's own, on which who leaves is suspended."""


class Killed(BaseException):
    """The process dies here."""


class Moment(NamedTuple):
    """A time, and what the world would hold now if our runs had only given since."""

    at: datetime
    shadow: set[Grant]

    def forget(self, one: AccountId, resource: Resource) -> None:
        """Nothing is held there any more."""
        self.shadow.difference_update(
            [g for g in self.shadow if (g.subject.id, g.resource) == (one, resource)]
        )


class Trial:
    """One invented world with its shadow."""

    def __init__(self, seed: int, store: SqlStore) -> None:
        self.chance = Random(seed)
        self.world = self._invent(seed)
        self.people = tuple(a for a, role in self.world.members.items() if role == "member")
        self.moments: list[Moment] = []
        self.runs: list[RunId] = []
        self.edited: set[Grant] = set()
        self.suspends = self.chance.random() < SERVERS
        self.forge = MemoryForge(self.world, SUSPENDING if self.suspends else GITHUB)
        self.store = Mortal(store)
        self.story = Story(self.forge, self.store, WorldClock(self.world))
        self.story.observe()
        self.mark()

    def mark(self) -> None:
        """From this moment on another shadow is kept."""
        self.world.advance(1.0)
        self.moments.append(Moment(self.world.now(), set(self.forge.grants())))

    def _invent(self, seed: int) -> World:
        chance = self.chance
        world = World("acme", str(1_000_000 + seed), base_role=chance.choice((None, "read")), seed=seed)
        world.reinstates = chance.choice(("role", "everything"))
        world.removal_takes_direct = chance.random() < 0.7
        world.reinstating_takes_teams = chance.random() < 0.7
        world.custom_role("custom", "write")
        for owner in ("ana", "ben"):
            world.member(world.account(owner), "owner")
        people = [world.member(world.account(f"m{n}")) for n in range(chance.randint(2, 4))]
        for n in range(chance.randint(1, 3)):
            world.team(f"t{n}", parent=chance.choice((None, *world.teams)))
        for n in range(chance.randint(1, 3)):
            world.repository(f"r{n}")
        for one in people:
            for team in world.teams:
                if chance.random() < 0.5:
                    world.place(one, team, cast("TeamRole", chance.choice(TEAM_ROLES)))
            for repository in world.repositories:
                if chance.random() < 0.5:
                    world.direct(one, repository, chance.choice(ROLES))
        return world

    def edit(self, *, only_gives: bool = False) -> None:
        """A person changes something of somebody who is a member now; the shadow changes alike."""
        members = [one for one in self.people if one in self.world.members]
        if not members:
            return
        one, takes = self.chance.choice(members), not only_gives and self.chance.random() < 0.4
        if self.suspends and self.chance.random() < 0.3:
            self._edit_suspension(one, takes=takes)
        elif self.chance.random() < 0.5:
            self._edit_team(one, self.chance.choice(tuple(self.world.teams)), takes=takes)
        else:
            self._edit_repository(one, self.chance.choice(tuple(self.world.repositories)), takes=takes)

    def _edit_suspension(self, one: AccountId, *, takes: bool) -> None:
        if (one in self.world.suspended) is takes:
            return
        active = signing_in(one, self.world.organization_id)
        if takes:
            self._forget(one, active.resource)
            self.world.suspended.add(one)
        else:
            self.world.suspended.discard(one)
            self._given(active)

    def _edit_team(self, one: AccountId, team: TeamId, *, takes: bool) -> None:
        role = cast("TeamRole", self.chance.choice(TEAM_ROLES))
        if self.world.teams[team].places.get(one) in ((None,) if takes else (role,)):
            return  # nothing would change, so nobody could ever tell
        self._forget(one, Resource("team", team))
        if takes:
            self.world.displace(one, team)
            return
        self.world.place(one, team, role)
        self._given(team_place(one, team, role))

    def _edit_repository(self, one: AccountId, repository: RepositoryId, *, takes: bool) -> None:
        role = self.chance.choice(ROLES)
        if self.world.repositories[repository].direct.get(one) in ((None,) if takes else (role,)):
            return
        self._forget(one, Resource("repository", repository))
        if takes:
            self.world.take_direct(one, repository)
            return
        self.world.direct(one, repository, role)
        self._given(direct(one, repository, role))

    def _forget(self, one: AccountId, resource: Resource) -> None:
        for moment in self.moments:
            moment.forget(one, resource)

    def _given(self, grant: Grant) -> None:
        self.edited.add(grant)
        self._forget(AccountId(grant.subject.id), grant.resource)
        for moment in self.moments:
            moment.shadow.add(grant)

    def run(self) -> None:
        """A run of ours takes everything from some, or one thing from somebody; it may be killed."""
        members = [o for o in self.people if o in self.world.members and o not in self.world.suspended]
        if not members:
            return
        if self.chance.random() < 0.6:
            chosen, only = self.chance.sample(members, self.chance.randint(1, len(members))), None
        else:
            chosen = [self.chance.choice(members)]
            parts = ("team", "repository")
            had = [g.resource for g in sorted(self.story.held(chosen[0])) if g.resource.kind in parts]
            only = [self.chance.choice(had)] if had else []
        plan = self.story.removal(chosen, only=only)
        self.story.sign(plan)
        if self.chance.random() < 0.3:
            self._arm()
        try:
            self.runs.append(self.story.go_on(plan).id)
        except Killed:
            self._disarm()
            if self.chance.random() < 0.5:
                self.story.follow()
        finally:
            self._disarm()

    def happen(self) -> None:
        """Some days of runs, edits and restores; every edit is observed, as one between readings can't be."""
        for _ in range(self.chance.randint(1, 5)):
            self.mark()
            luck = self.chance.random()
            if luck < 0.5:
                self.run()
                if self.chance.random() < 0.5:
                    self.story.observe()
            elif luck < 0.6:
                self.give_back(**self._some())
            else:
                self.story.observe()
                self.edit()
                self.story.observe()
            if self.chance.random() < 0.1:
                self.world.advance(self.chance.choice((1.0, 30.0, 91.0)) * DAY)

    def _some(self) -> dict[str, object]:
        """A part of what was taken: of one run, of one account, or since a moment."""
        runs = [run for run in self.runs if self.chance.random() < 0.5]
        one = self.world.accounts[self.chance.choice(self.people)].login
        since: dict[str, object] = {"at": self.chance.choice(self.moments).at}
        of_runs: dict[str, object] = {"runs": tuple(runs)} if runs else since
        of_one: dict[str, object] = {"accounts": (one,)}
        return self.chance.choice((of_runs, of_one, since))

    def give_back(self, **selection: object) -> None:
        """Restore, killed somewhere and gone on with, accepted, and followed to the end."""
        before = self.forge.grants()
        self.edited.clear()
        plan = self.story.restore(**selection).plan
        run = self._carried_out(plan)
        assert before <= self.forge.grants(), "a restore only gives"
        told = self.story.accounting(run)
        invited = {c.account for c in plan.changes if c.steps[0].invites}
        waiting = {line.grant.subject.id for line in told.lines if line.standing == "pending"}
        assert waiting == invited, "pending, not restored"
        self._retry(self.story.follow)
        self.story.accept(invited)
        if self.chance.random() < 0.3:
            self.edit(only_gives=True)
        self._retry(self.story.follow)
        self._retry(self.story.follow)
        assert not self.story.accounting(run).amounts()["pending"]
        brought = self.forge.grants() - before
        assert brought <= self.edited.union(*(change.gained for change in plan.changes)), "nothing else comes"
        assert brought <= self.moments[0].shadow, "and nothing that a person has changed since"
        for grant in brought:
            self._given(grant)

    def _carried_out(self, plan: Plan) -> RunId:
        self.story.sign(plan)
        self._arm()
        try:
            return self.story.go_on(plan).id
        except Killed:
            self._disarm()
            return self.story.run_of(plan) or self.story.go_on(plan).id
        finally:
            self._disarm()

    def _retry(self, act: Callable[[], object]) -> None:
        self._arm()
        try:
            act()
        except Killed:
            self._disarm()
            act()
            act()
        finally:
            self._disarm()

    def _arm(self) -> None:
        """Die at one of the next writes to forge or journal, just before or after it, or not at all."""
        left = self.chance.randint(1, 12)

        def die(*_what: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        where = self.chance.choice((self.forge, self.store))
        setattr(where, self.chance.choice(("before_write", "after_write")), die)

    def _disarm(self) -> None:
        for where in (self.forge, self.store):
            where.before_write = where.after_write = _live

    def check_moments(self) -> None:
        """What a restore of a moment comes to is its shadow, account by account."""
        for moment in self.moments:
            plan = self.story.restore(at=moment.at).plan
            gained = {change.account: change.gained for change in plan.changes}
            comes = {g for g in self.forge.grants() if g.subject.id in self.people}.union(*gained.values())
            wanted = {g for g in moment.shadow if g.subject.id in self.people}
            assert comes == wanted, f"{moment.at}: {_difference(comes, wanted)}"

    def check(self) -> None:
        """The world is the first shadow, nobody was invited twice, and restoring again has nothing to do."""
        first = self.moments[0]
        now = self.forge.grants()
        assert now == first.shadow, _difference(now, first.shadow)
        assert self.world.members.keys() >= set(self.people)
        assert self.story.restore(at=self.chance.choice(self.moments).at).plan.changes == ()
        assert not self.world.repository_invitations


def _live(*_what: object) -> None:
    """Nothing dies."""


def _difference(now: AbstractSet[Grant], wanted: AbstractSet[Grant]) -> str:
    return f"missing {sorted(wanted - now)}, too much {sorted(now - wanted)}"


def trials(seeds: Sequence[int], folder: Path) -> None:
    """A world of each seed, some of them in one journal; each journal verifies at the end."""
    for first in range(0, len(seeds), TOGETHER):
        place = folder / str(seeds[first])
        place.mkdir()
        with journal(place) as store:
            for seed in seeds[first : first + TOGETHER]:
                try:
                    trial(seed, store)
                except BaseException as error:
                    error.add_note(f"seed {seed}")
                    raise
            assert store.verify().verifies


def trial(seed: int, store: SqlStore) -> None:
    """One world from its beginning to its end."""
    one = Trial(seed, store)
    one.happen()
    one.check_moments()
    one.give_back(at=one.moments[0].at)
    one.check()
