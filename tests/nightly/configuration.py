"""Mangled configurations: each is read, or refused by name; none ends in a traceback or shows a secret."""

import random
import tempfile
from pathlib import Path

from seatkeeper.config.template import Starter, render
from seatkeeper.errors import ConfigurationError
from tests.config.files import ENVIRON, SOUND, settings

_PIECES = (
    "{",
    "}",
    "[",
    "]",
    ": ",
    ", ",
    "\n",
    "  ",
    '"',
    "'",
    "#",
    "- ",
    "&a ",
    "*a",
    "!!int ",
    "${",
    "null",
    "no",
    "\u00a0",
    "\u200b",
    "\x00",
    "9" * 400,
    "é",
    "<<: ",
)


def run(seed: int, deadline: float) -> dict[str, int]:  # noqa: ARG001  # one case takes milliseconds
    """Change a sound configuration in some places and load it."""
    chance = random.Random(seed)
    text = chance.choice((SOUND, render(Starter("acme", teams="teams"))))
    for _ in range(chance.randint(1, 4)):
        text = _mangled(text, chance)
    refused = _refusal(text)
    if refused is None:
        return {"configurations": 1, "accepted": 1}
    shown = f"{refused.what}{refused.arithmetic}{refused.remedy}"
    assert ENVIRON["GH_READ"] not in shown, text
    assert refused.remedy, text
    return {"configurations": 1, "refused": 1}


def _refusal(text: str) -> ConfigurationError | None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            loaded = settings(Path(folder), text)
            loaded.policy()
            loaded.limits()
            loaded.source()
        except ConfigurationError as error:
            return error
    return None


def _mangled(text: str, chance: random.Random) -> str:
    """One change: a piece in, a stretch out, a line twice, two lines exchanged, a word for another."""
    lines = text.splitlines(keepends=True)
    at, other = chance.randrange(len(text)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            return text[:at] + chance.choice(_PIECES) + text[at:]
        case 1:
            return text[:at] + text[at + chance.randint(1, 30) :]
        case 2:
            return "".join([*lines[:other], lines[other], *lines[other:]])
        case 3:
            mixed = chance.randrange(len(lines))
            lines[other], lines[mixed] = lines[mixed], lines[other]
            return "".join(lines)
        case _:
            words = text.split(" ")
            words[chance.randrange(len(words))] = chance.choice(words)
            return " ".join(words)
