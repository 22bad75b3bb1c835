"""What the page of regimes says is what happens: the same steps, carried out under each of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from seatkeeper.forges.github.capabilities import REGIMES
from seatkeeper.forges.simulator.regime import ENTERPRISE_PREFIX, RegimeName, settle
from seatkeeper.forges.simulator.regime import REGIMES as SIMULATED
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Grant, direct, membership, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.plan import ChangeKind, Plan
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.planner import assemble, make_change
from seatkeeper.rules.steps import joining, leaving
from seatkeeper.workflow.check import check
from seatkeeper.workflow.follow import follow
from tests.docs.regimes import calls
from tests.restoring.memory import journal
from tests.restoring.story import Story
from tests.restoring.wire import WireForge, wired

pytestmark = pytest.mark.slow

WORD = {"synced": "saml+synced"}
SUSPENDING = "ghes+suspension"
OURS = tuple(name for name in SIMULATED if name != "scim")


class Company(NamedTuple):
    """A settled organization: `member` has a team and a repository, `grouped` a team owned elsewhere."""

    story: Story
    world: World
    member: AccountId
    grouped: AccountId
    outsider: AccountId
    team: TeamId
    repository: RepositoryId

    def plan(self, kind: ChangeKind, account: AccountId, *, gives: bool) -> Plan:
        """The plan of one change, made by the planner's own steps."""
        facts = replace(self.story._facts(), named=frozenset({account}))
        held = facts.held.get(account, frozenset())
        wanted = frozenset(
            {
                membership(account, facts.snapshot.organization.id),
                team_place(account, self.team),
                direct(account, self.repository, "write"),
            }
        )
        lost = letting_in(held) or held
        before, after = (held, wanted) if gives else (held, held - lost)
        steps = joining(before, after, facts.capabilities) if gives else leaving(lost, facts.capabilities)
        change = make_change(
            kind,
            Account(account, self.world.accounts[account].login),
            facts,
            before=before,
            after=after,
            steps=steps,
            reason="test",
            because="it is so",
        )
        plan = assemble([change], (), facts, kind="daily")
        return replace(plan, verdicts=tuple(v._replace(ruling="passes") for v in plan.verdicts))

    def sent_by(self, plan: Plan, account: AccountId) -> list[str]:
        """The requests that carrying it out came to, once the person has accepted what waits for them."""
        already = len(self.world.log.writes())
        self.story.carry_out(plan)
        if self.world.pending(account):
            self.world.accept(account)
        follow(
            self.story.desk,
            self.story.forge,
            self.story.forge.organization(),
            holder="test",
            object_to=lambda _waiting: {},
        )
        login = self.world.accounts[account].login
        writes = self.world.log.writes()[already:]
        assert all(200 <= write.status < 300 for write in writes)
        words = {login: "LOGIN", "acme": "ORG", "core": "TEAM", "site": "REPO"}
        return [
            f"{w.method} {re.sub(r'[^/]+', lambda part: words.get(part[0], part[0]), w.path)}" for w in writes
        ]

    def held(self, account: AccountId) -> frozenset[Grant]:
        """What the account truly holds."""
        return self.story.held(account)


@contextmanager
def company(folder: Path, regime: str, *, at_once: bool = False) -> Iterator[Company]:
    """The organization behind the wire, under that regime."""
    name = cast("RegimeName", regime.removesuffix("+suspension"))
    world = World("acme", "9", base_role="read")
    for owner in ("ana", "ben"):
        world.member(world.account(owner), "owner")
    member, grouped = (world.member(world.account(login)) for login in ("mia", "gus"))
    outsider = world.account("olaf")
    core, last = world.team("core"), world.team("last")
    site = world.repository("site")
    world.place(member, core)
    world.direct(member, site, "write")
    settle(world, name)
    elsewhere = next((t.id for t in world.teams.values() if t.slug.startswith(ENTERPRISE_PREFIX)), last)
    for account in tuple(world.teams[elsewhere].places):
        world.displace(account, elsewhere)
    world.place(grouped, elsewhere)
    world.adds_at_once = at_once
    world.removal_takes_direct, world.reinstates = False, "role"
    with journal(folder) as store, wired(world, site_admin=regime == SUSPENDING) as forge:
        yield Company(Story(forge, store, forge.clock), world, member, grouped, outsider, core, site)


def _regime(forge: object) -> str:
    assert isinstance(forge, WireForge)
    return forge.capabilities.regime


@pytest.mark.parametrize("regime", [*SIMULATED, SUSPENDING])
def test_the_regime_is_found_by_reading(tmp_path: Path, regime: str) -> None:
    """Each simulated one is told from the others, and nothing is written for it."""
    with company(tmp_path, regime) as one:
        found = _regime(one.story.forge)
        told = next(finding for finding in check(one.story.desk) if finding.about == "regime")

        assert found == WORD.get(regime, regime)
        assert told.told.startswith(f"{found}: membership is decided by ")
        assert (told.severity == "warning") == (regime == "scim")
        assert found in REGIMES
        assert one.world.log.writes() == []


@pytest.mark.parametrize(
    ("regime", "at_once"), [*((name, False) for name in OURS), ("ghes", True), (SUSPENDING, False)]
)
def test_a_join_a_leave_and_a_restore_are_what_the_page_says(
    tmp_path: Path, *, regime: str, at_once: bool
) -> None:
    """Request by request, and whoever comes back holds exactly what they held."""
    with company(tmp_path, regime, at_once=at_once) as one:
        one.story.observe()
        told = REGIMES[WORD.get(regime, regime)]
        said = {kind: [request for request, _ in calls(kind, told)] for kind in ("join", "leave", "restore")}

        joined = one.sent_by(one.plan("join", one.outsider, gives=True), one.outsider)
        before = one.held(one.member)
        left = one.sent_by(one.plan("leave", one.member, gives=False), one.member)
        gone = one.held(one.member)
        restored = one.sent_by(one.story.restore(accounts=("mia",)).plan, one.member)

        assert {"join": joined, "leave": left, "restore": restored} == said
        kept = before if told.suspends_without_loss else frozenset[Grant]()
        assert (len(one.held(one.outsider)), gone, one.held(one.member)) == (3, kept, before)


@pytest.mark.parametrize("regime", ["emu", "enterprise-teams"])
def test_whom_a_team_of_somebody_else_lets_in_is_held(tmp_path: Path, regime: RegimeName) -> None:
    """The removal would be refused, or leave them in; the hold names the team."""
    with company(tmp_path, regime) as one:
        plan = one.plan("leave", one.grouped, gives=False)

        assert (plan.changes, [hold.reason for hold in plan.holds]) == ((), ["membership-elsewhere"])
        assert "the team" in plan.holds[0].because


def test_what_outlives_a_removal_is_true_of_the_forge(tmp_path: Path) -> None:
    """Removing somebody whom a team of the enterprise lets in leaves them in."""
    with company(tmp_path, "enterprise-teams") as one:
        one.world.remove_member(one.grouped)

        assert one.grouped in one.world.members
        assert one.grouped in one.world.indirect


@pytest.mark.parametrize(("kind", "gives"), [("join", True), ("leave", False)])
def test_under_scim_nobody_is_let_in_or_removed_by_us(
    tmp_path: Path, *, kind: ChangeKind, gives: bool
) -> None:
    """What we did, the provider would undo; the hold says whom to ask, and nothing is sent."""
    with company(tmp_path, "scim") as one:
        plan = one.plan(kind, one.outsider if gives else one.member, gives=gives)

        assert (plan.changes, [hold.reason for hold in plan.holds]) == ((), ["membership-elsewhere"])
        assert "identity provider" in plan.holds[0].because
        assert one.world.log.writes() == []
