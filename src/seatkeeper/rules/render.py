"""A plan for people to read: one view of it, as a JSON-able value and as Markdown for a pull request."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from seatkeeper.model.decision import Atom
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Change, Hold, Plan, Ruling, Verdict
from seatkeeper.rules.baseline import baseline_json, baseline_lines
from seatkeeper.rules.codec import moment
from seatkeeper.rules.effects import letting_in, loss
from seatkeeper.rules.plain import markdown_text
from seatkeeper.rules.steps import in_order
from seatkeeper.rules.takes import estimate_lines, restore_json, time_needed
from seatkeeper.rules.words import count, listed, number

SHARPNESS: tuple[Ruling, ...] = ("trips", "asks", "holds", "passes")


class Headline(NamedTuple):
    """The first thing to know of a plan."""

    joins: int
    moves: int
    leaves: int
    others: int
    losing: int
    held: int


def headline(plan: Plan) -> Headline:
    """How many join, move, leave, lose something and are held."""
    kinds = [change.kind for change in plan.changes]
    named = {kind: kinds.count(kind) for kind in ("join", "move", "leave")}
    return Headline(
        named["join"],
        named["move"],
        named["leave"],
        len(kinds) - sum(named.values()),
        sum(1 for change in plan.changes if loss(change)),
        len(plan.holds),
    )


def summary(grants: Iterable[Grant], names: Mapping[Resource, str], most: int = 5) -> list[str]:
    """What an account holds, in a line for each kind of resource, long lists cut short and counted."""
    lines = []
    for kind, group in groupby(in_order(grants), key=lambda grant: grant.resource.kind):
        if kind == "server":
            lines += [f"signing in on the server {names.get(g.resource, g.resource.id)}" for g in group]
            continue
        held = [f"{names.get(g.resource, g.resource.id)} ({g.role})" for g in group]
        many = {"team": "teams", "repository": "repositories"}.get(kind, "organizations")
        lines.append(f"{count(len(held), kind, many)}: {listed(sorted(held), most)}")
    return lines


def by_person(changes: Iterable[Change]) -> list[tuple[str, tuple[Change, ...]]]:
    """The changes of each person, under their name, in the order of their first wave."""
    grouped: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        key = ("person", change.person) if change.person else ("account", change.account)
        grouped.setdefault(key, []).append(change)
    return [(own[0].name or own[0].login, tuple(own)) for own in grouped.values()]


def by_reason(holds: Iterable[Hold]) -> list[tuple[str, tuple[Hold, ...]]]:
    """The holds of each reason, the most frequent first."""
    ordered = sorted(holds, key=lambda hold: hold.reason)
    groups = [(reason, tuple(group)) for reason, group in groupby(ordered, key=lambda hold: hold.reason)]
    return sorted(groups, key=lambda group: (-len(group[1]), group[0]))


def by_sharpness(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What stops first, what passes last."""
    return sorted(verdicts, key=lambda verdict: SHARPNESS.index(verdict.ruling))


def waves(changes: Iterable[Change]) -> list[int]:
    """How many changes each wave has, in order."""
    return [len(list(group)) for _, group in groupby(changes, key=lambda change: change.wave)]


def evidence(atoms: Iterable[Atom]) -> list[str]:
    """Each value a decision rests on, and what it came to."""
    truth = {True: "true", False: "false", None: "unknown"}
    return [
        f"{atom.text}: {truth[atom.truth]}"
        + (f" ({atom.column} is {'missing' if atom.value is None else atom.value})" if atom.column else "")
        for atom in atoms
    ]


def to_json(plan: Plan, digest: Digest | None = None) -> dict[str, object]:
    """The plan as JSON-able values, grouped by person, names beside ids, times as text."""
    return {
        "digest": digest,
        "format": plan.format,
        "kind": plan.kind,
        "forge": plan.forge,
        "organization": plan.organization._asdict(),
        "computed_at": moment(plan.computed_at),
        "basis": {
            **plan.basis._asdict(),
            "snapshot_at": moment(plan.basis.snapshot_at),
            "extract_at": moment(plan.basis.extract_at),
        },
        "counts": dict(plan.counts),
        "headline": headline(plan)._asdict(),
        "guards": [_verdict(verdict) for verdict in plan.verdicts],
        "people": [
            {"person": own[0].person, "name": name, "changes": [_change(c, plan.names) for c in own]}
            for name, own in by_person(plan.changes)
        ],
        "holds": {reason: [_hold(hold) for hold in group] for reason, group in by_reason(plan.holds)},
        "seats": {**plan.seats._asdict(), "waiting": list(plan.seats.waiting)},
        "waves": waves(plan.changes),
        "cost": plan.cost._asdict(),
        "pace": plan.pace._asdict() if plan.pace else None,
        "tasks": [task._asdict() for task in plan.tasks],
        **restore_json(plan),
        **baseline_json(plan),
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {**verdict._asdict(), "accounts": list(verdict.accounts)}


def _change(change: Change, names: Mapping[Resource, str]) -> dict[str, object]:
    return {
        "digest": change.digest,
        "kind": change.kind,
        "account": change.account,
        "login": change.login,
        "wave": change.wave,
        "reason": change.reason,
        "because": change.because,
        "foreseen": change.foreseen,
        "evidence": [atom._asdict() for atom in change.evidence],
        "before": [grant_json(grant, names) for grant in in_order(change.before)],
        "after": [grant_json(grant, names) for grant in in_order(change.after)],
        "steps": [
            {"action": step.action, "call": step.call, "after_acceptance": step.after_acceptance}
            for step in change.steps
        ],
    }


def grant_json(grant: Grant, names: Mapping[Resource, str]) -> dict[str, object]:
    """A grant with the name of what it is on beside the id."""
    kind, identity = grant.resource
    return {"on": kind, "id": identity, "name": names.get(grant.resource), "role": grant.role}


def _hold(hold: Hold) -> dict[str, object]:
    return {**hold._asdict(), "atoms": [atom._asdict() for atom in hold.atoms]}


def markdown(plan: Plan, digest: Digest | None = None) -> str:
    """The plan as Markdown; every name in it is shown and nothing in a name is obeyed."""
    return (
        "\n".join(
            [*_top(plan, digest), *_guards(plan), *_people(plan), *_held(plan), *_tasks(plan), *_needs(plan)]
        )
        + "\n"
    )


def figures(plan: Plan, digest: Digest | None = None) -> str:
    """The plan as Markdown for where many read: figures and guards, no name and no value of any record."""
    return "\n".join([*_top(plan, digest), *_rulings(plan), *_amounts(plan)]) + "\n"


def _rulings(plan: Plan) -> Iterator[str]:
    """What the guards say; where that names somebody, how many it is about."""
    logins = {c.login for c in plan.changes} | {h.login for h in plan.holds if h.login}
    yield from ("", "| guard | says | arithmetic |", "|---|---|---|")
    for verdict in by_sharpness(plan.verdicts):
        if verdict.ruling != "passes":
            named = any(login in verdict.arithmetic for login in logins)
            told = count(len(verdict.accounts), "account", "accounts") if named else verdict.arithmetic
            yield f"| {verdict.guard} | **{verdict.ruling}** | {markdown_text(told)} |"


def _amounts(plan: Plan) -> Iterator[str]:
    yield from ("", "| what | why | people |", "|---|---|---:|")
    changes = Counter((str(change.kind), change.reason) for change in plan.changes)
    held = Counter(("held", hold.reason) for hold in plan.holds)
    for (kind, reason), amount in sorted({**changes, **held}.items()):
        yield f"| {kind} | {markdown_text(reason)} | {number(amount)} |"


def _top(plan: Plan, digest: Digest | None) -> Iterator[str]:
    first = headline(plan)
    yield f"# Plan for {markdown_text(plan.organization.login)} on {markdown_text(plan.forge)}"
    yield ""
    yield (
        f"{number(first.joins)} join, {number(first.moves)} move, {number(first.leaves)} leave, "
        f"{number(first.held)} held; **{number(first.losing)} would lose something**."
    )
    yield ""
    yield f"Computed {moment(plan.computed_at)}, kind {plan.kind}."
    if digest is not None:
        yield f"Digest `{digest}`."
    if plan.baseline is not None:
        yield from ("", "## Baseline", "")
        yield from (f"- {markdown_text(line)}" for line in baseline_lines(plan))


def _guards(plan: Plan) -> Iterator[str]:
    yield from ("", "## Guards", "", "| guard | says | arithmetic |", "|---|---|---|")
    for verdict in by_sharpness(plan.verdicts):
        ruling = verdict.ruling if verdict.ruling == "passes" else f"**{verdict.ruling}**"
        yield f"| {verdict.guard} | {ruling} | {markdown_text(verdict.arithmetic)} |"


def _people(plan: Plan) -> Iterator[str]:
    yield from ("", "## Changes", "")
    if not plan.changes:
        yield "None."
    for name, own in by_person(plan.changes):
        yield f"### {markdown_text(name)}"
        yield ""
        for change in own:
            yield from _person_change(change, plan.names)
        yield ""


def _person_change(change: Change, names: Mapping[Resource, str]) -> Iterator[str]:
    yield (
        f"- **{change.kind}** {markdown_text(change.login)}, wave {change.wave}: "
        f"{markdown_text(change.because)} ({markdown_text(change.reason)})"
    )
    if letting_in(change.lost):
        kept = count(len(change.after), "grant", "grants")
        yield f"  - is suspended on the whole server, and keeps {kept} that can't be used"
    for label, grants in (("loses", change.lost), ("gains", change.gained)):
        for line in summary(grants, names, most=30):
            yield f"  - {label} {markdown_text(line)}"
    for line in evidence(change.evidence):
        yield f"  - because {markdown_text(line)}"


def _held(plan: Plan) -> Iterator[str]:
    yield from ("", "## Held", "")
    if not plan.holds:
        yield "Nobody."
    for reason, group in by_reason(plan.holds):
        yield f"- **{markdown_text(reason)}** ({number(len(group))})"
        for hold in group:
            who = hold.login or hold.name or hold.person or "somebody"
            yield f"  - **{markdown_text(who)}**: {markdown_text(hold.because)}"


def _tasks(plan: Plan) -> Iterator[str]:
    if plan.tasks:
        yield from ("", "## For a person", "")
    for task in plan.tasks:
        told, remedy = markdown_text(task.told), markdown_text(task.remedy)
        yield f"- **{markdown_text(task.login)}** {told}; next: {remedy}"


def _needs(plan: Plan) -> Iterator[str]:
    seats, cost = plan.seats, plan.cost
    bought = "unknown" if seats.bought is None else number(seats.bought)
    yield from ("", "## Seats, waves and time", "")
    yield f"- Seats: {number(seats.before)} before, {number(seats.after)} after, {bought} bought"
    if seats.waiting:
        yield f"- Waiting for a seat: {markdown_text(listed(seats.waiting, most=30))}"
    yield f"- Waves: {', '.join(number(size) for size in waves(plan.changes)) or 'none'}"
    yield (
        f"- {count(cost.calls, 'call', 'calls')}, {count(cost.invitations, 'invitation', 'invitations')}, "
        f"{time_needed(cost.seconds)}"
    )
    yield from (f"- {markdown_text(line)}" for line in estimate_lines(plan))
