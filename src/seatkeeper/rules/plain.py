"""Text from outside made fit to be shown: one line, nothing that moves a cursor or turns a word round.

Names come from forges and people databases, and anybody can choose theirs.
"""

import re
import unicodedata

_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKUP = frozenset("\\`*_[]~|")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BREAK = "<!-- -->"
_LINKS = re.compile(r"[@#]|:(?=//)|mailto:|www\.", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with every character that has no look of its own spelled out by its number."""
    if text.isascii() and text.isprintable():
        return text  # nearly every name, at a tenth of the cost
    return "".join(_spelled(c) if unicodedata.category(c) in _UNSHOWN else c for c in text)


def _spelled(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def plain_json(written: str) -> str:
    """JSON in which no character without a look of its own stands as itself: the same values, spelled out."""
    return "".join(_escaped(c) if c != "\n" and unicodedata.category(c) in _UNSHOWN else c for c in written)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def markdown_text(text: str) -> str:
    """The text as Markdown that shows exactly it: no link, no markup, no mention of anybody.

    A comment breaks what a forge would turn into a mention, a reference or a
    link; escapes don't, because forges look for those in the finished page.
    """
    marked = "".join(_HTML.get(c) or (f"\\{c}" if c in _MARKUP else c) for c in plain(text))
    return _LINKS.sub(lambda found: f"{found[0]}{_BREAK}", marked)
