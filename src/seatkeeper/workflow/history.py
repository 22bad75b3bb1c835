"""History: who had what when, from the spans; why it changed, from the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.journal.fold import read_grants
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk


class Line(NamedTuple):
    """One grant with its time, in names instead of ids; `why` is empty where we did not do it."""

    who: str
    what: str
    role: str
    since: datetime
    until: datetime | None
    why: str


def history(
    desk: Desk, organization: Organization, account: str | None, since: datetime | None
) -> list[Line]:
    """Every grant of an account (or of all) that held at `since` or later, oldest first."""
    wanted = _account(desk, organization, account) if account else None
    names, logins = desk.store.names(organization.id), desk.store.logins(organization.id)
    reasons = _reasons(desk, organization)
    lines = []
    for row in desk.store.history(organization.id, wanted, since):
        who, what = _names(row.grant, names, logins)
        why = reasons.get((row.grant, "lost"), "") if row.until else reasons.get((row.grant, "gained"), "")
        lines.append(Line(who, what, row.grant.role, row.since, row.until, why))
    return lines


def changes(
    desk: Desk, organization: Organization, account: str | None, since: datetime | None
) -> list[Line]:
    """What began or ended at `since` or later; what the first observation met did not begin with it."""
    first, _ = observed(desk, organization)
    after = first if since is None else max(first, since)
    lines = history(desk, organization, account, since)
    return [line for line in lines if line.until is not None or line.since > after]


def observed(desk: Desk, organization: Organization, at: datetime | None = None) -> tuple[datetime, datetime]:
    """When the organization was observed first, and last (by that time).

    Raises `NotCovered` when it had not been observed yet: of before, nothing is known.
    """
    moments = [e.at for e in desk.store.entries(kinds={"observation"}, organization=organization.id)]
    known = [moment for moment in moments if at is None or moment <= at]
    if not known:
        when = "yet" if at is None else f"by {at:%Y-%m-%d %H:%M} UTC"
        first = f"the first observation was at {moments[0]:%Y-%m-%d %H:%M} UTC" if moments else ""
        remedy = "seatkeeper history --at LATER" if moments else "Read people and forge: seatkeeper observe"
        told = f"Nothing of {organization.login} had been observed {when}."
        raise NotCovered(told, arithmetic=first, remedy=remedy)
    return known[0], known[-1]


def holdings(desk: Desk, organization: Organization, at: datetime, account: str | None) -> list[Line]:
    """What an account (or everybody) had at one moment."""
    wanted = _account(desk, organization, account) if account else None
    names, logins = desk.store.names(organization.id, at), desk.store.logins(organization.id)
    held = desk.store.grants_at(organization.id, at, {wanted} if wanted else None)
    return [
        Line(*_names(grant, names, logins), grant.role, at, None, "")
        for grant in sorted(held)
        if wanted is None or grant.subject == Subject("account", wanted)
    ]


def _account(desk: Desk, organization: Organization, login: str) -> AccountId:
    """By login, and only where nobody has that login by id: a login may be made of digits."""
    known = desk.store.logins(organization.id)
    found = [account for account, name in known.items() if name.casefold() == login.casefold()]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} accounts were last known as {login}: a freed login was taken again.",
            arithmetic=f"ids {', '.join(sorted(found))}",
            remedy=f"Ask by id, such as: seatkeeper history {min(found)}",
        )
    if found:
        return found[0]
    if login in known:
        return AccountId(login)
    raise UsageError(f"No account {login} was ever observed.", remedy="Read the forge: seatkeeper observe")


def _names(grant: Grant, names: Mapping[Resource, str], logins: Mapping[AccountId, str]) -> tuple[str, str]:
    subject, resource = grant.subject, grant.resource
    if subject.kind == "account":
        who = logins.get(AccountId(subject.id), subject.id)
    else:
        who = f"team {names.get(Resource('team', subject.id), subject.id)}"
    return who, f"{resource.kind} {names.get(resource, resource.id)}"


def _reasons(desk: Desk, organization: Organization) -> dict[tuple[Grant, str], str]:
    """Why we took or gave each grant, the latest reason last."""
    found: dict[tuple[Grant, str], str] = {}
    because: dict[str, str] = {}
    for entry in desk.store.entries(kinds={"intent", "outcome"}, organization=organization.id):
        payload = entry.payload or {}
        if entry.kind == "intent":
            because[entry.step] = str(payload.get("because", ""))
        else:
            told = f"{because.get(entry.step, '')} (run {entry.run})".strip()
            for which in ("lost", "gained"):
                found.update(((grant, which), told) for grant in read_grants(payload.get(which)))
    return found
