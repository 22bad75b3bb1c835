"""Every command but apply and follow works with a credential that may only read, and sends no write."""

import sys
import threading
from typing import NamedTuple

import pytest

from seatkeeper.cli.main import COMMANDS
from seatkeeper.cli.plans import read_plan
from tests.docs.permissions import ASKING
from tests.faults.bench import Bench
from tests.faults.case import trace

pytestmark = pytest.mark.slow

WRITING = {"apply", "follow", "revoke", "conformance"}
"""The only commands that are given a credential that can write."""
NOT_HERE = {"simulate", "demo", "rehearse", "serve"}
"""They raise a forge of their own and are given no credential; serve ends when it is stopped: tests/web."""
ENDS = {0, 3}


class Typed(NamedTuple):
    """One command line, after what was typed before it."""

    line: str
    before: tuple[str, ...] = ()
    ends: int = 0
    has_json: bool = True


LINES = (
    Typed("init -c another.yaml --organization acme"),
    Typed("look --organization {organization} --api {api} --source sqlite:///people.db"),
    Typed("check"),
    Typed("links"),
    Typed("links --export all.csv"),
    Typed("observe"),
    Typed("plan --out new.json", ends=3),
    Typed("plan --out new.json --key {ana}", ends=3),
    Typed("show plan.json"),
    Typed("why user3"),
    Typed("impact --against seatkeeper.yaml"),
    Typed("test -c another.yaml --laws none", ("init -c another.yaml --organization acme",)),
    Typed("review --against seatkeeper.yaml --laws none --only check,impact,plan"),
    Typed("approve plan.json --key {ben}"),
    Typed("status"),
    Typed("stop --reason drill --by ben"),
    Typed("release --reason over --key {chloe}", ("stop --reason drill --by ben",)),
    Typed("history"),
    Typed("history user3"),
    Typed("verify"),
    Typed("pins"),
    Typed("holds"),
    Typed("incident"),
    Typed("incident open --reason drill --by ben"),
    Typed("incident report --out report.md", ("incident open --reason drill --by ben",)),
    Typed("incident reply user3 --by ben"),
    Typed("notices"),
    Typed("notices preview"),
    Typed("restore --at 2026-01-01 --out back.json"),
)


def names_of(bench: Bench) -> dict[str, object]:
    """What the names in `LINES` stand for."""
    keys: dict[str, object] = {person: bench.key(person) for person in ("ana", "ben", "chloe")}
    return keys | {"organization": bench.company.organization.login, "api": bench.forge.url}


@pytest.fixture
def readonly(bench: Bench) -> Bench:
    """A credential that may only read, one that writes down whether it was asked for, no write that works."""
    bench.configure('"${GH_WRITE}"', "{command: [touch, asked-for]}")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        bench.world.faults.add("status", method=method, path="(?!/graphql).*", times=0, status=500)
    bench.world.faults.add("status", contains="mutation", path="/graphql", times=0, status=500)
    return bench


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "terminal"])
@pytest.mark.parametrize("typed", LINES, ids=lambda typed: typed.line.replace(" ", "_"))
def test_a_reading_command_needs_no_right_to_write(typed: Typed, as_json: bool, readonly: Bench) -> None:  # noqa: FBT001  # pytest's parameter
    """It ends well, the forge saw nothing but reads by the reading credential, and nothing changed."""
    before = trace(readonly)
    names = names_of(readonly)
    for line in (*typed.before, typed.line):
        words = line.format_map(names)
        said = readonly.run(words, as_json=as_json and typed.has_json)

    assert said.code == typed.ends, said
    assert not (readonly.folder / "asked-for").exists()
    assert trace(readonly) == before
    asked = readonly.world.log.requests
    assert {request.token for request in asked} == ({"read"} if typed.line.split()[0] in ASKING else set())
    assert {(r.method, r.path) for r in asked if r.method != "GET"} <= {("POST", "/graphql")}


def test_every_command_is_either_here_or_may_write() -> None:
    """A command that is added has to choose."""
    assert {typed.line.split()[0] for typed in LINES} | WRITING | NOT_HERE == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(WRITING))
def test_a_writing_command_does_nothing_without_its_credential(command: str, bench: Bench) -> None:
    """With a token that may only read in its place, the forge refuses and nobody loses anything."""
    bench.approve()
    if command == "follow":
        assert bench.run("apply plan.json").code == 0
        with bench.world.lock:
            for change in read_plan(bench.plan)[0].changes:
                if change.kind == "join":
                    bench.world.accept(change.account)
    bench.environ["GH_WRITE"] = bench.forge.read_token
    with bench.world.lock:
        effects, grants = list(bench.world.log.effects), bench.world.grants()
    who = read_plan(bench.plan)[0].changes[0].account
    typed = {
        "apply": "apply plan.json",
        "follow": "follow",
        "conformance": "conformance",
        "revoke": f"revoke {who} --now --reason drill --key {bench.key('chloe')}",
    }
    said = bench.run(typed[command])

    assert "Traceback" not in said.out + said.err
    assert bench.world.log.effects == effects
    assert bench.world.grants() == grants


def test_no_reading_command_imports_the_writer(bench: Bench) -> None:
    """Planning and showing never load the module that can write, so it can't be called by mistake."""
    for name in [n for n in sys.modules if n == "seatkeeper.forges.github.writer"]:
        del sys.modules[name]
    for line in ("observe", "plan --out new.json", "show plan.json", "check", "holds"):
        bench.run(line)

    assert "seatkeeper.forges.github.writer" not in sys.modules
    assert threading.active_count() < 50  # nothing was left running
