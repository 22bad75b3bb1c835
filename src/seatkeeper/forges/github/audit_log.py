"""A GitHub audit-log export read as neutral events: who was given what, and who lost it.

Facts, from GitHub's page on the events of an organization's audit log and its
OpenAPI description: times are Unix milliseconds; ``user`` and ``user_id``,
``org`` and ``org_id``, ``repo`` and ``repo_id``, ``actor`` and ``actor_id`` are
common to most events, ``team`` is ``organization/slug`` and its id is not
promised. A role is told by ``org.add_member`` (``permission``),
``org.update_member`` and ``org.add_outside_collaborator`` (likewise) and
``repo.update_member`` (``new_repo_permission``). It is not told by
``team.add_member``, ``repo.add_member``, nor by any removal. Older web
exports hold the event's own fields in ``data``. Recalled and not proved:
``team.promote_maintainer``, ``team.demote_maintainer``, and which removals of
teams and repositories are logged beside ``org.remove_member``; the reading is
right either way.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from seatkeeper.errors import UsageError
from seatkeeper.model.grants import ResourceKind
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.past import Deed, PastEvent, PastLog, Renaming
from seatkeeper.model.snapshot import Organization

Fields = Mapping[str, object]

EARLIEST, LATEST = 1_199_145_600_000, 4_102_444_800_000
"""2008 and 2100 in milliseconds: a time outside is not in milliseconds, or not a time."""

_GZIP = b"\x1f\x8b"
_EXPORT = (
    "Export it again as JSON: the organization's settings, Audit log, Export; or GET /orgs/ORG/audit-log"
)
_MEMBER_ROLES = {"admin": "owner", "read": "member"}
_REPOSITORY_ROLES = {"pull": "read", "push": "write"}


class _Meaning(NamedTuple):
    """What an action does, on what, and which fields tell the role, the first that is there."""

    deed: Deed
    kind: ResourceKind
    role: tuple[str, ...] = ()
    fixed: str | None = None


_MEANINGS = {
    "org.add_member": _Meaning("given", "organization", ("permission",)),
    "org.restore_member": _Meaning("given", "organization"),
    "org.update_member": _Meaning("changed", "organization", ("permission",)),
    "org.remove_member": _Meaning("left", "organization", ("permission",)),
    "org.add_outside_collaborator": _Meaning("given", "repository", ("permission",)),
    "org.remove_outside_collaborator": _Meaning("dropped", "organization"),
    "team.add_member": _Meaning("given", "team"),
    "team.promote_maintainer": _Meaning("changed", "team", fixed="maintainer"),
    "team.demote_maintainer": _Meaning("changed", "team", fixed="member"),
    "team.remove_member": _Meaning("taken", "team"),
    "repo.add_member": _Meaning("given", "repository", ("permission",)),
    "repo.update_member": _Meaning("changed", "repository", ("new_repo_permission", "permission")),
    "repo.remove_member": _Meaning("taken", "repository", ("permission",)),
}
_RENAMING = {
    f"{field}.{what}" for field in ("team", "repo") for what in ("create", "destroy", "rename", "transfer")
}
_FIELD: Mapping[ResourceKind, str] = {"organization": "org", "team": "team", "repository": "repo"}


def read_audit_log(data: bytes, organization: Organization, file: str = "the file") -> PastLog:
    """Read an export: a JSON array, one event a line, or either of them gzipped.

    Raises `UsageError` for anything else: a cut file, a CSV, an event without
    an action or a time. Actions that say nothing of grants are counted.
    """
    events: list[PastEvent] = []
    told: set[tuple[datetime, str, AccountId]] = set()
    renamings: list[Renaming] = []
    unused: Counter[str] = Counter()
    foreign = 0
    for number, fields in enumerate(_events(data, file), 1):
        action, at = _action(fields, number, file), _time(fields, number, file)
        told.update(_told(fields, at))
        if not _ours(fields, organization):
            foreign += 1
        elif action in _RENAMING:
            renamings.extend(_renamings(fields, action, at))
        elif (event := _event(fields, action, at, organization.id)) is not None:
            events.append(event)
        else:
            unused[action] += 1
    if foreign and not events and not renamings and not unused:
        raise UsageError(
            f"{file} is the audit log of another organization.",
            arithmetic=f"{foreign} events, none of {organization.login} (id {organization.id})",
            remedy=f"Export the audit log of {organization.login}, then: seatkeeper history import FILE",
        )
    return PastLog(tuple(events), tuple(sorted(told)), tuple(renamings), dict(unused), foreign)


def _events(data: bytes, file: str) -> Iterator[Fields]:
    text = _text(data, file).strip()
    if not text:
        raise UsageError(f"{file} is empty.", remedy=_EXPORT)
    if text[0] == "[":
        listed = _json(text, file, "")
        yield from (_object(item, f"event {n}", file) for n, item in enumerate(_list(listed, file), 1))
        return
    if text[0] != "{":
        raise UsageError(f"{file} is no JSON.", arithmetic=f"it begins with {text[:40]!a}", remedy=_EXPORT)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _object(_json(line, file, f" in line {number}"), f"line {number}", file)


def _text(data: bytes, file: str) -> str:
    try:
        return (gzip.decompress(data) if data[:2] == _GZIP else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as broken:
        raise UsageError(f"{file} is a broken gzip file.", arithmetic=str(broken), remedy=_EXPORT) from None
    except UnicodeDecodeError as broken:
        raise UsageError(
            f"{file} is not UTF-8.", arithmetic=f"at byte {broken.start}", remedy=_EXPORT
        ) from None


def _json(text: str, file: str, where: str) -> object:
    try:
        found: object = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as broken:
        told = str(broken) if isinstance(broken, json.JSONDecodeError) else "nested too deeply"
        raise UsageError(f"{file} is broken or cut JSON{where}.", arithmetic=told, remedy=_EXPORT) from None
    return found


def _list(found: object, file: str) -> list[object]:
    if not isinstance(found, list):
        raise UsageError(f"{file} holds no list of events.", remedy=_EXPORT)
    return found


def _object(found: object, where: str, file: str) -> Fields:
    if not isinstance(found, dict):
        raise UsageError(
            f"{file}: {where} is no event.", arithmetic=f"it is a JSON {type(found).__name__}", remedy=_EXPORT
        )
    nested = found.get("data")
    return {**nested, **found} if isinstance(nested, dict) else found


def _action(fields: Fields, number: int, file: str) -> str:
    action = fields.get("action")
    if not isinstance(action, str) or not action:
        raise UsageError(f"{file}: event {number} has no action.", remedy=_EXPORT)
    return action


def _time(fields: Fields, number: int, file: str) -> datetime:
    value = fields.get("@timestamp", fields.get("created_at"))
    moment = _moment(value)
    if moment is None:
        raise UsageError(
            f"{file}: event {number} has no time that can be read.",
            arithmetic=f"{value!a}, where milliseconds since 1970 or an ISO 8601 time were expected",
            remedy=_EXPORT,
        )
    return moment


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            told = datetime.fromisoformat(value)
        except ValueError:
            value = value.partition(".")[0]
            value = int(value) if value.isascii() and value.isdigit() else None
        else:
            return told.astimezone(UTC) if told.tzinfo else None
    if isinstance(value, int | float) and EARLIEST <= value <= LATEST:
        seconds, milliseconds = divmod(int(value), 1000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    return None


def _ours(fields: Fields, organization: Organization) -> bool:
    number = _number(fields, "org_id")
    if number is not None:
        return number == organization.id
    name = fields.get("org")
    return name is None or str(name).casefold() == organization.login.casefold()


def _told(fields: Fields, at: datetime) -> Iterator[tuple[datetime, str, AccountId]]:
    for field in ("user", "actor"):
        number, login = _number(fields, f"{field}_id"), _word(fields, field)
        if number is not None and login is not None:
            yield at, login, AccountId(number)


def _renamings(fields: Fields, action: str, at: datetime) -> Iterator[Renaming]:
    kind: ResourceKind = "team" if action.startswith("team.") else "repository"
    for name in (_short(_word(fields, _FIELD[kind])), _short(_word(fields, "old_name"))):
        if name:
            yield Renaming(at, kind, name, action)


def _event(fields: Fields, action: str, at: datetime, organization: OrganizationId) -> PastEvent | None:
    """The event, None where it says nothing of a grant or the one it was about is not named."""
    meaning = _MEANINGS.get(action)
    login = _word(fields, "user") or _word(fields, "invitee")
    if meaning is None or login is None:
        return None
    field = _FIELD[meaning.kind]
    name = _word(fields, "org") or "" if meaning.kind == "organization" else _short(_word(fields, field))
    if name is None:
        return None
    number = _number(fields, "user_id") if _word(fields, "user") else None
    return PastEvent(
        at,
        action,
        meaning.deed,
        str(fields.get("_document_id") or ""),
        _word(fields, "actor") or "",
        login,
        None if number is None else AccountId(number),
        meaning.kind,
        name,
        organization if meaning.kind == "organization" else _number(fields, f"{field}_id"),
        meaning.fixed or _role(fields, meaning.kind, meaning.role),
    )


def _role(fields: Fields, kind: ResourceKind, names: tuple[str, ...]) -> str | None:
    """The role in Seatkeeper's words; None where the log is silent or its word means nothing known."""
    told = next((word for name in names if (word := _word(fields, name))), None)
    if told is None or told.casefold() == "none":
        return None
    if kind == "organization":
        return _MEMBER_ROLES.get(told.casefold())
    lower = told.casefold()
    return _REPOSITORY_ROLES.get(lower, lower if lower in _BUILT_IN else told)


_BUILT_IN = frozenset({"read", "triage", "write", "maintain", "admin"})


def _word(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _short(name: str | None) -> str | None:
    """The name without the organization before it."""
    return None if name is None else name.rpartition("/")[2] or None


def _number(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and value > 0:
        return str(value)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else None
