"""`seatkeeper test`."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console, RenderableType

    from seatkeeper.rules.case import Case
    from seatkeeper.rules.decisions import Decisions
    from seatkeeper.rules.examples import Ground, Outcome, Tried
    from seatkeeper.rules.laws import Broken

SHOWN = 5


class Searched(NamedTuple):
    """Who was searched for a counter-example to the laws, and what was found."""

    who: str
    people: int
    broken: "tuple[Broken, ...]"


@click.command("test")
@shared
@click.option(
    "--cases",
    "file",
    type=click.Path(path_type=Path),
    help="The file of cases; cases.yaml beside the configuration when not told.",
)
@click.option(
    "--laws",
    "among",
    type=click.Choice(["all", "invented", "none"]),
    default="all",
    show_default=True,
    help="Among whom to search: invented people alone need no store.",
)
@click.option("--markdown", is_flag=True, help="As Markdown, for a pull request: logins and no values.")
def command(call: Call, file: Path | None, among: str, markdown: bool) -> None:
    """Decide the policy's cases, tell what none of them exercises, and search for whoever breaks a law.

    The laws are searched among invented people and, where there was an
    observation, among the real ones; nothing is written to journal or forge.
    """
    from seatkeeper.bootstrap import typed_people
    from seatkeeper.cli.init import CASES
    from seatkeeper.config.cases import read_cases
    from seatkeeper.config.load import load
    from seatkeeper.config.terms import terms_of
    from seatkeeper.rules.examples import Ground, try_examples

    terms = terms_of(load(call.config, os.environ), call.config.name)
    told = read_cases(file or call.config.parent / CASES, {c.name for c in terms.columns})
    ground = Ground(
        policy=terms.policy,
        columns=terms.columns,
        key=terms.key,
        zone=terms.zone,
        typed=lambda rows: typed_people(terms.columns, terms.key, rows),
    )
    tried = try_examples(told, ground)
    searched = [] if among == "none" else list(_searched(call, ground, told[0].day, real=among == "all"))
    if markdown:
        click.echo("\n".join(_markdown(tried, searched)))
    else:
        call.tell(_facts(tried, searched), lambda console: _shown(console, tried, searched))
    sys.exit(1 if tried.failed or any(one.broken for one in searched) else 0)


def _searched(call: Call, ground: "Ground", day: date, *, real: bool) -> "Iterator[Searched]":
    from seatkeeper.cli.progress import Shown, Silent
    from seatkeeper.rules.invent import invented
    from seatkeeper.rules.laws import broken, decidings

    cases = [("invented people", *invented(ground, day))]
    if real and (seen := _observed(call)) is not None:
        cases.append(("people of the last observation", *seen))
    progress = Silent() if call.as_json else Shown()
    for who, case, people in cases:
        with progress.task(f"searching {who}", decidings(case)) as tick:
            counting = _counting(tick)
            yield Searched(who, people.num_rows, tuple(broken(case, people, counting)))


def _counting(tick: "Callable[[int], None]") -> "Callable[[Case], Decisions]":
    from seatkeeper.rules.decide import decide

    def counted(case: "Case") -> "Decisions":
        tick(1)
        return decide(case)

    return counted


def _observed(call: Call) -> "tuple[Case, pa.Table] | None":
    """The last observation as a lasting policy sees it, and its people; None when there is none."""
    from dataclasses import replace

    from seatkeeper.errors import NotCovered
    from seatkeeper.workflow.impact import lasting
    from seatkeeper.workflow.plan import case_of
    from seatkeeper.workflow.recall import recall

    with call.office() as office:
        try:
            seen = recall(office.desk, office.known_organization())
        except NotCovered:
            return None
        case = case_of(office.desk, seen)
    return replace(lasting(case), grants=case.grants), seen.people


def _facts(tried: "Tried", searched: Sequence[Searched]) -> dict[str, object]:
    from seatkeeper.rules.laws import LAWS

    return {
        "cases": [_case(outcome) for outcome in tried.outcomes],
        "failed": len(tried.failed),
        "coverage": [clause._asdict() for clause in tried.coverage],
        "unexercised": [clause.clause for clause in tried.coverage if clause.lacking],
        "laws": LAWS,
        "searched": [
            {"who": one.who, "people": one.people, "broken": [b._asdict() for b in one.broken]}
            for one in searched
        ],
    }


def _case(outcome: "Outcome") -> dict[str, object]:
    asked, decision = outcome.example, outcome.decision
    return {
        "why": asked.why,
        "line": asked.line,
        "as_expected": outcome.as_expected,
        "expected": {
            "decision": asked.expect,
            "reason": asked.reason,
            "gives": None if asked.gives is None else sorted(asked.gives),
        },
        "decision": decision.verb,
        "reason": decision.reason,
        "gives": sorted(outcome.given),
        "because": decision.because,
        "values": [atom._asdict() for atom in decision.atoms],
    }


def _shown(console: "Console", tried: "Tried", searched: Sequence[Searched]) -> None:
    for part in (*_outcomes(tried), *_coverage(tried), *_laws(searched)):
        console.print(part)


def _outcomes(tried: "Tried") -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import atom_lines, safe

    for outcome in tried.outcomes:
        asked, decision = outcome.example, outcome.decision
        if outcome.as_expected:
            yield safe(f"✓ {asked.why}: {decision.verb}", "green")
            continue
        yield safe(f"✗ {asked.why} (line {asked.line})", "bold red")
        wanted = " ".join(filter(None, (asked.expect, asked.reason)))
        yield safe(f"    expected {wanted}{_gives(asked.gives)}")
        yield safe(
            f"    decided  {decision.verb} {decision.reason}{_gives(outcome.given)}: {decision.because}"
        )
        yield from (safe(f"    {line}", "dim") for line in atom_lines(decision.atoms))
    right = len(tried.outcomes) - len(tried.failed)
    style = "bold red" if tried.failed else "bold green"
    yield Text(f"{right:,} of {len(tried.outcomes):,} cases are decided as expected\n", style)


def _gives(names: frozenset[str] | None) -> str:
    return "" if names is None else f", gives {', '.join(sorted(names)) or 'nothing'}"


def _coverage(tried: "Tried") -> "Iterator[RenderableType]":
    from rich.text import Text

    from seatkeeper.cli.tables import headed

    lacking = [clause for clause in tried.coverage if clause.lacking]
    done, of = len(tried.coverage) - len(lacking), len(tried.coverage)
    yield Text(f"{done:,} of {of:,} clauses and values are exercised", "bold yellow" if lacking else "bold")
    if lacking:
        rows = [
            (c.clause, f"{c.true:,}", f"{c.false:,}", f"{c.unknown:,}", " and ".join(c.lacking))
            for c in lacking
        ]
        yield headed(("clause", "true", "false", "unknown", "no case makes it"), rows)
    yield Text()


def _laws(searched: Sequence[Searched]) -> "Iterator[RenderableType]":
    from seatkeeper.cli.tables import safe
    from seatkeeper.rules.laws import LAWS

    for one in searched:
        for law, sentence in LAWS.items():
            against = [b for b in one.broken if b.law == law]
            mark, style = ("✗", "bold red") if against else ("✓", "green")
            told = f": {len(against):,} people break it" if against else ""
            yield safe(f"{mark} {sentence}, among {one.people:,} {one.who}{told}", style)
            for b in against[:SHOWN]:
                yield safe(f"    {b.login or b.person} ({b.person or 'no person'}), {b.told}: {b.because}")
                yield safe(f"    by {b.clause or 'the default'}", "dim")
            if len(against) > SHOWN:
                yield safe(f"    … and {len(against) - SHOWN:,} more; --json shows everybody", "dim")


def _markdown(tried: "Tried", searched: Sequence[Searched]) -> Iterator[str]:
    from seatkeeper.rules.laws import LAWS
    from seatkeeper.rules.plain import markdown_text

    right, lacking = len(tried.outcomes) - len(tried.failed), [c for c in tried.coverage if c.lacking]
    yield f"**{right:,} of {len(tried.outcomes):,} cases are decided as expected.**\n"
    for outcome in tried.failed:
        asked, decision = outcome.example, outcome.decision
        told = f"expected {asked.expect} {asked.reason or ''}".strip()
        yield f"- {markdown_text(asked.why)}: {told}, decided {decision.verb} {decision.reason}"
    done, of = len(tried.coverage) - len(lacking), len(tried.coverage)
    yield f"\n{done:,} of {of:,} clauses and values are exercised."
    yield from (f"- no case: {markdown_text(c.clause)} ({', '.join(c.lacking)})" for c in lacking)
    for one in searched:
        for law, sentence in LAWS.items():
            against = [b for b in one.broken if b.law == law]
            verdict = f"**broken for {len(against):,}**" if against else "holds"
            yield f"\n- {sentence}, among {one.people:,} {one.who}: {verdict}"
            clauses = sorted({b.clause for b in against})
            yield from (f"  - {markdown_text(clause)}" for clause in clauses)
