"""Reconstruct: what accounts had lost before the first observation, from the events of a forge's log.

Every removal is a lost grant. Whoever leaves the organization loses what the
log shows them to hold then, too. What was given again later is not lost. The
role is the last one the log told; where it told none, it is asked.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from seatkeeper.model.grants import ResourceKind
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Evidence, Lost, PastEvent
from seatkeeper.rules.identify import Identified

_RANK = {"given": 0, "changed": 1, "taken": 2, "dropped": 3, "left": 4}
_CHOICES: Mapping[ResourceKind, str] = {
    "organization": "member or owner",
    "team": "member or maintainer",
    "repository": "read, triage, write, maintain, admin or a role of the organization's own",
}

Place = tuple[ResourceKind, str]
"""A resource by its kind and id, or by ``?name`` where the id is not known."""


class Answer(NamedTuple):
    """What a person said of one lost grant; None where they said nothing."""

    role: str | None
    account: AccountId | None
    resource: str | None
    by: str


class _Grant(NamedTuple):
    event: PastEvent
    role: str | None
    doubts: tuple[str, ...]
    evidence: tuple[PastEvent, ...]
    given: bool = False


def account_key(event: PastEvent) -> str:
    """The account's id, or ``?login`` where it is not known."""
    return event.account or f"?{event.login.casefold()}"


def place(event: PastEvent | Lost) -> Place:
    """What the event is about."""
    return event.kind, event.resource or f"?{event.name.casefold()}"


def reconstruct(found: Iterable[Identified], answers: Mapping[Place, Answer]) -> tuple[Lost, ...]:
    """What one account had lost in the end; all events are its own, in any order."""
    timeline = _Timeline()
    for identified in sorted(set(found), key=_order):
        timeline.happen(identified)
    return tuple(_answered(lost, answers.get(key)) for key, lost in sorted(timeline.lost.items()))


def _order(identified: Identified) -> tuple[object, ...]:
    event = identified.event
    return event.at, _RANK[event.deed], event.kind, event.name, event.action, event.document, str(event)


class _Timeline:
    """One account's holdings as the events go by."""

    def __init__(self) -> None:
        self._held: dict[Place, _Grant] = {}
        self.lost: dict[Place, _Grant] = {}

    def happen(self, identified: Identified) -> None:
        """Let one event happen."""
        event, doubts = identified
        if event.deed == "given":
            self.lost.pop(place(event), None)
            self._held[place(event)] = _Grant(event, event.role, doubts, (event,), given=True)
        elif event.deed == "changed":
            self._change(event, doubts)
        else:
            if event.deed != "dropped":
                self._lose(place(event), event, doubts)
            if event.deed != "taken":
                for key, held in list(self._held.items()):
                    self._lose(key, event, held.doubts)

    def _change(self, event: PastEvent, doubts: tuple[str, ...]) -> None:
        before = self._held.get(place(event))
        evidence = (*before.evidence, event) if before else (event,)
        given = before is not None and before.given
        self.lost.pop(place(event), None)
        self._held[place(event)] = _Grant(evidence[0], event.role, doubts, evidence, given)

    def _lose(self, key: Place, event: PastEvent, doubts: tuple[str, ...]) -> None:
        held, lost = self._held.pop(key, None), self.lost.get(key)
        if held is not None:
            role = event.role if event.role and place(event) == key else held.role
            self.lost[key] = _Grant(held.event, role, doubts, (*held.evidence, event), held.given)
        elif lost is None or lost.evidence[-1].deed == "taken":
            # Taken twice and never given between: it was given by something the log does not show.
            self.lost[key] = _Grant(event, event.role, doubts, (event,))


def _answered(lost: _Grant, answer: Answer | None) -> Lost:
    event, last = lost.event, lost.evidence[-1]
    account, resource, role = event.account, event.resource, lost.role
    asked = list(lost.doubts)
    if role is None:
        told = " and ".join(sorted({e.action for e in lost.evidence}))
        asked.append(f"{told} tell no role: {_CHOICES[event.kind]}?")
    if answer is not None:
        account, resource = account or answer.account, resource or answer.resource
        role = role or answer.role
    whole = account is not None and resource is not None and role is not None
    return Lost(
        last.login,
        account,
        event.kind,
        next(e.name for e in reversed(lost.evidence) if e.kind == event.kind),
        resource,
        role,
        event.at if lost.given else None,
        last.at,
        tuple(Evidence(e.document, e.action, e.at, e.actor) for e in lost.evidence),
        "" if whole else "; ".join(asked),
        answer.by if answer is not None and asked and whole else "",
    )
