"""Identify: which account, team or repository a name in an old log means; where that is not sure, ask.

A login may have become a stranger's, and a slug another team's. So a login
without an id means an account only when the same id is told for it on both
sides of the event; and a team's or repository's name only when nothing of that
name was made, renamed or deleted between the event and the first observation.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Named, PastEvent, PastLog, Renaming


class Identified(NamedTuple):
    """An event with the ids that are sure, and what is not sure of the others, in words."""

    event: PastEvent
    doubts: tuple[str, ...] = ()


def identify(log: PastLog, names: Iterable[Named], first: datetime) -> list[Identified]:
    """The events of a log with every id that log or store make sure; `first` is the first observation."""
    known = tuple(names)
    accounts = _sightings(log, known)
    things = _names_at(known, first)
    found = []
    for event in log.events:
        account, who = _account(event, accounts)
        resource, what = _resource(event, things, log.renamings, first)
        doubts = tuple(doubt for doubt in (who, what) if doubt)
        found.append(Identified(event._replace(account=account, resource=resource), doubts))
    return found


def _sightings(log: PastLog, names: Iterable[Named]) -> dict[str, list[tuple[datetime, AccountId]]]:
    """When each login was told to be which account, by the log and by our own observations."""
    seen: dict[str, list[tuple[datetime, AccountId]]] = {}
    for at, login, account in log.told:
        seen.setdefault(login.casefold(), []).append((at, account))
    for named in names:
        if named.kind == "account":
            seen.setdefault(named.name.casefold(), []).append((named.since, AccountId(named.id)))
    return {login: sorted(pairs) for login, pairs in seen.items()}


def _account(
    event: PastEvent, seen: Mapping[str, list[tuple[datetime, AccountId]]]
) -> tuple[AccountId | None, str]:
    if event.account is not None:
        return event.account, ""
    pairs = seen.get(event.login.casefold(), [])
    before = [account for at, account in pairs if at <= event.at]
    after = [account for at, account in pairs if at >= event.at]
    if before and after and before[-1] == after[0]:
        return after[0], ""
    if before and after:
        return None, f"the login {event.login} was account {before[-1]} before and {after[0]} after it"
    side = "only before" if before else "only after" if after else "neither before nor after"
    return None, (
        f"the log gives no id for {event.login}, and it is told {side} the event whose login that was: "
        "it may be a stranger's by now"
    )


def _names_at(names: Iterable[Named], first: datetime) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for named in names:
        if named.since <= first and (named.until is None or named.until > first):
            found.setdefault((named.kind, named.name.casefold()), []).append(named.id)
    return found


def _resource(
    event: PastEvent,
    things: Mapping[tuple[str, str], list[str]],
    renamings: Iterable[Renaming],
    first: datetime,
) -> tuple[str | None, str]:
    if event.resource is not None:
        return event.resource, ""
    meant = things.get((event.kind, event.name.casefold()), [])
    if len(meant) != 1:
        return None, f"no {event.kind} was called {event.name} at the first observation, {first:%Y-%m-%d}"
    for renaming in renamings:
        same = (renaming.kind, renaming.name.casefold()) == (event.kind, event.name.casefold())
        if same and event.at < renaming.at < first:
            when = f"{renaming.at:%Y-%m-%d %H:%M} UTC"
            return None, f"{event.kind} {event.name} may be another one since {renaming.action} of {when}"
    return meant[0], ""
