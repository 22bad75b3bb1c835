"""Restore: a plan that gives back what our runs took, from the journal and a reading of those accounts.

It is a plan of the same kind as every other, under the same guards, approval
and run; it only gives, and it lists what it can't.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from seatkeeper.journal import fold
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, Digest, RepositoryId, TeamId
from seatkeeper.model.plan import Basis, Change, Plan
from seatkeeper.model.policy import Pin
from seatkeeper.model.run import Giving, Json, Taking
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Coverage,
    Intake,
    Organization,
    Place,
    Reading,
    Repository,
    Snapshot,
    Target,
    Team,
)
from seatkeeper.rules import planfile
from seatkeeper.rules.effects import RISING
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.invert import Inverted, Look, Past, Surroundings, invert
from seatkeeper.rules.planner import assemble, make_change
from seatkeeper.rules.residue import Why
from seatkeeper.rules.returns import account_for_holds, estimate, held_back, remembers_only, told
from seatkeeper.rules.seats import invitations_left
from seatkeeper.rules.steps import returning
from seatkeeper.workflow.compare import inside, suspensions
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import NAMED, Fates, fates
from seatkeeper.workflow.observe import snapshot_digest
from seatkeeper.workflow.plan import planned
from seatkeeper.workflow.takings import Selection, named_accounts, selected
from seatkeeper.workflow.takings import told as told_of

KEEP_DAYS = 14
"""How long whoever comes back is pinned, so that nobody is restored at noon and removed at night."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """A restore plan and the bytes of its file; `again` are the logins that the record would take again."""

    plan: Plan
    file: bytes
    digest: Digest
    again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that was read for one restore.

    `taken` is everything taken since the first loss given back, in order, reconstructed losses included.
    """

    organization: Organization
    picked: Mapping[AccountId, tuple[Taking, ...]]
    taken: Mapping[AccountId, tuple[Taking, ...]]
    given: Mapping[AccountId, tuple[Giving, ...]]
    unwilling: Mapping[AccountId, datetime]
    lifted: Mapping[AccountId, datetime]
    states: Mapping[AccountId, AccountState]
    strangers: frozenset[AccountId]
    fates: Fates
    intake: Intake
    places: Mapping[Resource, Place]
    names: Mapping[Resource, str]
    looks: tuple[Look, ...]
    pins: tuple[Pin, ...]


def restore(
    desk: Desk,
    organization: Organization,
    selection: Selection,
    *,
    first: Sequence[str] = (),
    keep_days: int = KEEP_DAYS,
) -> Restoration:
    """The plan that gives back what the selection names; journals that it was computed, writes no forge.

    `first` are logins that come back before all others. Somebody whom today's record says
    leaves comes back only where `selection.accounts` names them.
    """
    picked = selected(desk, organization, selection)
    known = _read(desk, organization, picked)
    named = named_accounts(desk, organization, selection.accounts)
    inverted = [_invert(desk, known, account, named) for account in sorted(known.picked)]
    facts = _facts(desk, known, named_accounts(desk, organization, first))
    changes = [change for one in inverted if (change := _change(known, facts, one, named)) is not None]
    owed = tuple(owed for one in inverted for owed in one.owed)
    plan = assemble(changes, held_back(owed), facts, kind="restore")
    plan = replace(
        plan,
        owed=account_for_holds(owed, plan.holds, {c.account for c in plan.changes}),
        estimate=estimate(
            plan.changes,
            facts.capabilities.pace,
            invitations_left(facts),
            owed,
            whole=not facts.capabilities.reinstates_in_part,
        ),
        keep_days=keep_days,
        first=tuple(c.account for c in plan.changes if c.account in facts.first),
    )
    file = planfile.encode(plan)
    digest = planfile.digest(file)
    desk.store.append([planned(plan, digest)], desk.clock.now())
    again = tuple(c.login for c in plan.changes if c.reason == NAMED)
    return Restoration(plan, file, digest, again)


def _read(desk: Desk, organization: Organization, picked: Sequence[Taking]) -> _Known:
    by_account = _by_account(picked)
    since = min((taking.at for taking in picked), default=desk.clock.now())
    entries = list(told_of(desk, organization, since, frozenset(by_account))) if by_account else []
    intake = desk.reader.intake()
    names = dict(desk.store.names(organization.id))
    states, places = _accounts(desk, organization, by_account, names)
    logins = {account: taken[-1].login for account, taken in by_account.items()}
    missing = {account: logins[account] for account, state in states.items() if not state.exists}
    owners = desk.reader.lookup(missing.values()) if missing else {}
    for state in states.values():
        names.update(state.names)
    names.update({resource: place.name for resource, place in places.items() if place.name})
    return _Known(
        organization=intake.organization,
        picked=by_account,
        taken=_by_account(sorted({*fold.takings(entries), *picked}, key=lambda t: (t.at, t.grant))),
        given=_givings(fold.givings(entries)),
        unwilling=fold.refused_reinstatements(entries),
        lifted=fold.lifted(desk.store.entries(kinds={"pin-lifted"}, organization=organization.id)),
        states=states,
        strangers=frozenset(a for a, login in missing.items() if owners.get(login) is not None),
        fates=fates(desk, intake.organization, [Account(s.account, s.login) for s in states.values()]),
        intake=intake,
        places=places,
        names=names,
        looks=_looks(desk, organization, since),
        pins=desk.pins(organization, of_restores=False),
    )


def _by_account(taken: Sequence[Taking]) -> Mapping[AccountId, tuple[Taking, ...]]:
    found: defaultdict[AccountId, list[Taking]] = defaultdict(list)
    for taking in taken:
        found[taking.account].append(taking)
    return {account: tuple(takings) for account, takings in found.items()}


def _givings(given: Sequence[Giving]) -> Mapping[AccountId, tuple[Giving, ...]]:
    found: defaultdict[AccountId, list[Giving]] = defaultdict(list)
    for giving in given:
        found[giving.account].append(giving)
    return {account: tuple(givings) for account, givings in found.items()}


def _looks(desk: Desk, organization: Organization, since: datetime) -> tuple[Look, ...]:
    """The observations since then that read everything whole, and so proved gone whatever they did not show.

    One by a credential that is not told who is suspended proves nothing of that.
    """
    entries = desk.store.entries(kinds={"observation"}, organization=organization.id, since=since)
    return tuple(
        Look(datetime.fromisoformat(str(p["started_at"])), datetime.fromisoformat(str(p["read_at"])))
        for p in (entry.payload for entry in entries)
        if p and not (p.get("problems") or p.get("unreadable") or _unproved(p))
    )


def _unproved(observation: Json) -> bool:
    return bool(cast("Mapping[str, int]", observation["counts"])["unproved"])


def _accounts(
    desk: Desk,
    organization: Organization,
    picked: Mapping[AccountId, Sequence[Taking]],
    names: Mapping[Resource, str],
) -> tuple[Mapping[AccountId, AccountState], Mapping[Resource, Place]]:
    """The accounts as they are now, and what became of every team and repository they lost something on.

    What is not found under its last name is looked for by its id, and the
    accounts concerned are read once more under the name it has today.
    """
    logins = desk.store.logins(organization.id)
    wanted = {
        account: {*inside(desk, organization), *(taking.grant.resource for taking in taken)}
        for account, taken in picked.items()
    }

    def targets(accounts: Collection[AccountId], called: Mapping[Resource, str]) -> list[Target]:
        return [
            Target(a, logins.get(a, picked[a][-1].login), {r: called.get(r, "") for r in wanted[a]})
            for a in sorted(accounts)
        ]

    states = dict(desk.reader.accounts(targets(picked, names)))
    seen = {resource for state in states.values() for resource in state.names}
    lost = {r for account in picked if states[account].exists for r in wanted[account]} - seen
    places = dict(desk.reader.find(frozenset(r for r in lost if r.kind in ("team", "repository"))))
    moved = {resource: place.name for resource, place in places.items() if place.name}
    affected = [a for a in picked if states[a].exists and wanted[a] & moved.keys()]
    if affected:
        states |= desk.reader.accounts(targets(affected, {**names, **moved}))
    for resource, group in desk.reader.managed().items():
        places[resource] = places.get(resource, Place(names.get(resource, "")))._replace(managed_by=group)
    return states, places


def _invert(desk: Desk, known: _Known, account: AccountId, named: frozenset[AccountId]) -> Inverted:
    state, picked = known.states[account], known.picked[account]
    organization = known.organization
    past = Past(
        account=account,
        login=state.login,
        selected=picked,
        taken=known.taken[account],
        given=known.given.get(account, ()),
        seen=tuple(desk.store.history(organization.id, account, min(t.at for t in picked))),
        held=state.grants,
        unread=state.unread,
        shut=_shut(desk, known, account, named),
        lifted=known.lifted.get(account),
    )
    base = organization.base_role
    rising = RISING["repository"]
    least = frozenset(rising[: rising.index(base)]) if base in rising else frozenset()
    native = _native(desk.reader.capabilities, desk.clock.now(), known, account)
    around = Surroundings(
        now=desk.clock.now(),
        looks=known.looks,
        organization=Resource("organization", organization.id),
        places=known.places,
        least=frozenset() if native else least,
    )
    return invert(past, around)


def _shut(desk: Desk, known: _Known, account: AccountId, named: frozenset[AccountId]) -> Why | None:
    """Why this account as a whole may be given nothing."""
    state = known.states[account]
    if not state.exists:
        return Why("stranger" if account in known.strangers else "deleted")
    if Resource("organization", known.organization.id) in state.unread:
        return Why("not-read", state.login)
    out = known.fates.pinned_out(known.pins, account, state.login, desk.clock.now().date())
    if out is not None:
        return Why("pinned-out", out)
    if state.invitation is not None and state.invitation.failed is None:
        return Why("invited", state.invitation.sent)
    leaving = known.fates.leaving(account)
    return Why("left", leaving) if leaving is not None and account not in named else None


def _native(capabilities: Capabilities, now: datetime, known: _Known, account: AccountId) -> bool:
    """Whether the forge still remembers what this account had when our run removed it."""
    days = capabilities.reinstate_days
    removed = _removal(known, account)
    if days is None or removed is None or account in known.unwilling:
        return False
    return now < removed.at + timedelta(days=days)


def _removal(known: _Known, account: AccountId) -> Taking | None:
    """The last time that a run of ours took this account's membership."""
    taken = reversed(known.taken[account])
    return next((t for t in taken if t.run and t.grant.resource.kind == "organization"), None)


def _change(known: _Known, facts: Facts, one: Inverted, named: frozenset[AccountId]) -> Change | None:
    state = known.states[one.account]
    if one.wanted == state.grants:
        return None
    removed = _removal(known, one.account)
    native = removed is not None and remembers_only(removed, known.taken[one.account], one.owed)
    native = native and _native(facts.capabilities, facts.computed_at, known, one.account)
    decision = known.fates.told.get(one.account)
    leaving = known.fates.leaving(one.account)
    return make_change(
        "restore",
        Account(one.account, state.login),
        facts,
        before=state.grants,
        after=one.wanted,
        steps=returning(state.grants, one.wanted, facts.capabilities, native=native),
        reason=NAMED if leaving is not None and one.account in named else "restore",
        because=told(
            known.picked[one.account],
            state.login,
            leaving,
            removed if native else None,
            facts.capabilities.reinstate_days,
        ),
        person=decision.person if decision else None,
        name=decision.name if decision else None,
        evidence=decision.atoms if decision else (),
    )


def _facts(desk: Desk, known: _Known, first: frozenset[AccountId]) -> Facts:
    snapshot = _snapshot(desk, known)
    extract = known.fates.extract
    now = desk.clock.now()
    day = now - timedelta(days=1)
    ours = desk.store.entries(kinds={"outcome"}, organization=known.organization.id, since=day)
    sent = {str(e.payload["invitation"]) for e in ours if e.payload and "invitation" in e.payload}
    still_open = {i.id for i in known.intake.invitations if i.may_count_since(day)}
    return Facts(
        snapshot=snapshot,
        capabilities=desk.reader.capabilities,
        policy=desk.policy,
        decisions=known.fates,
        basis=Basis(
            journal_seq=desk.store.last_outcome(known.organization.id),
            snapshot_digest=snapshot_digest(snapshot),
            snapshot_at=snapshot.read_at,
            extract_digest=extract.digest if extract else Digest(""),
            extract_at=extract.read_at if extract else now,
            policy_digest=desk.policy.digest,
            policy_commit=desk.policy.commit,
        ),
        computed_at=now,
        describe=desk.reader.describe,
        rows=extract.rows if extract else 0,
        limits=desk.limits,
        adopted=desk.adopted(known.organization),
        pins=desk.pins(known.organization),
        invited_today=len(sent | still_open),
        restores=True,
        first=first,
    )


def _snapshot(desk: Desk, known: _Known) -> Snapshot:
    """What was read for this restore, as the guards look at it; nobody else was read."""
    now = desk.clock.now()
    problem = known.intake.problem
    touched = {
        t.grant.resource: known.names.get(t.grant.resource) for ts in known.picked.values() for t in ts
    }
    names = {resource: name for resource, name in touched.items() if name}
    return Snapshot(
        forge=desk.forge,
        organization=known.organization,
        started_at=now,
        read_at=now,
        accounts=tuple(Account(s.account, s.login) for s in known.states.values()),
        teams=tuple(Team(TeamId(r.id), name, name) for r, name in names.items() if r.kind == "team"),
        repositories=tuple(
            Repository(RepositoryId(r.id), name) for r, name in names.items() if r.kind == "repository"
        ),
        grants=frozenset(grant for state in known.states.values() for grant in state.grants),
        invitations=known.intake.invitations,
        seats=known.intake.seats,
        coverage=Coverage(
            (
                Reading("invitations", problem is None, len(known.intake.invitations), problem=problem),
                *suspensions(desk, known.states.values()),
            )
        ),
    )
