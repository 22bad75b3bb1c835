"""A plan on a terminal.

Every name goes through `plain` and into a `Text`, so that neither an escape
sequence nor markup in a name ever reaches the terminal as such.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from seatkeeper.model.decision import Atom
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Change, Hold, Plan, Task, Verdict
from seatkeeper.rules.baseline import baseline_lines
from seatkeeper.rules.codec import moment
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.plain import plain
from seatkeeper.rules.render import (
    by_person,
    by_reason,
    by_sharpness,
    evidence,
    headline,
    summary,
    waves,
)
from seatkeeper.rules.takes import estimate_lines, time_needed
from seatkeeper.rules.words import count, listed, number

COLOURS = {"passes": "green", "holds": "yellow", "asks": "yellow", "trips": "bold red"}
KINDS = {"join": "green", "move": "cyan", "leave": "red", "restore": "green", "revoke": "bold red"}
BAR = 12


def plan_view(plan: Plan, digest: Digest | None = None, *, most: int = 50) -> RenderableType:
    """Everything `show` says of a plan; of changes and of each reason's holds at most the first `most`."""
    return Group(
        *_top(plan, digest),
        Text(),
        guards_table(plan.verdicts),
        Text(),
        *_changes(plan, most),
        *_holds(plan, most),
        *task_lines(plan.tasks[:most]),
        *_needs(plan),
    )


def safe(text: str, style: str = "") -> Text:
    """Text from outside, as it may be shown."""
    return Text(plain(text), style=style)


def atom_lines(atoms: Iterable[Atom]) -> Iterator[str]:
    """Each comparison that was looked at, what it came to, and the value it rests on."""
    for atom in atoms:
        truth = {True: "true", False: "false", None: "unknown"}[atom.truth]
        value = "missing" if atom.value is None else repr(atom.value)
        yield f"{atom.text}: {truth} ({atom.column or '-'} is {value})"


def headed(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> Table:
    """Lines under headings, without a frame; every cell may come from outside."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading)
    for line in lines:
        table.add_row(*(safe(cell) for cell in line))
    return table


def _top(plan: Plan, digest: Digest | None) -> Iterator[RenderableType]:
    first = headline(plan)
    yield safe(f"Plan for {plan.organization.login} on {plan.forge}, {plan.kind}", "bold")
    yield Text(
        f"{number(first.joins)} join   {number(first.moves)} move   {number(first.leaves)} leave   "
        f"{number(first.held)} held"
    )
    yield Text(f"{number(first.losing)} would lose something", "bold red" if first.losing else "green")
    yield Text(f"computed {moment(plan.computed_at)}" + (f", digest {digest}" if digest else ""), "dim")
    yield from (safe(f"  baseline  {line}") for line in baseline_lines(plan))


def guards_table(verdicts: Sequence[Verdict]) -> Table:
    """What each guard says, the sharpest first, a bar where it has two figures, and its arithmetic."""
    table = Table(title="Guards", title_justify="left", box=None, padding=(0, 2, 0, 0), expand=True)
    table.add_column("guard", no_wrap=True)
    table.add_column("says", no_wrap=True)
    table.add_column("used", no_wrap=True, width=BAR)
    table.add_column("arithmetic", ratio=1, overflow="fold")
    for verdict in by_sharpness(verdicts):
        colour = COLOURS[verdict.ruling]
        table.add_row(
            safe(verdict.guard),
            Text(verdict.ruling, colour),
            Text(bar(verdict), colour),
            safe(verdict.arithmetic),
        )
    return table


def bar(verdict: Verdict) -> str:
    """How much of what is allowed is used; an arrow where it is more."""
    used, allowed = verdict.used, verdict.allowed
    if used is None or allowed is None:
        return ""
    if used > allowed:
        return "█" * (BAR - 1) + "▶"
    filled = BAR * used // allowed if allowed else 0
    return "█" * filled + "░" * (BAR - filled)


def _changes(plan: Plan, most: int) -> Iterator[RenderableType]:
    people = by_person(plan.changes)
    yield Text(f"Changes ({number(len(plan.changes))})", "italic")
    for name, own in people[:most]:
        yield safe(f"  {name}", "bold")
        for change in own:
            yield from _change(change, plan)
    if len(people) > most:
        yield Text(f"  … and {number(len(people) - most)} people more; --json shows everybody", "dim")
    yield Text()


def _change(change: Change, plan: Plan) -> Iterator[RenderableType]:
    head = Text("    ")
    head.append(change.kind, KINDS[change.kind])
    head.append(plain(f" {change.login}, wave {change.wave}: {change.because} ({change.reason})"))
    yield head
    for label, grants in (("before", change.before), ("after", change.after)):
        held = "; ".join(summary(grants, plan.names)) or "nothing"
        if label == "after" and letting_in(change.lost):
            held = f"suspended, so that none of this can be used: {held}"
        yield safe(f"      {label:6}  {held}", "dim")
    for line in evidence(change.evidence):
        yield safe(f"      why     {line}", "dim")


def _holds(plan: Plan, most: int) -> Iterator[RenderableType]:
    yield Text(f"Held ({number(len(plan.holds))})", "italic")
    for reason, group in by_reason(plan.holds):
        yield safe(f"  {reason} ({number(len(group))})", "yellow")
        for hold in group[:most]:
            yield safe(f"    {_who(hold)}: {hold.because}")
        if len(group) > most:
            yield Text(f"    … and {number(len(group) - most)} more", "dim")
    yield Text()


def _who(hold: Hold) -> str:
    who = hold.login or hold.person or hold.account or "somebody"
    return f"{who} ({hold.name})" if hold.name else who


def task_lines(tasks: Iterable[Task]) -> Iterator[Text]:
    """What is put to a person, each with what to type."""
    for task in tasks:
        yield safe(f"task: {task.login} {task.told}.\n  next: {task.remedy}", "yellow")


def _needs(plan: Plan) -> Iterator[RenderableType]:
    seats, cost = plan.seats, plan.cost
    bought = "an unknown number" if seats.bought is None else number(seats.bought)
    yield Text(f"Seats  {number(seats.before)} before, {number(seats.after)} after, of {bought} bought")
    if seats.waiting:
        yield safe(f"       waiting for a seat: {listed(seats.waiting)}", "yellow")
    yield Text(f"Waves  {', '.join(number(size) for size in waves(plan.changes)) or 'none'}")
    yield Text(
        f"Needs  {count(cost.calls, 'call', 'calls')}, "
        f"{count(cost.invitations, 'invitation', 'invitations')}, {time_needed(cost.seconds)}"
    )
    yield from (safe(f"       {line}") for line in estimate_lines(plan))
