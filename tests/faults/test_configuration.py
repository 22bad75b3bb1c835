"""Every way in which the configuration, the environment or the command line can be wrong."""

from collections.abc import Callable

import pytest

from tests.faults.bench import Bench
from tests.faults.case import Case, check

pytestmark = pytest.mark.slow

Breaks = Callable[[Bench], object]
LEAVE = '"end_date < as_of"'


def told(old: str, new: str) -> Breaks:
    """Change the configuration."""
    return lambda bench: bench.configure(old, new)


def whole(data: bytes) -> Breaks:
    """Replace the configuration."""
    return lambda bench: bench.config.write_bytes(data)


def more(text: str) -> Breaks:
    """Add lines to the end of the configuration."""
    return lambda bench: bench.config.write_text(bench.config.read_text("utf-8") + text, "utf-8")


def without(name: str) -> Breaks:
    """Leave an environment variable away."""
    return lambda bench: bench.unset.add(name)


def nothing(_bench: Bench) -> None:
    """Only the command line is wrong."""


def a_folder(bench: Bench) -> None:
    bench.config.unlink()
    bench.config.mkdir()


def links(text: str) -> Breaks:
    """Name a links file with this text."""

    def breaks(bench: Bench) -> None:
        bench.configure("# file: links.csv ", "file: links.csv # ")
        (bench.folder / "links.csv").write_text(text, encoding="utf-8")

    return breaks


def two_forges(bench: Bench) -> None:
    text = bench.config.read_text(encoding="utf-8")
    start, end = text.index('  "acme":'), text.index("# Whose account is whose")
    block = text[start:end]
    bench.config.write_text(text.replace(block, block + block.replace('"acme":', '"other":', 1)), "utf-8")


def roster(text: str) -> Breaks:
    """A roster file with this text."""
    return lambda bench: (bench.folder / "roster.json").write_text(text, encoding="utf-8")


CASES = (
    Case("no configuration", lambda b: b.config.unlink(), "plan", "ConfigurationError", 2),
    Case("a folder for a configuration", a_folder, "plan", "ConfigurationError", 2),
    Case("an empty configuration", whole(b""), "plan", "ConfigurationError", 2),
    Case("a configuration that is not YAML", whole(b"version: [1\n"), "plan", "ConfigurationError", 2),
    Case("a configuration that is a list", whole(b"- version: 1\n"), "plan", "ConfigurationError", 2),
    Case("a configuration in another encoding", whole("é".encode("utf-16")), "plan", "ConfigurationError", 2),
    Case("a huge configuration", whole(b"#" * 1_000_001), "plan", "ConfigurationError", 2),
    Case("a YAML with duplicate keys", more("version: 1\n"), "plan", "ConfigurationError", 2),
    Case("an unknown field", more("dry_run: yes\n"), "plan", "ConfigurationError", 2),
    Case("an anchor", told("version: 1", "version: &one 1"), "plan", "ConfigurationError", 2),
    Case("a version of the future", told("version: 1", "version: 2"), "plan", "ConfigurationError", 2),
    Case("no token to read with", without("GH_READ"), "plan", "ConfigurationError", 2),
    Case("no token to write with", without("GH_WRITE"), "apply plan.json", "ConfigurationError", 2),
    Case(
        "one token for reading and writing",
        told("${GH_WRITE}", "${GH_READ}"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a token in the file",
        told('"${GH_READ}"', '"ghp_0123456789abcdef0123"'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a token in a file that others may read",
        told('"${GH_READ}"', "{file: seatkeeper.yaml}"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a token from a program that fails",
        told('"${GH_READ}"', '{command: [sh, -c, "echo $GH_READ; echo $GH_READ >&2; exit 1"]}'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a token over plain http",
        told("http://127.0.0.1", "http://forge.example"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a simulator's clock for a real forge",
        told("http://127.0.0.1", "https://forge.example"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case("an unknown column in a rule", told(LEAVE, '"fired < as_of"'), "plan", "PredicateRefused", 2),
    Case("a rule that is no expression", told(LEAVE, '"end_date <"'), "plan", "PredicateRefused", 2),
    Case("a rule that reads the clock", told(LEAVE, '"end_date < now()"'), "plan", "PredicateRefused", 2),
    Case("a rule of chance", told(LEAVE, '"random() < 0.1"'), "plan", "PredicateRefused", 2),
    Case(
        "a rule with two statements", told(LEAVE, '"true; DROP TABLE people"'), "plan", "PredicateRefused", 2
    ),
    Case("a rule that makes missing true", told(LEAVE, '"end_date IS NULL"'), "plan", "PredicateRefused", 2),
    Case(
        "overruling what the table does not keep",
        told('over: ["active"]', 'over: ["inactive"]'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a pin without an end",
        told("  pins: []", "  pins: [{account: a, pin: keep, owner: b, reason: c}]"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case("a limit below nothing", told("limits: {}", "limits: {run: -1}"), "plan", "ConfigurationError", 2),
    Case(
        "a limit above everybody",
        told("limits: {}", "limits: {run: {share: 120 %}}"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a time zone nobody knows",
        told('"Europe/Madrid"', '"Europe/Macondo"'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case(
        "a journal in memory",
        told('"sqlite:///seatkeeper.db"', '"sqlite:///:memory:"'),
        "status",
        "ConfigurationError",
        2,
    ),
    Case(
        "a journal of another kind",
        told('"sqlite:///seatkeeper.db"', '"mysql://h/db"'),
        "status",
        "ConfigurationError",
        2,
    ),
    Case(
        "a links file that is not there",
        told("# file: links.csv ", "file: links.csv # "),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case("a links file without logins", links("person,note\nE1,x\n"), "plan", "ConfigurationError", 2),
    Case(
        "a links file with a login twice",
        links("person,login\nE1,a\nE2,A\n"),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case("an unknown forge name", nothing, "plan --forge nowhere", "UsageError", 2),
    Case("two forges and none named", two_forges, "plan", "UsageError", 2),
    Case("an unknown account in why", nothing, "why nobody-of-that-name", "UsageError", 2),
    Case("history of an unknown account", nothing, "history nobody-of-that-name", "UsageError", 2),
    Case("status of an unknown run", nothing, "status 20200101T000000-nothing", "UsageError", 2),
    Case("an unknown command", nothing, "obliterate", "UsageError", 2),
    Case("an unknown option", nothing, "plan --dry-run", "UsageError", 2),
    Case("an approval without a key", nothing, "approve plan.json", "UsageError", 2),
    Case("a moment that is none", nothing, "history --at yesterday", "UsageError", 2),
    Case("a plan file in no folder", nothing, "plan --out nowhere/plan.json", "UsageError", 2),
    Case("nothing to release", nothing, "release --reason over --key {ana}", "UsageError", 2),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_what_is_told_wrongly_is_named_and_nothing_is_done(case: Case, bench: Bench) -> None:
    """File, line and field where there are any; the next command always."""
    check(case, bench)


SIMULATIONS = (
    Case("a roster that is not JSON", roster("{"), "simulate --roster roster.json", "UsageError", 2),
    Case("a roster of nothing", roster("{}"), "simulate --roster roster.json", "UsageError", 2),
    Case("a roster of another shape", roster("[]"), "simulate --roster roster.json", "UsageError", 2),
    Case("a roster that is not there", nothing, "simulate --roster gone.json", "UsageError", 2),
    Case("a company too small", nothing, "simulate --seats 3", "UsageError", 2),
    Case("a start over another's file", nothing, "init --organization acme", "UsageError", 2),
    Case("a start without an organization", nothing, "init -c new.yaml", "UsageError", 2),
    Case(
        "a simulator that announced nothing",
        roster("{"),
        "init --simulator roster.json -c n.yaml",
        "UsageError",
        2,
    ),
)


@pytest.mark.parametrize("case", SIMULATIONS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_start_that_can_not_be_made_is_named(case: Case, bench: Bench) -> None:
    """Simulate and init tell what is wrong like every other command."""
    check(case, bench)
