"""The attempts to get past approvals, guards and switches are counted, so that none is lost unseen."""

from collections import Counter
from importlib import import_module
from pathlib import Path

from tests.security.night import Attempt


def attempts() -> list[Attempt]:
    """Those of every file of them that is here."""
    files = sorted(Path(__file__).parent.glob("test_getting_past_*.py"))
    return [one for file in files for one in import_module(f"tests.security.{file.stem}").ATTEMPTS]


def test_there_are_a_hundred_and_twenty_and_more() -> None:
    """Whoever takes one away gives another."""
    assert len(attempts()) >= 120


def test_every_attempt_has_a_name_of_its_own_and_says_why_it_is_refused() -> None:
    """So that a failure says what got past."""
    names = Counter(attempt.name for attempt in attempts())

    assert [name for name, times in names.items() if times > 1] == []
    assert [attempt.name for attempt in attempts() if not attempt.why] == []
