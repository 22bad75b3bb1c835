"""Invert: what each account should hold once everything our runs took has been given back.

It only gives (law 12): what an account is wanted to hold is what it holds now,
plus what our runs took and nobody else revoked. A human edit since wins, and is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from seatkeeper.model.grants import Grant, Resource, diff
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Owed
from seatkeeper.model.run import Giving, Taking
from seatkeeper.model.snapshot import Place
from seatkeeper.rules.residue import THERE, Why, words


class Seen(Protocol):
    """One grant with the time it was seen to hold: a row of history."""

    @property
    def grant(self) -> Grant:
        """What was held."""
        ...

    @property
    def since(self) -> datetime:
        """The observation that first showed it."""
        ...

    @property
    def until(self) -> datetime | None:
        """The first observation that proved it gone; None while none has."""
        ...


class Look(NamedTuple):
    """One whole observation: when its reading began and ended."""

    started: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one account.

    * `selected`: what is to be given back; `taken`: everything our runs took from it since, in order.
    * `given`: what our runs gave it since; `seen`: what observations showed of it, and when.
    * `held`: what it holds now, of the resources that were asked about, but for those `unread`.
    * `shut`: why nothing at all may be given back to it, as code and detail; None where it may.
    * `lifted`: when a person last lifted a pin from it, and with it every earlier revocation.
    """

    account: AccountId
    login: str
    selected: tuple[Taking, ...]
    taken: tuple[Taking, ...]
    given: tuple[Giving, ...]
    seen: tuple[Seen, ...]
    held: frozenset[Grant]
    unread: frozenset[Resource] = frozenset()
    shut: Why | None = None
    lifted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is true of the organization now, as far as it bears on giving back.

    * `now`: when the accounts were read; `looks`: the whole observations, oldest first.
    * `organization`: the resource that a membership is on.
    * `places`: what became of teams and repositories; one that is not named is as it was.
    * `least`: roles that every member holds on every repository anyway, so that none of them can be given.
    """

    now: datetime
    looks: Sequence[Look]
    organization: Resource
    places: Mapping[Resource, Place]
    least: frozenset[str] = frozenset()


UNKNOWN = Place("")


class Inverted(NamedTuple):
    """What one account should hold, and how each grant that was taken is accounted for."""

    account: AccountId
    login: str
    wanted: frozenset[Grant]
    owed: tuple[Owed, ...]


def invert(past: Past, around: Surroundings) -> Inverted:
    """What the account should hold: never less than it holds now."""
    selected = sorted(past.selected, key=lambda taking: taking.at)
    latest = {taking.grant.resource: taking.grant for taking in past.taken}
    reasons = {taking.grant: _reason(taking, past, around, latest) for taking in selected}
    back = frozenset(grant for grant, why in reasons.items() if why is None)
    if not any(g.resource == around.organization for g in past.held | back):
        alone = Why("no-membership", past.login)
        reasons |= dict.fromkeys(back, alone)
        back = frozenset()
    owed = {taking.grant: _owed(taking, reasons[taking.grant]) for taking in selected}
    given = diff(past.held, past.held | back).gained
    return Inverted(past.account, past.login, past.held | given, tuple(owed[grant] for grant in sorted(owed)))


def _owed(taking: Taking, why: Why | None) -> Owed:
    reason, because = (why.code, words(why)) if why is not None else ("", "")
    return Owed(
        taking.account,
        taking.login,
        taking.grant,
        taking.run,
        taking.at,
        reason,
        because,
        taking.rests_on,
    )


def _reason(taking: Taking, past: Past, around: Surroundings, latest: Mapping[Resource, Grant]) -> Why | None:
    """Why this grant is not given back; None when it is.

    Of two roles taken on one resource the last counts: people changed the earlier one in between.
    """
    grant = taking.grant
    if grant in past.held:
        return THERE
    if past.shut is not None:
        return past.shut
    if grant.resource in past.unread and around.places.get(grant.resource, UNKNOWN).name is not None:
        return Why("not-read", grant.resource.id)
    other = next((g.role for g in past.held if g.resource == grant.resource), None)
    if other is not None:
        return Why("role-differs", other)
    if latest[grant.resource].role != grant.role:
        return Why("changed-since", latest[grant.resource].role)
    return _revoked(taking, past, around) or _impossible(grant, around)


def _revoked(taking: Taking, past: Past, around: Surroundings) -> Why | None:
    lifted = past.lifted or taking.at
    revoking = next(
        (t.run for t in past.taken if t.kind == "revoke" and t.at >= max(lifted, taking.at)), None
    )
    if revoking is not None:
        return Why("revoked", revoking)
    gone = _gone_by_others(taking.grant.resource, past, around)
    return Why("revoked-since", f"{gone:%Y-%m-%d}") if gone is not None else None


def _gone_by_others(resource: Resource, past: Past, around: Surroundings) -> datetime | None:
    """By when the account was seen to have lost its place there by nobody of ours; None where we took it.

    Its roles count as one: whoever changed the role and took that one away has
    taken the place away. The last time it was known to be held there, by a look or as we began to take or
    had given it, and the first whole look after that: a taking of ours must lie between them.
    """
    spans = [span for span in past.seen if span.grant.resource == resource]
    seen = {look.ended: look.started for look in around.looks}
    held = [seen.get(span.since, span.since) for span in spans]
    held += [look.started for look in around.looks if any(_shown(span, look) for span in spans)]
    held += [giving.at for giving in past.given if giving.grant.resource == resource]
    ours = [taking for taking in past.taken if taking.grant.resource == resource]
    held += [taking.begun for taking in ours]
    last = max(held)
    gone = next((look.ended for look in around.looks if look.started > last), around.now)
    return None if any(last <= taking.at and taking.begun <= gone for taking in ours) else gone


def _shown(span: Seen, look: Look) -> bool:
    return span.since <= look.ended and (span.until is None or look.ended < span.until)


def _impossible(grant: Grant, around: Surroundings) -> Why | None:
    place = around.places.get(grant.resource)
    kind = grant.resource.kind
    if place is not None and place.name is None:
        return Why(f"{kind}-gone", grant.resource.id)
    if place is not None and place.managed_by is not None:
        return Why("managed-elsewhere", place.managed_by)
    if place is not None and place.archived:
        return Why("archived", place.name or "")
    if kind == "repository" and grant.role in around.least:
        return Why("redundant", grant.role)
    return None
