"""Brake: what stops, who lets go of it, and whom that would take again."""

from datetime import timedelta
from typing import NamedTuple

from seatkeeper.errors import Braked, UsageError
from seatkeeper.model.ids import AccountId, Digest
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Account, Organization
from seatkeeper.rules.words import listed
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import fates
from seatkeeper.workflow.signing import sign
from seatkeeper.workflow.statement import statement

JUST = timedelta(days=14)
"""Whoever a restore asked in or gave something in this time was just given back."""


class Again(NamedTuple):
    """Whom today's record would take, by login, and those of them who were just given back.

    `unread` says why the record could not be read; then nobody is known, and nothing can be taken either.
    """

    logins: tuple[str, ...]
    just_back: tuple[str, ...]
    unread: str | None = None


class Released(NamedTuple):
    """Who lifted the brake, and whom today's record would take now."""

    by: str
    again: Again


def stop(desk: Desk, organization: Organization, reason: str, by: str) -> None:
    """Set the brake; it holds from the next step on, until a person releases it."""
    payload: dict[str, object] = {"reason": reason, "by": by}
    desk.store.append([Draft("brake", organization.id, payload)], desk.clock.now())


def release(desk: Desk, organization: Organization, reason: str, key: str) -> Released:
    """Lift the brake as the person whose key signs it.

    Nobody is restored at noon and removed at night: `Braked` while the record would take somebody again who
    was just given back and whom no pin keeps.
    """
    if desk.brake(organization) is None:
        raise UsageError("No brake is set.", remedy="See what runs: seatkeeper status")
    again = taken_again(desk, organization)
    if again.just_back:
        raise Braked(
            "Somebody who was just given access back would lose it again.",
            arithmetic=f"{len(again.just_back)} of {len(again.logins)} whom today's record would take: "
            + listed(again.just_back),
            remedy="Have the record corrected, or pin them in policy.pins; then the same command again",
        )
    said = statement("release", organization, plan=Digest(""), reason=reason)
    person, signature = sign(desk, organization, "release", said, key)
    payload = {"reason": reason, "by": person, "statement": said.decode(), "signature": signature}
    desk.store.append([Draft("release", organization.id, payload)], desk.clock.now())
    return Released(person, again)


def taken_again(desk: Desk, organization: Organization) -> Again:
    """Whom today's record says leaves and no pin keeps, of the members as they are known and those let in."""
    now = desk.clock.now()
    lately = desk.store.entries(kinds={"outcome"}, organization=organization.id, since=now - JUST)
    back = {
        AccountId(str(e.payload["account"]))
        for e in lately
        if e.payload and (e.payload.get("kind"), e.payload.get("result")) == ("restore", "confirmed")
    }
    known = desk.store.grants_at(organization.id, now)
    inside, active = (
        {AccountId(g.subject.id) for g in known if (g.subject.kind, g.resource.kind) == ("account", kind)}
        for kind in ("organization", "server")
    )
    members = inside & active if active else inside
    logins = desk.store.logins(organization.id)
    asked = [Account(one, logins.get(one, one)) for one in sorted(members | back)]
    told = fates(desk, organization, asked, desk.pins(organization))
    leaving = [one for one in asked if told.leaving(one.id)]
    return Again(
        tuple(one.login for one in leaving),
        tuple(one.login for one in leaving if one.id in back),
        told.problem,
    )
