"""A YAML text as plain values, with the line that each of them stands on.

Every scalar stays the text it was written as: ``no`` is the word no, ``1`` is
"1", and the schema alone says what a field means. Only an empty value, ``~``
and ``null`` are None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from seatkeeper.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ruamel.yaml.nodes import MappingNode, Node

Path = tuple[str | int, ...]
"""Where a value stands: keys of mappings and positions in lists, from the top."""

_PLAIN_TAGS = ("bool", "float", "int", "map", "null", "seq", "str", "timestamp")


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file, and the line of each by its path (lines count from 1)."""

    file: str
    values: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def refusal(
        self, path: Path, problem: str, *, allowed: Iterable[str] = (), wrote: str = "", then: str = ""
    ) -> ConfigurationError:
        """The error about the field at `path`: what is `allowed` there, and what is nearest to `wrote`.

        `then` is what to type next, where it is not that the line must be corrected.
        """
        line = self.line(path)
        choices = sorted(allowed)
        near = get_close_matches(wrote, choices, 1) if wrote else []
        hint = f"did you mean {near[0]}? " if near else ""
        return ConfigurationError(
            f"{self.file}:{line}: {dotted(path)}: {problem}",
            arithmetic=f"allowed here: {', '.join(choices)}" if choices else "",
            remedy=then or hint + remedy(self.file, line),
        )


def dotted(path: Path) -> str:
    """A path as people write it: ``policy.pins[0].until``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the file"


def read_document(text: str, file: str) -> Document:
    """Parse `text`; `file` is the name that errors give.

    Raises:
        ConfigurationError: It is not YAML, has a key twice, or a tag, a merge or an anchor.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415  # only commands that have a configuration pay for it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _refusal(file, line, f"not YAML: {error.problem or error.context}") from None
    except YAMLError:
        raise _refusal(file, 1, "not YAML: it has a character that YAML does not allow") from None
    document = Document(file, {}, {})
    return Document(file, {} if root is None else _value(root, (), document), document.lines)


def _value(node: Node, path: Path, document: Document) -> object:
    from ruamel.yaml.nodes import MappingNode, SequenceNode  # noqa: PLC0415  # likewise

    line = node.start_mark.line + 1
    document.lines.setdefault(path, line)
    kind = str(node.tag).rpartition(":")[2]
    plain = str(node.tag).startswith("tag:yaml.org,2002:") and kind in _PLAIN_TAGS
    if not plain or node.anchor:
        raise _refusal(document.file, line, "a tag or an anchor, which a configuration does not need")
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, at), document) for at, item in enumerate(node.value)]
    return None if kind == "null" else str(node.value)


def _mapping(node: MappingNode, path: Path, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key.value, str) or str(key.tag).endswith((":null", ":merge")):
            raise _refusal(document.file, line, "a key that is not a word; put it in quotes")
        name = str(key.value)
        here = (*path, name)
        if name in values:
            first = document.lines[here]
            raise _refusal(document.file, line, f"the key {name!r} is there twice, first on line {first}")
        document.lines[here] = line
        values[name] = _value(value, here, document)
    return values


def _refusal(file: str, line: int, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{file}:{line}: {problem}", remedy=remedy(file, line))


def remedy(file: str, line: int) -> str:
    """The command to type next, once the line has been corrected."""
    return f"correct line {line}, then: seatkeeper check -c {file}"
