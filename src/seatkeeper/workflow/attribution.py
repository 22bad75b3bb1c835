"""Attribution: by which decision of ours a grant came or went, and who proposed and approved it."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, cast

from seatkeeper.journal.fold import read_grants
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.run import Entry
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Store

ERASED = "erased"


class Decided(NamedTuple):
    """One decision, carried out: why, in which run, proposed and approved by whom, and when it was done.

    `reinstated_until` is when the forge stops reinstating whom it removed.
    """

    reason: str
    run: str
    proposed_by: str
    approved_by: tuple[str, ...]
    at: datetime
    reinstated_until: datetime | None = None


class Attribution:
    """The decisions of the journal, by the grants that they really gave and took."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._signed: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._because: dict[str, str] = {}
        self._taken: dict[Grant, list[Decided]] = {}
        self._given: dict[Grant, list[Decided]] = {}
        self._replaced: dict[tuple[Subject, Resource], list[Decided]] = {}
        self._whole: list[tuple[datetime, ...]] = []
        for entry in entries:
            self._learn(entry)

    def given(self, grant: Grant, since: datetime) -> Decided | None:
        """The decision that gave what was first seen at `since`; None where it was not ours."""
        return _last(self._given.get(grant, ()), self._unseen_from(since), since)

    def taken(self, grant: Grant, until: datetime) -> Decided | None:
        """The decision that took what was first seen gone at `until`, or gave another role in its place."""
        first = self._unseen_from(until)
        replaced = self._replaced.get((grant.subject, grant.resource), ())
        return _last(self._taken.get(grant, ()), first, until) or _last(replaced, first, until)

    def _unseen_from(self, at: datetime) -> datetime | None:
        """When the last whole reading before that one began: what happened earlier, it would have seen."""
        earlier = bisect_left(self._whole, (at,))
        return self._whole[earlier - 1][1] if earlier else None

    def _learn(self, entry: Entry) -> None:
        payload = entry.payload or {}
        if entry.kind == "observation":
            if payload and not payload.get("problems") and not payload.get("unreadable"):
                self._whole.append((entry.at, datetime.fromisoformat(str(payload["started_at"]))))
        elif entry.kind == "run-started":
            approvers = tuple(str(a) for a in cast("list[object]", payload.get("approvers") or ()))
            self._signed[entry.run] = (str(payload.get("proposer", ERASED)), approvers)
        elif entry.kind == "intent":
            self._because[entry.step] = str(payload.get("because", ERASED))
        elif payload.get("result") in {"confirmed", "unknown"}:
            self._outcome(entry, decided=self._decided(entry))

    def _decided(self, entry: Entry) -> Decided:
        proposer, approvers = self._signed.get(entry.run, (ERASED, ()))
        until = (entry.payload or {}).get("reinstated_until")
        return Decided(
            self._because.get(entry.step, ERASED),
            entry.run,
            proposer,
            approvers,
            entry.at,
            datetime.fromisoformat(str(until)) if until else None,
        )

    def _outcome(self, entry: Entry, decided: Decided) -> None:
        payload = entry.payload or {}
        for grant in read_grants(payload.get("lost")):
            self._taken.setdefault(grant, []).append(decided)
        for grant in read_grants(payload.get("gained")):
            self._given.setdefault(grant, []).append(decided)
            self._replaced.setdefault((grant.subject, grant.resource), []).append(decided)


def _last(decisions: Iterable[Decided], first: datetime | None, last: datetime) -> Decided | None:
    fitting = [d for d in decisions if (first is None or d.at > first) and d.at <= last]
    return fitting[-1] if fitting else None


def attribution(store: Store, organization: Organization) -> Attribution:
    """What the journal says of who decided what in this organization."""
    kinds = {"observation", "run-started", "intent", "outcome"}
    return Attribution(store.entries(kinds=kinds, organization=organization.id))  # type: ignore[arg-type]
