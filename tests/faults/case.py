"""One bad input as a row: what is broken, what is typed, and how that must end."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from seatkeeper import errors
from seatkeeper.cli.plans import read_plan
from tests.faults.bench import Bench, Said

NEXT = re.compile(r"seatkeeper (-|[a-z])|command again|chmod ")
"""A remedy says what to type: a command of ours, the same one again, an option, or another tool."""


class Case(NamedTuple):
    """`breaks` breaks one thing; `ends` names an error, the guard that holds, or what the journal tells.

    An error is shown by name and with the code it declares. A guard
    ends in a plan in which nobody loses anything; where only the list of
    invitations is at fault, nobody is invited.
    """

    name: str
    breaks: Callable[[Bench], object]
    command: str
    ends: str
    code: int


def check(case: Case, bench: Bench) -> None:
    """Break, type, and look at everything that a bad input must leave behind."""
    case.breaks(bench)
    secrets, before = bench.secrets, trace(bench)
    planning = case.command.startswith("plan") and "--out" not in case.command
    said = bench.run(case.command.format_map(_Keys(bench)) + (" --out new.json" if planning else ""))

    assert said.code == case.code, brief(said, bench)
    if case.ends[0].isupper():
        shows_error(case, said.facts)
    elif case.ends == "faults":
        assert said.facts["faults"]
        assert not said.facts["verifies"]
    elif case.ends == "drifted":
        assert said.facts["results"]["drifted"] == sum(said.facts["results"].values()) > 0
    else:
        takes_nothing(case, bench)
    assert trace(bench) == before, "something reached the forge"
    tells_no_secret(said, secrets)


class _Keys(dict[str, str]):
    def __init__(self, bench: Bench) -> None:
        super().__init__(
            {name: bench.key(name) for name in ("ana", "ben", "chloe", "mallory")},
        )


def trace(bench: Bench) -> tuple[list[Any], list[Any], Any]:
    """Every write that the forge was asked for, what changed there, and who holds what."""
    with bench.world.lock:
        return bench.world.log.writes(), list(bench.world.log.effects), bench.world.grants()


def shows_error(case: Case, facts: dict[str, Any]) -> None:
    """The error is named, explained, and followed by a command."""
    assert facts["error"] == case.ends, facts
    assert facts["exit_code"] == case.code == getattr(errors, case.ends).exit_code
    assert set(facts) == {"error", "what", "arithmetic", "remedy", "exit_code"}
    assert len(facts["what"]) > len("It failed.")
    assert NEXT.search(facts["remedy"]), facts


def takes_nothing(case: Case, bench: Bench) -> None:
    """The plan was made and takes nothing from anybody; the guard or the reason says why."""
    plan, _, _ = read_plan(bench.folder / "new.json")
    if case.ends == "invitations-not-whole":
        assert not [change.login for change in plan.changes if change.kind == "join"]
    else:
        assert not [change.login for change in plan.changes if change.lost]
    verdict = next(v for v in plan.verdicts if v.guard == case.ends)
    assert verdict.ruling in {"holds", "trips"}, verdict
    assert verdict.arithmetic


def brief(said: Said, bench: Bench) -> str:
    """What was said, short enough to read in a failing test."""
    written = bench.folder / "new.json"
    if said.facts.get("error") or not written.exists():
        return f"{said.code}: {said.out[:600]} {said.err[:600]}"
    plan, _, _ = read_plan(written)
    guards = {v.guard: (v.ruling, v.exit_code, v.arithmetic) for v in plan.verdicts if v.ruling != "passes"}
    return f"{said.code}: {guards} {sorted({h.reason for h in plan.holds})}"


def tells_no_secret(said: Said, secrets: list[str]) -> None:
    """Neither stream repeats a credential, and neither shows where in the source it went wrong."""
    shown = said.out + said.err
    assert "Traceback" not in shown
    assert not [secret for secret in secrets if secret and secret in shown]
