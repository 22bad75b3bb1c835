"""The configuration described from its schema: JSON Schema for editors, a page for people.

``python -m seatkeeper.config.describe > docs/configuration.md`` writes the page.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from seatkeeper.config.schema import Configuration
from seatkeeper.model.limits import DEFAULT_LIMITS, Loss

_HEAD = """# The configuration, field by field

One file, `seatkeeper.yaml`, kept in git. `seatkeeper init` writes one with comments.
This page is made from [the schema](seatkeeper.schema.json). A field that is not here is refused, with its
line and the nearest field that exists. Text is text: `no` is the word no, and a key that is there twice is
an error.

`${NAME}` takes a value from the environment in `store`, `url`, `path`, `file`, `approvers`, and in the
fields of `second_place` and of a forge. Policies take nothing from the environment: what decides is what was
reviewed.

A secret (a token, a password, a key, or the whole URL of a database) never stands in the file. It is one of

- `"${GH_READ}"`: an environment variable, or text with one in it;
- `{file: gh-read.token}`: a file that nobody but its owner can reach (`chmod 600`), relative to this one;
- `{command: [pass, show, gh/read]}`: what a program prints. The words are started as they stand, without a
  shell, in the folder of this file; it may take 30 seconds, and what it says of errors is shown to nobody.

A secret is looked up when its field is used, so a command that only reads never needs the token that
writes."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration, for editors that check while one types."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Configuration.model_json_schema()}


def page() -> str:
    """The page docs/configuration.md."""
    schema = json_schema()
    parts = [_HEAD, *_section("", schema, schema)]
    return "\n".join(parts) + "\n"


def fields(
    shape: Mapping[str, Any], schema: Mapping[str, Any], path: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Every field under a shape: its path, what it may be, and its documentation.

    The windows of the limits have the same fields, so only the first one's are told.
    """
    needed = shape.get("required", [])
    for name, field in shape.get("properties", {}).items():
        here = f"{path}.{name}".removeprefix(".")
        kind = _kind(field, schema) + ("" if name in needed else _otherwise(here, field))
        yield here, kind, field.get("description") or _referred(field, schema).get("description", "")
        if path == "limits" and name != "run":
            continue
        for suffix, inner in _inner(field, schema):
            yield from fields(inner, schema, here + suffix)


def _section(path: str, shape: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    top = ""
    for name, kind, text in fields(shape, schema, path):
        if name.partition(".")[0] != top:
            top = name.partition(".")[0]
            yield f"\n## {top}\n"
        yield f"- `{name}` ({kind}): {text}"


def _inner(field: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings inside a field, each with what its path adds: ``.NAME``, ``[]`` or nothing."""
    if "$ref" in field:
        yield "", _referred(field, schema)
    for choice in (*field.get("anyOf", ()), *field.get("oneOf", ())):
        yield from _inner(choice, schema)
    if isinstance(field.get("additionalProperties"), dict):
        for suffix, shape in _inner(field["additionalProperties"], schema):
            yield ".NAME" + suffix, shape
    if "items" in field:
        for suffix, shape in _inner(field["items"], schema):
            yield "[]" + suffix, shape


def _kind(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field and "format" not in field:
        return " or ".join(_kind(choice, schema) for choice in field["anyOf"] if choice.get("type") != "null")
    if "$ref" in field or "oneOf" in field:
        return "fields"
    if "items" in field:
        return f"list of {_kind(field['items'], schema)}"
    kind = field.get("format") or field.get("type", "text")
    word = " or ".join(kind) if isinstance(kind, list) else str(kind)
    example = f" such as {field['examples'][0]}" if "examples" in field else ""
    return {"object": "fields by name", "string": "text", "integer": "whole number"}.get(word, word) + example


def _otherwise(path: str, field: Mapping[str, Any]) -> str:
    """What holds when the field is not there."""
    section, _, name = path.partition(".")
    default = getattr(DEFAULT_LIMITS, name, None) if section == "limits" else field.get("default")
    if isinstance(default, Loss):
        count = "" if default.count is None else f", count {default.count}"
        shares = f", share {default.share:.2%}, least_share {default.least_share:.2%}"
        return f"; default floor {default.floor}{count}{shares}"
    if default in (None, {}, []) or isinstance(default, dict):
        return "; may be left out"
    return f"; default `{json.dumps(default) if isinstance(default, bool) else default}`"


def _referred(field: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
    return found


if __name__ == "__main__":
    sys.stdout.write(page())
