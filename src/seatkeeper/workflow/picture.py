"""Picture: the organization as it was last seen whole, for a rehearsal; read from the store alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from seatkeeper.errors import NotCovered
from seatkeeper.model.grants import Grant, Resource, Subject
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.run import Entry
from seatkeeper.model.snapshot import Account, Coverage, Organization, Reading, Repository, Snapshot, Team
from seatkeeper.rules.effects import letting_in
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import load_run, runs

COLLECTIONS = ("members", "teams", "repositories", "outside", "invitations")


class Picture(NamedTuple):
    """What a model is built from: the organization, and the former members that the forge remembers.

    `seen_at` is the observation it rests on; the snapshot's own time is later
    where the plan's is.
    """

    snapshot: Snapshot
    former: Mapping[AccountId, frozenset[Grant]]
    seen_at: datetime


def picture(desk: Desk, organization: Organization, plan: Plan) -> Picture:
    """The last whole observation, with the accounts of the plan as the plan found them.

    `NotCovered` when the organization was never seen whole. What the store does
    not keep (which team is inside which, seats, invitations, what every member
    may do by default) is not in it.
    """
    seen = _last_whole(desk, organization)
    changed = {Subject("account", change.account) for change in plan.changes}
    grants = desk.store.grants_at(organization.id, seen.at)
    held = {grant for grant in grants if grant.subject not in changed}
    held.update(grant for change in plan.changes for grant in change.before)
    names = {**desk.store.names(organization.id), **plan.names}
    touched = {r for change in plan.changes for g in (*change.before, *change.after) for r in [g.resource]}
    known = {r for g in held for r in (g.resource, _as_resource(g.subject)) if r is not None} | touched
    logins = {**desk.store.logins(organization.id), **{c.account: c.login for c in plan.changes}}
    people = {AccountId(s.id) for s in changed} | {
        AccountId(g.subject.id) for g in held if g.subject.kind == "account"
    }
    now = max(seen.at, plan.computed_at)
    collections = (*COLLECTIONS, "suspensions") if letting_in(held) else COLLECTIONS
    snapshot = Snapshot(
        forge=plan.forge,
        organization=Organization(organization.id, organization.login, plan.organization.base_role),
        started_at=now,
        read_at=now,
        accounts=tuple(_accounts(people, logins)),
        teams=tuple(Team(TeamId(r.id), names.get(r, f"team-{r.id}"), "") for r in _of(known, "team")),
        repositories=tuple(
            Repository(RepositoryId(r.id), names.get(r, f"repository-{r.id}"))
            for r in _of(known, "repository")
        ),
        grants=frozenset(held),
        coverage=Coverage(tuple(Reading(name, whole=True, seen=0) for name in collections)),
    )
    remembered = {
        c.account: c.gained for c in plan.changes if any(step.action == "reinstate" for step in c.steps)
    }
    return Picture(snapshot, remembered, seen.at)


def removals(desk: Desk, organization: Organization, days: int) -> Plan | None:
    """Everything that our runs took in the last days, as one plan; None where they took nothing.

    Each account is there once, with the last change that took something from it.
    """
    since = desk.clock.now() - timedelta(days=days)
    taken: dict[AccountId, Change] = {}
    last: Plan | None = None
    names: dict[Resource, str] = {}
    for run in runs(desk.store, organization):
        state = load_run(desk.store, run)
        if state is None or state.started < since:
            continue
        losing = [c.change for c in state.changes if c.change.lost and c.progressed == "confirmed"]
        if losing:
            last = state.plan
            names.update(last.names)
            taken.update((change.account, change) for change in losing)
    if last is None:
        return None
    return _one_plan(last, tuple(taken.values()), names)


def _one_plan(last: Plan, changes: tuple[Change, ...], names: Mapping[Resource, str]) -> Plan:
    return replace(last, kind="daily", changes=changes, names=names, verdicts=(), holds=())


def _last_whole(desk: Desk, organization: Organization) -> Entry:
    whole = [
        entry
        for entry in desk.store.entries(kinds={"observation"}, organization=organization.id)
        if entry.payload and not entry.payload.get("problems") and not entry.payload.get("unreadable")
    ]
    if not whole:
        raise NotCovered(
            "The organization was never seen whole, so there is nothing to build a model from.",
            remedy="Read people and forge: seatkeeper observe",
        )
    return whole[-1]


def _accounts(people: set[AccountId], logins: Mapping[AccountId, str]) -> list[Account]:
    """Each with the login it was last known by; a login that two were known by is only the later's."""
    taken: set[str] = set()
    found = []
    for account in sorted(people):
        login = logins.get(account, f"account-{account}")
        if login.casefold() in taken:
            login = f"account-{account}"
        taken.add(login.casefold())
        found.append(Account(account, login))
    return found


def _of(resources: set[Resource], kind: str) -> list[Resource]:
    return sorted(resource for resource in resources if resource.kind == kind)


def _as_resource(subject: Subject) -> Resource | None:
    return Resource("team", subject.id) if subject.kind == "team" else None
