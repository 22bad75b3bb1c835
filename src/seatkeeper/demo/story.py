"""The story, played on an invented company over real HTTP; every figure is computed as it goes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from seatkeeper.bootstrap import open_office, people_as_of
from seatkeeper.config.load import load
from seatkeeper.demo.comeback import play_comeback
from seatkeeper.demo.company import USER3, Company, invent
from seatkeeper.demo.mixture import PLAIN
from seatkeeper.demo.old_script import selects_with_the_exception
from seatkeeper.demo.stage import CAST, TELLING, Stage, starter, statuses
from seatkeeper.workflow.again import objections
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.follow import follow
from seatkeeper.workflow.observe import Observation, observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.runs import load_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seatkeeper.bootstrap import Office
    from seatkeeper.config.template import Starter
    from seatkeeper.forges.simulator.serve import Simulator
    from seatkeeper.model.ids import AccountId
    from seatkeeper.model.plan import Change
    from seatkeeper.model.policy import Policy
    from seatkeeper.ports import Progress
    from seatkeeper.workflow.runs import RunState

    Tell = Callable[[str, dict[str, Any]], None]

STORY = PLAIN._replace(first_seen=2, rehired=3)
"""Everybody with a seat is active or has left, as in the story; user3 has no status, two left only today."""

EARLIER = (8, 1)
"""Days ago on which the record was read before: a week for foreseen ends, a day for the second opinion."""

WRONG = "username <> 'user3'"
"""The exception as it was written, on the wrong list."""

LEAVE = 'leave: {when: "end_date < as_of", over: ["active"]}'


def play(
    folder: Path, simulator: Callable[[Company], Simulator], progress: Progress, tell: Tell
) -> dict[str, Any]:
    """Play the whole story in `folder`; the facts that `demo --json` prints.

    `tell` is called after each act with its name and what it found out.
    """
    started = time.perf_counter()
    company = invent(mixture=STORY)
    stage = Stage(folder)
    stage.make_keys()
    with simulator(company) as forge:
        facts = _old_script(company, tell)
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
        told = starter(company, forge.url)
        config = stage.configure("seatkeeper.yaml", told, *TELLING)
        with open_office(config, environ, progress) as office:
            _earlier_readings(office, company, stage)
            seen = _adopt(office, stage, tell)
            daily = _daily(office, company, seen, tell, facts)
            for name, over, key in (
                ("as written", "", "would_lose"),
                ("forced", ', over: ["active"]', "would_lose_forced"),
            ):
                edit = f'leave: {{when: "{WRONG}"{over}}}'
                wrong = stage.configure(f"{key}.yaml", told, (LEAVE, edit))
                _wrong_exception(
                    office, load(wrong, environ).policy(), company, seen, (name, key), tell, facts
                )
            _run(office, stage, daily, forge, tell, facts)
            facts["restore"] = play_comeback(
                office, stage, forge, ordinary(company, forge), _policy(stage, told, environ), tell
            )
            facts["restored_equals_before"] = facts["restore"].pop("equal")
            facts |= {name: facts["restore"].pop(name) for name in ("notices", "responses")}
            facts["journal_verifies"] = office.desk.store.verify().verifies
    facts["seconds"] = round(time.perf_counter() - started, 1)
    tell("the end", {"journal_verifies": facts["journal_verifies"], "seconds": facts["seconds"]})
    return facts


def ordinary(company: Company, forge: Simulator) -> dict[AccountId, str]:
    """Members about whom nothing is special and who are still there, with the keys of their people."""
    truth = company.truth
    special = {login.casefold() for login in (*truth.leavers, *truth.held, *truth.kept, USER3)}
    keys = {person.github_login.casefold(): person.id for person in company.people if person.github_login}
    return {
        a.id: keys[a.login.casefold()]
        for a in company.members()
        if forge.world.members.get(a.id) == "member" and a.login.casefold() in keys.keys() - special
    }


def _policy(stage: Stage, told: Starter, environ: dict[str, str]) -> Callable[[str], Policy]:
    """The policy with this as its leave rule, over whoever the table keeps."""

    def policy_of(rule: str) -> Policy:
        edit = f'leave: {{when: "{rule}", over: ["active"]}}'
        return load(stage.configure("wrong-run.yaml", told, (LEAVE, edit)), environ).policy()

    return policy_of


def _old_script(company: Company, tell: Tell) -> dict[str, Any]:
    seats, known = statuses(company)
    selected = selects_with_the_exception(seats, known, USER3)
    facts: dict[str, Any] = {
        "accounts": len(seats),
        "old_script_selects": len(selected),
        "true_leavers": len(company.truth.leavers),
    }
    tell("the old script", facts)
    return facts


def _earlier_readings(office: Office, company: Company, stage: Stage) -> None:
    """The record as it was read a week ago and yesterday; then today's takes its place."""
    for days in EARLIER:
        stage.load(company, days)
        source = people_as_of(office, company.now - timedelta(days=days))
        office.desk.store.keep_extract(*source.read())
    stage.load(company, 0)


def _adopt(office: Office, stage: Stage, tell: Tell) -> Observation:
    """Against an organization never seen before nothing is removed: the first plan is its baseline."""
    seen = observe(office.desk)
    baseline = compute(office.desk, seen)
    baseline.decisions.close()
    _signed(office, stage, baseline)
    coverage = {r.collection: r.seen for r in seen.snapshot.coverage.readings}
    tell(
        "adoption",
        {"coverage": coverage, "grants": len(seen.snapshot.grants), "changes": len(baseline.plan.changes)},
    )
    return seen


def _signed(office: Office, stage: Stage, computed: Computed) -> None:
    ana, ben, _ = CAST
    propose(office.desk, computed.plan, computed.digest, stage.key(ana))
    approve(office.desk, computed.plan, computed.digest, stage.key(ben))


def _daily(
    office: Office, company: Company, seen: Observation, tell: Tell, facts: dict[str, Any]
) -> Computed:
    daily = compute(office.desk, seen)
    daily.decisions.close()
    verbs = [change.kind for change in daily.plan.changes]
    facts |= {
        "leave": verbs.count("leave"),
        "true_joiners": len(company.truth.joiners) - len(company.truth.waiting),
        "join": verbs.count("join"),
        "hold": len(daily.plan.holds),
    }
    tell("our plan", {"plan": daily.plan, "digest": daily.digest, "truth": company.truth})
    return daily


def _wrong_exception(
    office: Office,
    policy: Policy,
    company: Company,
    seen: Observation,
    named: tuple[str, str],
    tell: Tell,
    facts: dict[str, Any],
) -> None:
    """The same observation under the policy with the wrong exception; nothing is signed, nothing is sent."""
    name, key = named
    wrong = office.desk.under(policy)
    computed = compute(wrong, seen)
    leaving = {d.login.casefold() for d in computed.decisions.of("leave") if d.login}
    seats = {account.login.casefold() for account in company.members()}
    held = [d for d in computed.decisions.of("hold") if d.login and d.login.casefold() in seats]
    computed.decisions.close()
    beyond = (leaving & seats) - {login.casefold() for login in company.truth.leavers}
    tripped = [verdict for verdict in computed.plan.tripped if verdict.exit_code == 4]  # noqa: PLR2004  # a limit's code
    facts.setdefault("wrong_exception", {})[key] = len(beyond)
    if tripped:
        facts["guard_tripped"] = tripped[0].guard
    tell(
        f"the wrong exception, {name}",
        {"selected": len(leaving & seats), "beyond": len(beyond), "held": len(held), "tripped": tripped},
    )


def _run(
    office: Office, stage: Stage, daily: Computed, forge: Simulator, tell: Tell, facts: dict[str, Any]
) -> None:
    """The plan of the day, signed by two people and carried out; then those invited accept."""
    _signed(office, stage, daily)
    state = apply(office.desk, office.writer, daily.plan, daily.digest, daily.file, holder="demo")
    tell("the run", {"state": state})
    joiners = [c.change for c in state.changes if c.change.kind == "join"]
    _accept(forge, joiners[: len(joiners) // 2])
    organization = daily.plan.organization
    follow(
        office.desk,
        office.writer,
        organization,
        holder="demo",
        object_to=lambda w: objections(office.desk, w),
    )
    followed: RunState = load_run(office.desk.store, state.id) or state
    facts["run"] = dict(followed.results())
    tell("following", {"state": followed, "accepted": len(joiners) // 2})


def _accept(forge: Simulator, joiners: list[Change]) -> None:
    for change in joiners:
        forge.world.accept(change.account)
