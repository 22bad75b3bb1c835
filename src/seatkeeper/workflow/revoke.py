"""Revoke: security's button. One account, everything it holds, now, on one authorised person's word.

It is a plan like every other, under the same protocol, journal and floors; what
differs is what it waits for. It reads that account alone, asks no limit, no record of
people and no second person, and passes the brake that was set when it was signed
(ADR 12). A second person reviews it afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from seatkeeper.errors import Braked, PlanRefused, UsageError
from seatkeeper.journal import fold
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, Digest, RepositoryId, RunId, TeamId
from seatkeeper.model.plan import Basis, Change, Plan
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Coverage,
    Organization,
    Repository,
    Snapshot,
    Target,
    Team,
)
from seatkeeper.ports import Store
from seatkeeper.rules import planfile
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.planner import assemble, make_change
from seatkeeper.rules.steps import revoking
from seatkeeper.workflow.approve import approve, proposal, propose, seconded
from seatkeeper.workflow.compare import inside, shut_out, suspensions
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.fate import Fates
from seatkeeper.workflow.observe import TICK, snapshot_digest
from seatkeeper.workflow.plan import planned, protected
from seatkeeper.workflow.runs import RunState, load_run

REVOKED = "revoked"
"""The reason of a revocation's change."""
ATTEMPTS = 3
"""How often an account that is given more while it is being shut out is read and taken from again."""

CarryOut = Callable[[Plan, Digest, bytes], RunState]
"""Carries a plan out, or goes on with the run of it that was interrupted."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """The plan, the bytes of its file, and the account as it was read for it."""

    plan: Plan
    file: bytes
    digest: Digest
    state: AccountState

    @property
    def change(self) -> Change | None:
        """What is to be taken; None where a floor holds the account."""
        return self.plan.changes[0] if self.plan.changes else None


class Revoked(NamedTuple):
    """What was found, the runs that took it, and what the last reading shows."""

    found: Revocation
    runs: tuple[RunState, ...]
    left: Revocation


class Unreviewed(NamedTuple):
    """A revocation that no second person has looked at."""

    run: RunId
    login: str
    person: str
    at: datetime


def revocation(desk: Desk, name: str, reason: str) -> Revocation:
    """Everything this account is known to hold, read again just now; writes nothing anywhere.

    `name` is a login or an id. Raises `UsageError` when it is nobody's, or two accounts'.
    """
    desk.clock.sleep(TICK)
    organization = desk.reader.organization()
    account, login = _account(desk, organization, name)
    state = _read(desk, organization, account, login)
    facts = _facts(desk, organization, state)
    plan = assemble([_change(desk, facts, state, reason)], (), facts, kind="revoke")
    file = planfile.encode(plan)
    return Revocation(plan, file, planfile.digest(file), state)


def revoke(desk: Desk, name: str, reason: str, key: str, carry_out: CarryOut) -> Revoked:
    """Take it all now and pin the account out.

    What an interrupted revocation of the account began is gone on with before all
    else. No run when a floor holds the account: nothing was done then.
    """
    first = made = revocation(desk, name, reason)
    done: list[RunState] = []
    for old in _interrupted(desk, made):
        with suppress(
            PlanRefused, Braked
        ):  # it was resolved by reading then, and the next plan takes the rest
            done.append(carry_out(old.plan, old.digest, planfile.encode(old.plan)))
        made = revocation(desk, name, reason)
    for _ in range(ATTEMPTS):
        if made.change is None or (done and not made.change.steps):
            break
        desk.store.append([planned(made.plan, made.digest)], desk.clock.now())
        propose(desk, made.plan, made.digest, key)
        done.append(carry_out(made.plan, made.digest, made.file))
        made = revocation(desk, name, reason)
    return Revoked(first, tuple(done), made)


def review(desk: Desk, organization: Organization, name: str, key: str) -> fold.Approval:
    """Sign the last revocation of this account as the second person; `ApprovalError` for the first."""
    account, _ = _account(desk, organization, name)
    found = _revocations(desk, organization, account)
    if not found:
        raise UsageError(
            f"No revocation of {name} is in the journal.", remedy="See what waits: seatkeeper status"
        )
    return approve(desk, found[-1].plan, found[-1].digest, key)


def unreviewed(desk: Desk) -> list[Unreviewed]:
    """The revocations that wait for a second person's word, oldest first."""
    found = []
    for run, _ in _started(desk.store):
        state = load_run(desk.store, run)
        if state is None:
            continue
        by = proposal(desk, state.plan, state.digest)
        person = by.person if by else "somebody unknown"
        if not _reviewed(desk, state, person):
            found.append(Unreviewed(state.id, state.plan.changes[0].login, person, state.started))
    return found


def _reviewed(desk: Desk, state: RunState, person: str) -> bool:
    taken = {change.digest for change in state.plan.changes}
    words = seconded(desk, state.plan, state.digest, person).words
    return any(a.plan == state.digest and not a.waives and taken <= a.changes for a in words)


def _started(store: Store) -> Iterator[tuple[RunId, Digest]]:
    """The runs of revocations; their plans are told apart without opening any other."""
    told = (entry.payload for entry in store.entries(kinds={"planned"}) if entry.payload)
    ours = {payload["plan"] for payload in told if payload["kind"] == "revoke"}
    for entry in store.entries(kinds={"run-started"}) if ours else ():
        if entry.payload and entry.payload["plan"] in ours:
            yield RunId(entry.run), Digest(str(entry.payload["plan"]))


def _revocations(desk: Desk, organization: Organization, account: AccountId) -> list[RunState]:
    loaded = (load_run(desk.store, run) for run, _ in _started(desk.store))
    return [
        state
        for state in loaded
        if state is not None
        and state.plan.organization.id == organization.id
        and any(change.change.account == account for change in state.changes)
    ]


def _interrupted(desk: Desk, made: Revocation) -> list[RunState]:
    ours = _revocations(desk, made.plan.organization, made.state.account)
    return [state for state in ours if state.ended is None]


def _account(desk: Desk, organization: Organization, name: str) -> tuple[AccountId, str]:
    """The account of this login or id, known from before or found on the forge now."""
    logins = desk.store.logins(organization.id)
    known = {a: login for a, login in logins.items() if name.casefold() in {login.casefold(), a}}
    found = desk.reader.lookup([name])[name]
    if found is not None:
        known[found.id] = found.login
    if len(known) == 1:
        return next(iter(known.items()))
    if not known:
        raise UsageError(
            f"Nobody has or had the login {name}.", remedy="See who was there: seatkeeper history"
        )
    told = ", ".join(f"{account} ({login})" for account, login in sorted(known.items()))
    raise UsageError(
        f"More than one account has or had the login {name}: it was taken over.",
        arithmetic=told,
        remedy="Name the account by its id: seatkeeper revoke ID",
    )


def _read(desk: Desk, organization: Organization, account: AccountId, login: str) -> AccountState:
    """The account now, wherever it was ever seen to hold something."""
    names = desk.store.names(organization.id)
    seen = {row.grant.resource for row in desk.store.history(organization.id, account)}
    resources = {r: names.get(r, "") for r in seen} | inside(desk, organization)
    state = desk.reader.accounts([Target(account, login, resources)])[account]
    if not state.exists:
        raise UsageError(
            f"The account {account} ({login}) does not exist any more, so it holds nothing.",
            remedy="See what it held: seatkeeper history LOGIN",
        )
    known = desk.store.grants_at(organization.id, desk.clock.now(), [account])
    unseen = {grant for grant in known if grant.resource in state.unread}
    return replace(state, grants=state.grants | unseen, names={**names, **state.names})


def _change(desk: Desk, facts: Facts, state: AccountState, reason: str) -> Change:
    """All of it; what could not be read goes with the membership, and without one it stays and is told.

    Where the account can be suspended nothing else is taken: it can use nothing then.
    """
    takable = frozenset(grant for grant in state.grants if grant.resource not in state.unread)
    takable = frozenset() if shut_out(state) else letting_in(takable) or takable
    member = any(grant.resource.kind == "organization" for grant in takable)
    invitation = state.invitation if state.invitation and state.invitation.failed is None else None
    return make_change(
        "revoke",
        facts.accounts[state.account],
        facts,
        before=state.grants,
        after=letting_in(state.grants)
        if member and facts.capabilities.membership_takes_all
        else state.grants - takable,
        steps=revoking(takable, invitation.id if invitation else None, desk.reader.capabilities),
        reason=REVOKED,
        because=reason,
    )


def _facts(desk: Desk, organization: Organization, state: AccountState) -> Facts:
    """The account, and beside an owner the other owners as last seen, for the floor; nobody else was read."""
    now = desk.clock.now()
    home = Resource("organization", organization.id)
    owner = any(grant.resource == home and grant.role == "owner" for grant in state.grants)
    known = desk.store.grants_at(organization.id, now) if owner else ()
    owners = {g for g in known if g.resource == home and g.role == "owner" and g.subject.id != state.account}
    active = {g for g in letting_in(known) if g.subject in {owner.subject for owner in owners}}
    logins = desk.store.logins(organization.id)
    others = (Account(a, logins.get(a, a)) for a in (AccountId(g.subject.id) for g in sorted(owners)))
    snapshot = Snapshot(
        forge=desk.forge,
        organization=organization,
        started_at=now,
        read_at=now,
        accounts=(Account(state.account, state.login), *others),
        teams=tuple(Team(TeamId(r.id), name, name) for r, name in state.names.items() if r.kind == "team"),
        repositories=tuple(
            Repository(RepositoryId(r.id), name) for r, name in state.names.items() if r.kind == "repository"
        ),
        grants=state.grants | owners | active,
        coverage=Coverage(suspensions(desk, [state])),
    )
    return Facts(
        snapshot=snapshot,
        capabilities=desk.reader.capabilities,
        policy=desk.policy,
        decisions=Fates(),
        basis=Basis(
            journal_seq=desk.store.last_outcome(organization.id),
            snapshot_digest=snapshot_digest(snapshot),
            snapshot_at=now,
            extract_digest=Digest(""),
            extract_at=now,
            policy_digest=desk.policy.digest,
            policy_commit=desk.policy.commit,
        ),
        computed_at=now,
        describe=desk.reader.describe,
        rows=0,
        limits=desk.limits,
        protected=protected(desk, snapshot),
    )
