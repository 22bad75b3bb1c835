"""The law of restore, tried on a world invented from a seed.

A shadow is kept of what the world would be if our runs had never taken
anything: people's own edits happen in both. Whatever happens, once everything
is given back, the world is its shadow: all that our runs took is there, and
every edit of a person is as they left it.
"""

from collections.abc import Callable
from random import Random
from typing import cast

from seatkeeper.forges.simulator.records import TeamRole
from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, RunId, TeamId
from seatkeeper.model.plan import Plan, Step
from tests.restoring.memory import MemoryForge, WorldClock
from tests.restoring.story import Story

TEAM_ROLES = ("member", "maintainer")
ROLES = ("read", "triage", "write", "maintain", "admin", "custom")
DAY = 86_400.0


class Killed(BaseException):
    """The process dies here."""


class Trial:
    """One invented world with its shadow."""

    def __init__(self, seed: int, store: SqlStore) -> None:
        self.chance = Random(seed)
        self.world = self._invent(seed)
        self.people = tuple(a for a, role in self.world.members.items() if role == "member")
        self.shadow = set(self.world.grants())
        self.forge = MemoryForge(self.world)
        self.story = Story(self.forge, store, WorldClock(self.world))
        self.story.observe()
        self.start = self.world.now()

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
        if self.chance.random() < 0.5:
            self._edit_team(one, self.chance.choice(tuple(self.world.teams)), takes=takes)
        else:
            self._edit_repository(one, self.chance.choice(tuple(self.world.repositories)), takes=takes)

    def _edit_team(self, one: AccountId, team: TeamId, *, takes: bool) -> None:
        role = cast("TeamRole", self.chance.choice(TEAM_ROLES))
        if self.world.teams[team].places.get(one) in ((None,) if takes else (role,)):
            return  # nothing would change, so nobody could ever tell
        self._forget(one, Resource("team", team))
        if takes:
            self.world.displace(one, team)
            return
        self.world.place(one, team, role)
        self.shadow.add(team_place(one, team, role))

    def _edit_repository(self, one: AccountId, repository: RepositoryId, *, takes: bool) -> None:
        role = self.chance.choice(ROLES)
        if self.world.repositories[repository].direct.get(one) in ((None,) if takes else (role,)):
            return
        self._forget(one, Resource("repository", repository))
        if takes:
            self.world.take_direct(one, repository)
            return
        self.world.direct(one, repository, role)
        self.shadow.add(direct(one, repository, role))

    def _forget(self, one: AccountId, resource: Resource) -> None:
        self.shadow = {g for g in self.shadow if (g.subject.id, g.resource) != (one, resource)}

    def run(self) -> None:
        """A run of ours takes everything from some, or one thing from somebody."""
        members = [one for one in self.people if one in self.world.members]
        if not members:
            return
        if self.chance.random() < 0.6:
            chosen = self.chance.sample(members, self.chance.randint(1, len(members)))
            self.story.take(chosen)
            return
        one = self.chance.choice(members)
        had = [g.resource for g in sorted(self.story.held(one)) if g.resource.kind != "organization"]
        if had:
            self.story.take([one], only=[self.chance.choice(had)])

    def happen(self) -> None:
        """Some days of runs and edits; every edit is observed, as an edit between two readings can't be."""
        for _ in range(self.chance.randint(1, 5)):
            if self.chance.random() < 0.5:
                self.run()
                if self.chance.random() < 0.5:
                    self.story.observe()
            else:
                self.story.observe()
                self.edit()
                self.story.observe()
            if self.chance.random() < 0.1:
                self.world.advance(self.chance.choice((1.0, 30.0, 91.0)) * DAY)

    def give_back(self) -> None:
        """Restore since the start, killed somewhere and gone on with, accepted, and followed to the end."""
        before = self.world.grants()
        plan = self.story.restore(at=self.start).plan
        run = self._carried_out(plan)
        assert before <= self.world.grants(), "a restore only gives"
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

    def _carried_out(self, plan: Plan) -> RunId:
        self._arm()
        try:
            return self.story.carry_out(plan).id
        except Killed:
            self._disarm()
            return self.story.go_on(plan).id
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
        """Die at one of the next writes, just before it or just after it, or not at all."""
        left = self.chance.randint(1, 12)

        def die(_step: Step) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        if self.chance.random() < 0.5:
            self.forge.before_send = die
        else:
            self.forge.after_send = die

    def _disarm(self) -> None:
        self.forge.before_send = self.forge.after_send = lambda _step: None

    def check(self) -> None:
        """The world is its shadow, nobody was invited twice, and restoring again has nothing to do."""
        assert self.world.grants() == self.expected(), self.difference()
        accepted = sum(one in self.world.members for one in self.people)
        assert accepted == len(self.people)
        assert self.story.restore(at=self.start).plan.changes == ()
        assert not self.world.repository_invitations

    def expected(self) -> frozenset[Grant]:
        """The shadow, with everybody a member."""
        organization = self.world.organization_id
        return frozenset(self.shadow | {membership(one, organization) for one in self.people})

    def difference(self) -> str:
        """What is missing and what is too much."""
        now, wanted = self.world.grants(), self.expected()
        return f"missing {sorted(wanted - now)}, too much {sorted(now - wanted)}"


def trial(seed: int, store: SqlStore) -> None:
    """One world from its beginning to its end."""
    one = Trial(seed, store)
    one.happen()
    one.give_back()
    one.check()
