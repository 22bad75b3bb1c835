"""`seatkeeper --help` answers at once, because it loads nothing that only a command needs."""

import subprocess
import sys

import pytest

HEAVY = ("duckdb", "httpx2", "sqlalchemy", "rich", "pydantic", "pyarrow", "pandas", "sqlglot", "cryptography")

ASK = """
import sys
from click.testing import CliRunner
from seatkeeper.cli.main import seatkeeper
answer = CliRunner().invoke(seatkeeper, sys.argv[1:])
assert answer.exit_code == 0, answer.output
print(*sorted(name for name in sys.modules if "." not in name))
"""


def loaded(*arguments: str) -> set[str]:
    """The modules a process has loaded after this command line."""
    command = [sys.executable, "-c", ASK, *arguments]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_and_version_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Neither tables nor databases nor HTTP: whoever asks for help waits for none of them."""
    modules = loaded(*arguments)

    assert "seatkeeper" in modules
    assert modules.isdisjoint(HEAVY), sorted(modules.intersection(HEAVY))


def test_a_commands_own_help_loads_nothing_heavy_either() -> None:
    """The help of each command comes with its module alone."""
    modules = loaded("plan", "--help")

    assert modules.isdisjoint(HEAVY), sorted(modules.intersection(HEAVY))


def test_the_measure_sees_what_a_command_loads() -> None:
    """Were something heavy imported, this test's way of looking would show it."""
    command = [sys.executable, "-c", f"import duckdb{ASK}", "--help"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert "duckdb" in told.split()
