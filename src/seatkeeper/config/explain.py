"""pydantic's findings as errors of ours: file and line, the field, what is allowed, what to type next."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from seatkeeper.config.document import Document, Path
from seatkeeper.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Shape = Mapping[str, Any]
"""A JSON Schema, or a part of one."""

_QUOTED = re.compile(r"'([^']*)'")
_SHOWN = 10


def explain(error: ValidationError, document: Document, model: type[BaseModel]) -> ConfigurationError:
    """The first finding as the error, the rest in its arithmetic. No value of the file is repeated."""
    findings = sorted(error.errors(include_url=False), key=lambda finding: _order(finding, document))
    first, *others = [_one(finding, document, model) for finding in findings]
    if not others:
        return first
    more = [one.what for one in others[:_SHOWN]]
    parts = [first.arithmetic, f"{len(others)} more:", *more]
    return ConfigurationError(first.what, arithmetic="\n".join(filter(None, parts)), remedy=first.remedy)


def _order(finding: "ErrorDetails", document: Document) -> tuple[bool, int]:
    """What was written wrongly comes before what was not written, each in order of lines."""
    return finding["type"] == "missing", document.line(_path(finding["loc"], document.values))


def _one(finding: "ErrorDetails", document: Document, model: type[BaseModel]) -> ConfigurationError:
    path = _path(finding["loc"], document.values)
    kind, context = finding["type"], finding.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _fields(model.model_json_schema(), path[:-1], document.values)
        return document.refusal(path, "there is no such field", allowed=allowed, wrote=str(path[-1]))
    if kind in {"literal_error", "union_tag_invalid"}:
        tagged = kind == "union_tag_invalid"
        expected = context["expected_tags" if tagged else "expected"]
        return document.refusal(
            (*path, "kind") if tagged else path,
            "is not what it may be",
            allowed=set(_QUOTED.findall(expected)) or {expected},
            wrote=str(context["tag"] if tagged else finding["input"]),
        )
    if kind == "union_tag_not_found":
        return document.refusal((*path, "kind"), "is missing", allowed=_kinds(model, path))
    return document.refusal(path, _said(finding))


def _said(finding: "ErrorDetails") -> str:
    if finding["type"] == "missing":
        return "is missing"
    if finding["type"] == "value_error":
        return str(finding["ctx"]["error"])
    if finding["type"] in {"model_type", "model_attributes_type", "dict_type"}:
        return "should be fields with values, such as {field: value}"
    return finding["msg"].replace("Input should", "should", 1)


def _path(loc: Sequence[str | int], values: object) -> Path:
    """The part of pydantic's location that is in the file: union tags are not."""
    path: list[str | int] = []
    for at, part in enumerate(loc):
        if _holds(values, part):
            values = _at(values, part)
        elif at < len(loc) - 1 or part == "[key]":
            continue
        path.append(part)
    return tuple(path)


def _holds(values: object, part: str | int) -> bool:
    if isinstance(values, list):
        return isinstance(part, int) and part < len(values)
    return isinstance(values, dict) and part in values


def _at(values: object, part: str | int) -> object:
    """What stands at `part` of a mapping or a list."""
    if isinstance(values, list):
        return values[part] if isinstance(part, int) else None
    return values.get(part) if isinstance(values, dict) else None


def _fields(schema: Shape, path: Path, values: object) -> set[str]:
    """The names of the fields that the mapping at `path` may have."""
    here: list[Shape] = [schema]
    for part in path:
        here = [step for node in here for step in _steps(_open(schema, node, values), part)]
        values = _at(values, part)
    names: set[str] = set()
    for node in here:
        for shape in _open(schema, node, values):
            names |= set(shape.get("properties", {}))
    return names


def _open(schema: Shape, node: Shape, values: object) -> list[Shape]:
    """The shapes a node may have, with references followed and, where a kind is told, only that kind."""
    if "$ref" in node:
        return _open(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], values)
    if "discriminator" in node:
        chosen = node["discriminator"]["mapping"][_at(values, "kind")]
        return _open(schema, {"$ref": chosen}, values)
    if "anyOf" in node:
        return [shape for choice in node["anyOf"] for shape in _open(schema, choice, values)]
    return [node]


def _steps(shapes: list[Shape], part: str | int) -> list[Shape]:
    steps: list[Shape] = []
    for shape in shapes:
        inner = shape.get("items") if isinstance(part, int) else shape.get("properties", {}).get(part)
        inner = inner or (shape.get("additionalProperties") if isinstance(part, str) else None)
        if isinstance(inner, Mapping):
            steps.append(inner)
    return steps


def _kinds(model: type[BaseModel], path: Path) -> set[str]:
    """The kinds that an entry of this section may be of."""
    section = model.model_json_schema()["properties"][path[0]]["additionalProperties"]
    return set(section["discriminator"]["mapping"])
