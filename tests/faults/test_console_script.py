"""A handful of bad inputs through a process of its own: what a shell and a pipeline really see."""

import json
import subprocess
import sys

import pytest

from tests.faults import test_configuration, test_forge, test_people, test_plans
from tests.faults.bench import Bench, Said
from tests.faults.case import Case, shows_error, tells_no_secret, trace

WANTED = {
    "a wrong token",
    "a renamed column",
    "an unknown option",
    "a plan that is not JSON",
    "a self-approval",
    "no token to read with",
}
ROWS = (*test_forge.CASES, *test_people.CASES, *test_configuration.CASES, *test_plans.CASES)


def typed(bench: Bench, command: str) -> Said:
    """Run ``seatkeeper`` as a process."""
    words = command.format(ana=bench.key("ana")).split()
    done = subprocess.run(
        [sys.executable, "-m", "seatkeeper.cli.main", *words],
        cwd=bench.folder,
        env=bench.environment(),
        capture_output=True,
        check=False,
        text=True,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "case", [c for c in ROWS if c.name in WANTED], ids=lambda case: case.name.replace(" ", "-")
)
def test_a_process_ends_the_same_way(case: Case, bench: Bench) -> None:
    """The same code, the same object on standard output, nothing on standard error but words."""
    case.breaks(bench)
    before = trace(bench)
    said = typed(bench, f"{case.command} --json")

    assert said.code == case.code, said
    shows_error(case, said.facts)
    assert trace(bench) == before
    tells_no_secret(said, bench.secrets)


def test_a_person_reads_words_and_the_next_command(bench: Bench) -> None:
    """Without --json, standard output stays empty and standard error has the three parts."""
    bench.environ["GH_READ"] = "ghp_wrong_0123456789abcdef"
    said = typed(bench, "observe")

    assert said.code == 1
    assert said.out == ""
    assert said.err.startswith("CredentialRefused: ")
    assert "next: " in said.err
    tells_no_secret(said, bench.secrets)


NO_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
from seatkeeper.cli.main import main
sys.argv = ["seatkeeper", "observe", "--json"]
main()
"""


def test_a_journal_that_can_not_grow_is_named_and_nothing_is_done(bench: Bench) -> None:
    """No file may grow beyond 8 KiB, as on a disk that is full: an error, and not a half-written entry."""
    before = trace(bench)
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM],
        cwd=bench.folder,
        env=bench.environment(),
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 1, done
    assert json.loads(done.stdout)["error"] == "JournalError"
    assert "Traceback" not in done.stderr
    assert trace(bench) == before
    assert bench.run("verify").facts["verifies"]
