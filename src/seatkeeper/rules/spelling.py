"""What an expression may be written with, before anything parses it."""

import re
import unicodedata

from seatkeeper.errors import PredicateRefused

LONGEST = 2000
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_OUTSIDE = re.compile(r"[A-Za-z0-9_ \t\r\n()<>=!,.\"+:\[\]-]")


def check_spelling(text: str, use: str) -> None:
    """Raise `PredicateRefused` for a character or a length that no honest rule needs.

    Outside quotes only ASCII letters, digits and the operators of comparisons
    are read; inside them any letter, but nothing invisible, and no word that
    mixes Latin letters with letters that look like them.
    """
    if len(text) > LONGEST:
        raise _refused(f"it is too long: {len(text)} characters of {LONGEST}", text[:80], use)
    if not text.strip():
        raise _refused("it is empty", text, use)
    outside = _QUOTED.sub(" ", text)
    if "--" in outside or "/*" in outside:
        raise _refused("it holds a comment", text, use)
    for character in outside:
        if not _OUTSIDE.fullmatch(character):
            raise _refused(f"{_named(character)} is not admitted outside quotes", text, use)
    for quoted in _QUOTED.findall(text):
        _check_quoted(quoted, text, use)


def _check_quoted(quoted: str, text: str, use: str) -> None:
    scripts = {unicodedata.name(c, "?").split()[0] for c in quoted if c.isalpha()}
    if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL"}:
        raise _refused(f"{quoted} mixes letters that look alike ({', '.join(sorted(scripts))})", text, use)
    for character in quoted:
        if character != " " and unicodedata.category(character)[0] in "CZ":
            raise _refused(f"{_named(character)} hides inside {quoted!a}", text, use)


def _named(character: str) -> str:
    return f"{character!a} ({unicodedata.name(character, 'a control character').lower()})"


def _refused(what: str, text: str, use: str) -> PredicateRefused:
    return PredicateRefused(
        f"the {use} rule was refused: {what}",
        arithmetic=f"in: {text!a}",
        remedy="compare declared columns plainly, as in end_date < as_of; then: seatkeeper check",
    )
