"""What the journal says, folded: pure functions from entries to facts.

Payloads hold grants as ``[subject kind, subject id, resource kind, resource
id, role]`` and times as ISO 8601 text. An entry whose payload was erased says
nothing more; a brake or an adoption therefore keeps its fact in its kind.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import NamedTuple, TypeVar, cast

from seatkeeper.journal import past
from seatkeeper.model.capabilities import Fact
from seatkeeper.model.grants import Grant, Resource, ResourceKind, Subject, SubjectKind
from seatkeeper.model.ids import AccountId, Digest
from seatkeeper.model.policy import Pin, PinKind
from seatkeeper.model.run import Brake, Entry, Giving, Json, LossEvent, Scope, Taking

T = TypeVar("T")
NOBODY = ""
"""Who spoke where an entry that tells of somebody's word can't be made sense of. Its statement is empty as
well, so that nobody's signature fits it and `workflow.signing.believed` notes it."""
OPEN = datetime.max.replace(tzinfo=UTC)


def write_grants(grants: Iterable[Grant]) -> list[list[str]]:
    """Grants as a payload holds them, in a stable order."""
    return [[*g.subject, *g.resource, g.role] for g in sorted(grants)]


def read_grants(rows: object) -> frozenset[Grant]:
    """Grants from a payload."""
    return frozenset(
        Grant(
            Subject(cast("SubjectKind", row[0]), row[1]),
            Resource(cast("ResourceKind", row[2]), row[3]),
            row[4],
        )
        for row in cast("Sequence[Sequence[str]]", rows or ())
    )


def losses(entries: Iterable[Entry]) -> tuple[LossEvent, ...]:
    """Who lost what by our hand, from entries of kinds ``intent`` and ``outcome``.

    Whoever may have lost something counts: a limit errs towards fewer. Who may
    no longer sign in has lost the use of all they had.
    """
    return tuple(
        LossEvent(
            entry.at,
            AccountId(str(payload["account"])),
            _cost(payload, lost),
            payload.get("foreseen") is True,
        )
        for entry, payload, lost in _taking(entries)
    )


def _cost(payload: Json, lost: object) -> frozenset[Grant]:
    taken = read_grants(lost)
    suspended = any(grant.resource.kind == "server" for grant in taken)
    return taken | read_grants(payload.get("before")) if suspended else taken


def takings(entries: Iterable[Entry]) -> tuple[Taking, ...]:
    """What was taken from whom by which run, from entries of kinds ``intent`` and ``outcome``.

    What was found done after an interruption was taken when it was begun.
    """
    found = chain.from_iterable(_takings(entry, payload, lost) for entry, payload, lost in _taking(entries))
    return tuple(sorted(found, key=lambda taking: taking.at))


def _taking(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Json, object]]:
    """Each entry that tells of a loss, its payload, and the grants that are lost.

    A step whose fate is unknown may have taken what it says; so may one that
    was begun and has no outcome, because its process was killed: whoever gives
    back reads the forge, and finds there what was not taken.
    """
    begun: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        payload = entry.payload or {}
        if entry.kind == "intent":
            begun[entry.run, entry.change, entry.step] = entry
            continue
        begun.pop((entry.run, entry.change, entry.step), None)
        if payload.get("lost") and payload.get("result") in {"confirmed", "unknown"}:
            yield entry, payload, payload["lost"]
    for entry in begun.values():
        payload = entry.payload or {}
        if at_stake := _at_stake(payload):
            yield entry, payload, at_stake


def _takings(entry: Entry, payload: Json, lost: object) -> list[Taking]:
    account, login = AccountId(str(payload["account"])), str(payload.get("login", ""))
    kind, rests_on = str(payload.get("kind", "")), payload.get("reconstructed")
    event = str(rests_on) if rests_on else None
    begun = datetime.fromisoformat(str(payload["begun"])) if "begun" in payload else entry.at
    at = begun if payload.get("found") else entry.at
    return [
        Taking(begun, at, entry.run, account, login, grant, kind, event)
        for grant in sorted(read_grants(lost))
    ]


def _at_stake(intent: Mapping[str, object]) -> object:
    """What a step that was begun may have taken: a membership goes with everything."""
    if intent.get("action") != "take":
        return ()
    taken = read_grants(intent.get("grants"))
    whole = any(grant.resource.kind == "organization" for grant in taken)
    return intent.get("before") if whole else intent.get("grants")


def givings(outcomes: Iterable[Entry]) -> tuple[Giving, ...]:
    """What was given to whom and read back, grant by grant, from entries of kind ``outcome``."""
    return tuple(
        Giving(entry.at, AccountId(str(entry.payload["account"])), grant)
        for entry in outcomes
        if entry.payload and entry.payload.get("result") == "confirmed"
        for grant in sorted(read_grants(entry.payload.get("gained")))
    )


def refused_reinstatements(outcomes: Iterable[Entry]) -> Mapping[AccountId, datetime]:
    """Whom the forge would not reinstate, and when it last said so."""
    return {
        AccountId(str(e.payload["account"])): e.at
        for e in outcomes
        if e.payload and (e.payload.get("action"), e.payload.get("code")) == ("reinstate", "not_reinstatable")
    }


def reconstructed(entries: Iterable[Entry]) -> tuple[Taking, ...]:
    """What was taken before the first observation, as an imported log tells it, oldest first.

    From entries of kind ``reconstructed`` in order. No run did it; `rests_on`
    names the event. What is still a question is not among them.
    """
    return tuple(
        Taking(lost.at, lost.at, "", lost.account, lost.login, lost.grant, "reconstructed", lost.rests_on)
        for lost in past.reconstructed(entries)
        if lost.account is not None and lost.grant is not None
    )


def brake(entries: Iterable[Entry], now: datetime) -> Brake | None:
    """The brake that holds now, from entries of kinds ``brake`` and ``release`` in order.

    The latest of those that stop everything, else the latest: one for leaves lets nothing go on that stood.
    """
    held: list[Brake] = []
    for entry in entries:
        if entry.kind == "release":
            held = []
        elif entry.kind == "brake":
            held.append(_brake(entry))
    holding = [one for one in held if one.until is None or one.until > now]
    return next(iter([one for one in holding[::-1] if one.scope == "all"] or holding[::-1]), None)


def _brake(entry: Entry) -> Brake:
    payload = entry.payload or {}
    until = payload.get("until")
    scope: Scope = "leaves" if payload.get("scope") == "leaves" else "all"
    return Brake(
        entry.organization,
        str(payload.get("reason", "erased")),
        str(payload.get("by", "erased")),
        entry.at,
        datetime.fromisoformat(str(until)) if until else None,
        scope,
    )


class Approval(NamedTuple):
    """What one person signed: these exact changes, until then, and the trips they waive."""

    person: str
    plan: Digest
    changes: frozenset[Digest]
    baseline: bool
    waives: frozenset[str]
    expires: datetime
    statement: str
    signature: str
    at: datetime


def approvals(entries: Iterable[Entry]) -> tuple[Approval, ...]:
    """Approvals and waivers that have been journaled, from entries of those two kinds."""
    nothing = Approval(NOBODY, Digest(""), frozenset(), False, frozenset(), OPEN, "", "", OPEN)
    return tuple(_words(entries, _approval, nothing._replace))


def _approval(payload: Json, at: datetime) -> Approval:
    return Approval(
        str(payload["person"]),
        Digest(str(payload["plan"])),
        frozenset(Digest(str(c)) for c in cast("Sequence[object]", payload["changes"])),
        payload["baseline"] is True,
        frozenset(str(g) for g in cast("Sequence[object]", payload["waives"])),
        _moment(payload["expires"]),
        str(payload["statement"]),
        str(payload["signature"]),
        at,
    )


def _words(
    entries: Iterable[Entry], read: Callable[[Json, datetime], T], nothing: Callable[..., T]
) -> Iterator[T]:
    """What each entry says, and `nothing` of its time for one that lacks what it must say."""
    for entry in entries:
        if entry.payload:
            try:
                yield read(entry.payload, entry.at)
            except (KeyError, TypeError, ValueError):
                yield nothing(at=entry.at)


def _moment(told: object) -> datetime:
    moment = datetime.fromisoformat(str(told))
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


def backlog(entries: Iterable[Entry]) -> frozenset[AccountId]:
    """The leavers met at adoption that have a plan of their own, from entries of kind ``adopted``."""
    first = next((entry.payload for entry in entries if entry.payload), None) or {}
    return frozenset(
        AccountId(str(account)) for account in cast("Sequence[object]", first.get("backlog", ()))
    )


class Standing(NamedTuple):
    """Who approved small plans of a policy in advance: for these works, until then."""

    person: str
    policy: Digest
    works: frozenset[str]
    expires: datetime
    statement: str
    signature: str
    at: datetime


def standings(entries: Iterable[Entry]) -> tuple[Standing, ...]:
    """Standing approvals that have been journaled, from entries of that kind."""
    nothing = Standing(NOBODY, Digest(""), frozenset(), OPEN, "", "", OPEN)
    return tuple(_words(entries, _standing, nothing._replace))


def _standing(payload: Json, at: datetime) -> Standing:
    return Standing(
        str(payload["person"]),
        Digest(str(payload["policy"])),
        frozenset(str(work) for work in cast("Sequence[object]", payload["works"])),
        _moment(payload["expires"]),
        str(payload["statement"]),
        str(payload["signature"]),
        at,
    )


class Proposal(NamedTuple):
    """Who proposed which plan."""

    person: str
    plan: Digest
    statement: str
    signature: str
    at: datetime


def proposals(entries: Iterable[Entry]) -> tuple[Proposal, ...]:
    """Proposals that have been journaled, from entries of that kind."""
    nothing = Proposal(NOBODY, Digest(""), "", "", OPEN)
    return tuple(_words(entries, _proposal, nothing._replace))


def _proposal(payload: Json, at: datetime) -> Proposal:
    person, plan = str(payload["person"]), Digest(str(payload["plan"]))
    return Proposal(person, plan, str(payload["statement"]), str(payload["signature"]), at)


def pins(entries: Iterable[Entry]) -> tuple[Pin, ...]:
    """Pins set by runs and people, from entries of kinds ``pin`` and ``pin-lifted`` in order."""
    return tuple(pins_by_entry(entries).values())


def lifted(entries: Iterable[Entry]) -> dict[AccountId, datetime]:
    """When each account's pins were last lifted, from entries of kind ``pin-lifted`` in order."""
    told = ((e.at, e.payload) for e in entries if e.payload)
    return {AccountId(str(payload["account"])): at for at, payload in told if "account" in payload}


def pins_by_entry(entries: Iterable[Entry]) -> dict[int, Pin]:
    """The same, by the seq of the entry that set each: what a lifting names."""
    held: dict[int, Pin] = {}
    for entry in entries:
        payload: Mapping[str, object] = entry.payload or {}
        if entry.kind == "pin-lifted":
            held.pop(int(str(payload.get("pin", 0))), None)
        elif payload:
            held[entry.seq] = Pin(
                kind=cast("PinKind", payload["kind"]),
                owner=str(payload["owner"]),
                reason=str(payload["reason"]),
                until=date.fromisoformat(str(payload["until"])),
                account_id=AccountId(str(payload["account"])),
            )
    return held


def learnt(entries: Iterable[Entry], kind: str, api: str, regime: str) -> dict[Fact, bool]:
    """What conformance found out last about a forge under a regime, from entries of kind ``learnt``."""
    found: dict[Fact, bool] = {}
    for entry in entries:
        told = entry.payload or {}
        if (told.get("kind"), told.get("api"), told.get("regime")) == (kind, api, regime):
            found.update(cast("Mapping[Fact, bool]", told["facts"]))
    return found
