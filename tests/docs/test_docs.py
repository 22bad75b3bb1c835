"""The documentation says what is so: nothing undocumented, nothing that is not there any more."""

import re
from pathlib import Path
from typing import get_args

import pytest

from seatkeeper.cli.exits import RANKED
from seatkeeper.cli.main import COMMANDS
from seatkeeper.config.describe import fields, json_schema
from seatkeeper.model.decision import Verb
from seatkeeper.model.plan import Ruling, StepAction
from seatkeeper.model.policy import PinKind, Trust
from seatkeeper.model.run import Result
from tests.docs.pages import DOCS, EXIT_CODES, PAGES, error_classes

ROOT = DOCS.parent
LAWS = 13


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n == "permissions.md" else ()) for n in PAGES]
)
def test_a_page_made_from_the_source_is_current(name: str) -> None:
    """If it is not, write it anew with `.venv/bin/python -m tests.docs.pages`."""
    assert _text(name) == PAGES[name]()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_tour(command: str) -> None:
    """As somebody would type it."""
    assert re.search(rf"\bseatkeeper {command}\b", _text("tour.md"))


def test_the_pages_show_no_command_that_is_none() -> None:
    """What is typed from a page works."""
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    shown = {
        (page.name, found)
        for page in pages
        for found in re.findall(
            r"^    seatkeeper ([a-z]+)|`seatkeeper ([a-z]+)", page.read_text("utf-8"), re.MULTILINE
        )
    }

    assert {
        (page, first or second) for page, (first, second) in shown if (first or second) not in COMMANDS
    } == set()


def test_every_field_of_the_configuration_says_what_it_is() -> None:
    """A field without a word is a field nobody dares to set."""
    schema = json_schema()

    assert [path for path, _, text in fields(schema, schema) if len(text) < 10] == []


def test_every_exit_code_is_documented() -> None:
    """Those that errors have, those that commands rank, and no other."""
    assert {error.exit_code for error in error_classes()} <= set(EXIT_CODES)
    assert set(RANKED) == set(EXIT_CODES)


def _glossary() -> dict[str, str]:
    rows = re.findall(r"^\| (\*\*.+?) \| (.+) \|$", _text("glossary.md"), re.MULTILINE)
    return {word: meaning for words, meaning in rows for word in re.findall(r"\*\*(.+?)\*\*", words)}


@pytest.mark.parametrize("words", [Verb, Ruling, StepAction, PinKind, Trust, Result])
def test_every_word_the_rules_speak_is_in_the_glossary(words: object) -> None:
    """Whoever reads a plan finds its words explained."""
    text = _text("glossary.md").lower()

    assert [word for word in get_args(words) if not re.search(rf"\b{word}\b", text)] == []


def test_the_glossary_explains_only_words_that_are_used() -> None:
    """A word that the source does not speak is a leftover."""
    source = "\n".join(file.read_text(encoding="utf-8").lower() for file in (ROOT / "src").rglob("*.py"))
    words = _glossary()

    assert len(words) > 30
    assert [word for word in words if word.lower().rstrip("s") not in source] == []


def _promises() -> dict[int, list[str]]:
    sections = re.split(r"^## (\d+)\. .*$", _text("promises.md"), flags=re.MULTILINE)[1:]
    return {
        int(number): re.findall(r"`(tests/[^`]+)`", body)
        for number, body in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_law_is_promised_and_held_by_tests() -> None:
    """A law without a test is a wish."""
    promises = _promises()

    assert sorted(promises) == list(range(1, LAWS + 1))
    assert [number for number, tests in promises.items() if not tests] == []


@pytest.mark.parametrize("law", range(1, LAWS + 1))
def test_the_tests_of_a_promise_are_there(law: int) -> None:
    """By file, and by name where a name is given."""
    for test in _promises()[law]:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), file
        assert not name or re.search(rf"\bdef {name}\(", (ROOT / file).read_text(encoding="utf-8")), test


@pytest.mark.parametrize(
    "page", [Path("README.md"), *sorted(p.relative_to(ROOT) for p in DOCS.rglob("*.md"))], ids=str
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Relative ones; nothing here depends on the network."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]

    assert [t for t in targets if "://" not in t and t and not (ROOT / page.parent / t).exists()] == []


def test_every_decision_record_has_its_three_parts() -> None:
    """Context, decision, consequences, and a number of its own."""
    records = sorted((DOCS / "adr").glob("*.md"))

    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], record.name


def test_every_changelog_fragment_has_its_form() -> None:
    """An area, a kind, and a sentence."""
    for fragment in (ROOT / "changelog.d").glob("*.md"):
        if fragment.name != "README.md":
            text = fragment.read_text(encoding="utf-8")
            assert re.match(r"[a-z]+-[a-z0-9-]+\.md$", fragment.name), fragment.name
            assert re.match(r"(New|Changed|Fixed|Removed): .+\.\n\Z", text, re.DOTALL), fragment.name
