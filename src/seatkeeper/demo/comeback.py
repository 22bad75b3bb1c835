"""The last act: a hundred people removed by a wrong run that a third person let pass, and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from seatkeeper.demo.floor import Write, floor_seconds
from seatkeeper.demo.mailbox import Mailbox
from seatkeeper.demo.stage import CAST, MAILBOX, Stage
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.again import objections
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.brake import release
from seatkeeper.workflow.follow import follow
from seatkeeper.workflow.incident import by_hand, named
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.post import send_due
from seatkeeper.workflow.report import Report, report
from seatkeeper.workflow.restore import Restoration, restore
from seatkeeper.workflow.runs import RunState, load_run
from seatkeeper.workflow.takings import Selection
from seatkeeper.workflow.tell import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seatkeeper.bootstrap import Office
    from seatkeeper.forges.simulator.serve import Simulator
    from seatkeeper.forges.simulator.world import World
    from seatkeeper.model.ids import AccountId, RunId
    from seatkeeper.model.policy import Policy

    Tell = Callable[[str, dict[str, Any]], None]

PEOPLE, TEAMS, DIRECT = 100, 5, 20
ANSWERS = ((5, 0.5), (14, 20.0), (23, 60.0), (58, 100.0))
"""How many accept how many hours after they were asked, in the columns in which the story tells it."""
HOUR = 3_600.0
HOLDER = "demo"
CHANGING = frozenset({"POST", "PUT", "DELETE"})
REFUSED = 400


@dataclass
class Comeback:
    """One telling: who it is about, and the office that does it."""

    office: Office
    stage: Stage
    forge: Simulator
    chosen: tuple[AccountId, ...]
    keys: Mapping[AccountId, str]
    mailbox: Mailbox
    waited: float = 0.0

    def wrong_run(self, policy_of: Callable[[str], Policy]) -> RunState:
        """The run that should not have been: its trips waived by a third person, then stopped."""
        logins = sorted(self.forge.world.accounts[one].login for one in self.chosen)
        listed = ", ".join(f"'{self.keys[one]}'" for one in self.chosen)
        desk = self.office.desk.under(policy_of(f"id IN ({listed})"))
        computed = compute(desk, observe(desk), named=logins)
        computed.decisions.close()
        self._sign(computed)
        tripped = frozenset(verdict.guard for verdict in computed.plan.tripped)
        if tripped:
            approve(desk, computed.plan, computed.digest, self.stage.key(CAST[2]), waive=tripped)
        state = apply(desk, self.office.writer, computed.plan, computed.digest, computed.file, holder=HOLDER)
        by_hand(desk, computed.plan.organization, "these people have not left", CAST[0], (state.id,))
        self.told()
        return state

    def told(self) -> None:
        """As the timer does, and then each mail is held against the truth of that moment."""
        desk = self.office.desk
        organization = desk.reader.organization()
        tell(desk, organization)
        send_due(desk, organization, self.office.post, holder=HOLDER)
        self.mailbox.look()

    def restore(self, run: RunId) -> tuple[Restoration, RunState]:
        """Plan, sign and carry out during the incident: everybody is asked in, nobody is back yet."""
        desk = self.office.desk
        made = restore(desk, desk.reader.organization(), Selection(runs=(run,)))
        self._sign(made)
        state = apply(desk, self.office.writer, made.plan, made.digest, made.file, holder=HOLDER)
        self.told()
        return made, state

    def accepted(self) -> Report:
        """Everybody accepts over days, following gives the rest, and the incident ends; its report."""
        desk, world, passed, begun = self.office.desk, self.forge.world, 0.0, 0
        organization = desk.reader.organization()
        for people, hours in ANSWERS:
            world.advance((hours - passed) * HOUR)
            with world.lock:
                for one in self.chosen[begun : begun + people]:
                    world.accept(one)
            follow(
                desk,
                self.office.writer,
                organization,
                holder=HOLDER,
                object_to=lambda waiting: objections(desk, waiting),
            )
            if begun in {0, PEOPLE - people}:  # some are back and most are waited for; and everybody is back
                self.told()
            passed, begun = hours, begun + people
        self.waited = passed * HOUR
        release(desk, organization, "the rule is gone", self.stage.key(CAST[1]))
        return report(desk, organization, named(desk, organization))

    def _sign(self, made: Computed | Restoration) -> None:
        propose(self.office.desk, made.plan, made.digest, self.stage.key(CAST[0]))
        approve(self.office.desk, made.plan, made.digest, self.stage.key(CAST[1]))

    def figures(self, run: RunId, started: float, since: int) -> dict[str, Any]:
        """People, grants, how they stand, writes since that request of the log, and the forge's own time."""
        state = load_run(self.office.desk.store, run)
        amounts = account(state).amounts() if state else {}
        world = self.forge.world
        sent = writes(world, since)
        return {
            "people": len(self.chosen),
            "grants": amounts.get("total", 0),
            **{name: amounts.get(name, 0) for name in ("confirmed", "pending", "residue")},
            "writes": len(sent),
            "virtual_seconds": round(world.now().timestamp() - started - self.waited, 1),
            "floor_seconds": round(floor_seconds(sent, content=world.limits.content), 1),
        }


def writes(world: World, since: int) -> list[Write]:
    """The writes that the forge took since that place in its log, in order."""
    sent = [r for r in world.log.requests[since:] if r.method in CHANGING and r.path != "/graphql"]
    return [
        Write(mails="/invitations" in request.path or "/collaborators/" in request.path)
        for request in sent
        if request.status < REFUSED
    ]


def choose(world: World, members: Sequence[AccountId], seed: int) -> tuple[AccountId, ...]:
    """A hundred members, each put in five teams and given twenty repositories, as the story has it."""
    chance = Random(seed)  # noqa: S311  # seeded invention, not cryptography
    with world.lock:
        chosen = tuple(chance.sample(sorted(members), PEOPLE))
        large = sorted(
            t for t, team in world.teams.items() if len(team.places) > 2 * TEAMS and not team.managed_by
        )
        open_ones = sorted(r for r, repository in world.repositories.items() if not repository.archived)
        for one in chosen:
            for team in tuple(world.accounts[one].teams):
                world.displace(one, team)
            for repository in tuple(world.accounts[one].direct):
                world.take_direct(one, repository)
            for team in chance.sample(large, TEAMS):
                world.place(one, team, "maintainer" if chance.random() < 0.05 else "member")  # noqa: PLR2004  # one in twenty
            for repository in chance.sample(open_ones, DIRECT):
                world.direct(one, repository, chance.choice(("read", "triage", "write", "maintain", "admin")))
    return chosen


def play_comeback(
    office: Office,
    stage: Stage,
    forge: Simulator,
    members: Mapping[AccountId, str],
    policy_of: Callable[[str], Policy],
    act: Tell,
) -> dict[str, Any]:
    """Play the act; what `demo --json` prints under ``restore``.

    `members` are accounts that may be chosen, with the keys of their people.
    """
    world = forge.world
    chosen = choose(world, tuple(members), seed=100)
    mine = {str(one) for one in chosen}
    before = frozenset(g for g in world.grants() if g.subject.id in mine)
    mailbox = Mailbox(stage.folder / MAILBOX, world)
    comeback = Comeback(office, stage, forge, chosen, members, mailbox)
    wrong = comeback.wrong_run(policy_of)
    act("the wrong run", {"state": wrong, "people": len(chosen), "grants": len(before)})
    since, started = len(world.log.requests), world.now().timestamp()
    made, state = comeback.restore(wrong.id)
    facts: dict[str, Any] = {"before_acceptance": comeback.figures(state.id, started, since)}
    act("the restore", {"plan": made.plan, "state": state, **facts})
    told = comeback.accepted()
    facts["after_acceptance"] = comeback.figures(state.id, started, since)
    facts["equal"] = before == frozenset(g for g in world.grants() if g.subject.id in mine)
    facts["notices"] = {"sent": mailbox.sent, "untrue": mailbox.untrue}
    facts["responses"] = told.responses._asdict()
    act("everybody back", {**facts, "report": told, "mail": mailbox.last})
    return facts
