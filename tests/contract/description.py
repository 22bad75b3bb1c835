"""GitHub's description of its REST API, cut down to the paths that are served here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatkeeper.forges.simulator.github_front.routes import ROUTES

GENERATED = Path("@octokit/openapi/generated")
UNDESCRIBED = {("GET", "/repositories/{}"), ("GET", "/organizations/{}/team/{}")}
"""Where GitHub's own redirects lead, and what its description leaves out."""


def served() -> set[tuple[str, str]]:
    """Method and path of everything the front answers, names of parameters left out."""
    return {
        (route.method, _plain("/" + "/".join(route.path).strip("/")))
        for routes in ROUTES.values()
        for route in routes
    } | {("GET", "/rate_limit")}


def cut(modules: Path) -> dict[str, Any]:
    """The description with nothing but the served paths and what they refer to.

    The audit log is described for enterprises only, so that path comes from theirs; suspending comes from
    the description of a server of one's own.
    """
    whole = json.loads((modules / GENERATED / "api.github.com.json").read_text())
    enterprise = json.loads((modules / GENERATED / "ghec.json").read_text())
    server = json.loads((modules / GENERATED / "ghes-3.19.json").read_text())
    wanted = served()
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, dict[str, Any]] = {}
    for source in (whole, enterprise, server):
        for path, operations in source["paths"].items():
            kept = {
                m: o
                for m, o in operations.items()
                if (m.upper(), _plain(path)) in wanted and path not in paths
            }
            if kept:
                paths[path] = kept
                _gather(kept, source["components"], components)
    for operations in paths.values():
        for operation in operations.values():
            operation.pop("x-github", None)
    return {"openapi": whole["openapi"], "info": whole["info"], "servers": whole["servers"],
            "paths": paths, "components": components}  # fmt: skip


def described(description: dict[str, Any]) -> set[tuple[str, str]]:
    """Method and path of everything in a description."""
    return {
        (m.upper(), _plain(path)) for path, operations in description["paths"].items() for m in operations
    }


def _plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _gather(part: Any, components: dict[str, Any], kept: dict[str, Any]) -> None:
    for reference in _references(part):
        kind, name = reference.removeprefix("#/components/").split("/")
        if name not in kept.setdefault(kind, {}):
            kept[kind][name] = components[kind][name]
            _gather(components[kind][name], components, kept)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _references(item)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part.pop("examples", None) if "schema" in part else None
        for item in part.values():
            yield from _references(item)
