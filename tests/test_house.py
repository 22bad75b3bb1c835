"""The house is in order: who may write, who may import what, and what no file may hold."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seatkeeper import errors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "seatkeeper"

MAY_NAME_THE_WRITER = {
    "ports.py",
    "bootstrap.py",
    "workflow/apply.py",
    "workflow/follow.py",
    "workflow/conform.py",
}

HEAVY = ("alembic", "apprise", "cryptography", "duckdb", "fastapi", "graphql", "httpx2", "jinja2", "obstore",
         "pyarrow", "pydantic", "rich", "ruamel", "sqlalchemy", "sqlglot")  # fmt: skip

# Put together here, so that this file does not hold them itself.
FORBIDDEN = {
    "a registry's host": r"(?:pypi\.org|pythonhosted\.org|npmjs\.(?:com|org)|artifactory|/simple/[a-z])",
    "a machine's path": r"(?<![\w.])/(?:work|root|opt|home)/[a-z]",
    "a note to do something later": r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME")) + r")\b",
    "a private key": "BEGIN (?:OPENSSH |RSA |EC )?PRIVATE" + " KEY",
}
NOT_OURS = ("LICENSE",)


def _files(*suffixes: str) -> Iterator[Path]:
    """Every file that is, or is about to be, committed."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        file = ROOT / name
        if file.is_file() and (not suffixes or file.suffix in suffixes):
            yield file


def _named(word: str) -> set[str]:
    return {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if re.search(rf"\b{word}\b", file.read_text(encoding="utf-8"))
    }


def test_only_apply_and_follow_name_the_writer() -> None:
    """Planning cannot write: the type that can is not within its reach."""
    outside = {name for name in _named("ForgeWriter") if not name.startswith("forges/")}

    assert outside <= MAY_NAME_THE_WRITER
    assert {"ports.py", "workflow/apply.py"} <= outside


@pytest.mark.parametrize("door", ["ForgeFurnisher", "ForgeGuest"])
def test_only_conform_names_what_fills_a_scratch_organization(door: str) -> None:
    """Nothing else can make or remove a team or a repository."""
    outside = {name for name in _named(door) if not name.startswith("forges/")}

    assert outside <= {"ports.py", "workflow/conform.py", "workflow/scratch.py"}


def test_only_bootstrap_knows_which_writer_there_is() -> None:
    """The connector's own class is built in one place."""
    outside = {name for name in _named("GitHubWriter") if not name.startswith("forges/github/")}

    assert outside == {"bootstrap.py"}


def test_time_is_asked_for_in_one_place() -> None:
    """Everything else is given a clock; how long something took is no date."""
    asks = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(|time\.sleep\(")
    found = {
        str(f.relative_to(SOURCE)) for f in SOURCE.rglob("*.py") if asks.search(f.read_text(encoding="utf-8"))
    }

    assert {name for name in found if not name.startswith("forges/simulator/")} == {"clock.py"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds_what_belongs_to_one_machine_or_one_moment(what: str) -> None:
    """A clone is the same everywhere."""
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{file.relative_to(ROOT)}: {hit.group()}"
        for file in _files()
        if file.name not in NOT_OURS and file != Path(__file__)
        for hit in [pattern.search(file.read_text(encoding="utf-8", errors="replace"))]
        if hit
    ]

    assert found == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "LICENSE", "changelog.d/README.md", "requirements/run.lock", "requirements/test.lock"],
)
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    """And not empty."""
    assert (ROOT / name).stat().st_size > 200


def test_the_licence_is_apache_2() -> None:
    """The whole text, as its authors wrote it."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize(
    "name", ["script/bootstrap", "script/demo", "script/test", "script/parts", "script/lint", "script/bench",
             "script/nightly", ".ci/run"],
)  # fmt: skip
def test_every_script_can_be_run_and_stops_at_its_first_failure(name: str) -> None:
    """Executable, sound bash, strict, and with a line that says what it does."""
    file = ROOT / name
    lines = file.read_text(encoding="utf-8").splitlines()

    assert file.stat().st_mode & 0o111
    assert lines[0] == "#!/usr/bin/env bash"
    assert lines[1].startswith("# ")
    assert "set -euo pipefail" in lines
    subprocess.run(["bash", "-n", str(file)], check=True)


def test_every_dependency_is_locked_with_a_hash() -> None:
    """What was tested is what is installed."""
    for lock in ("run.lock", "test.lock"):
        text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
        blocks = [block for block in re.split(r"\n(?=[A-Za-z])", text) if re.match(r"[A-Za-z]", block)]

        assert len(blocks) > 10
        assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_command_line_opens_without_anything_heavy() -> None:
    """`seatkeeper --help` is the first thing people type; commands import what they need."""
    script = (
        "import sys; from click.testing import CliRunner; from seatkeeper.cli.main import seatkeeper; "
        "result = CliRunner().invoke(seatkeeper, ['--help']); assert result.exit_code == 0, result.output; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()

    assert [name for name in HEAVY if name in loaded] == []
    assert "seatkeeper" in loaded


@pytest.mark.parametrize(
    "folder",
    ["model", "rules", "workflow", "journal", "forges", "sources", "channels", "config", "cli", "web",
     "conformance"],
)  # fmt: skip
def test_files_are_small(folder: str) -> None:
    """One idea a file: nobody scrolls to find where something happens."""
    long = {
        str(file.relative_to(SOURCE)): lines
        for file in (SOURCE / folder).rglob("*.py")
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}


def test_no_file_is_named_after_nothing() -> None:
    """A drawer for everything is where things get lost."""
    nothing = re.compile(r"(utils?|helpers?|managers?|base|common|misc)\.py")

    assert [str(file.relative_to(ROOT)) for file in _files(".py") if nothing.fullmatch(file.name)] == []


def test_every_error_says_its_exit_code_and_is_drawn_in_the_tree() -> None:
    """The tree in errors.py is the whole truth."""
    tree = errors.__doc__ or ""
    for error in _errors(errors.SeatkeeperError):
        drawn = re.search(rf"\b{error.__name__} +(\d)\b", tree)
        assert drawn is not None, error.__name__
        assert int(drawn[1]) == error.exit_code


def _errors(root: type[errors.SeatkeeperError]) -> Iterator[type[errors.SeatkeeperError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _errors(child)
