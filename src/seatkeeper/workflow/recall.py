"""Recall: the last observation as the store kept it, without a call to the forge or the source."""

from datetime import datetime

from seatkeeper.errors import NotCovered
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import Digest, RepositoryId, TeamId
from seatkeeper.model.snapshot import (
    Account,
    Census,
    Coverage,
    Organization,
    Reading,
    Repository,
    Snapshot,
    Team,
)
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.told import what_was_told


def recall(desk: Desk, organization: Organization, *, census: bool = False) -> Observation:
    """The last observation; raises `NotCovered` when there is none.

    It is good for telling, not for planning: seats are not in it, and where
    what the forge told was erased, only names and grants are. A `census` is
    enough where the grants of only some are going to be asked for.
    """
    entries = list(desk.store.entries(kinds={"observation"}, organization=organization.id))
    extracts = desk.store.extracts(desk.source_name)
    if not entries or not extracts:
        raise NotCovered("Nothing has been observed yet.", remedy="Read people and forge: seatkeeper observe")
    last, extract = entries[-1], extracts[-1]
    digest = Digest(str((last.payload or {}).get("digest", "")))
    told = what_was_told(desk.store, desk.forge, digest, last.at)
    roll = _census(desk, organization, last.at, told.coverage) if told and census else None
    grants = frozenset[Grant]() if roll else desk.store.grants_at(organization.id, last.at)
    accounts = told.accounts if told else _known(desk, organization, grants)
    names = desk.store.names(organization.id)
    snapshot = Snapshot(
        forge=desk.forge,
        organization=organization,
        started_at=last.at,
        read_at=last.at,
        accounts=accounts,
        teams=tuple(Team(TeamId(r.id), name, name) for r, name in names.items() if r.kind == "team"),
        repositories=tuple(
            Repository(RepositoryId(r.id), name) for r, name in names.items() if r.kind == "repository"
        ),
        grants=grants,
        invitations=told.invitations if told else (),
        identities=told.identities if told else (),
        coverage=told.coverage if told else Coverage((Reading("members", whole=True, seen=len(accounts)),)),
        census=roll,
    )
    people = desk.store.extract_table(extract.source, extract.digest, extract.read_at)
    return Observation(snapshot, digest, extract, people, last.seq)


def _census(desk: Desk, organization: Organization, at: datetime, coverage: Coverage) -> Census:
    member, server = (Resource(kind, organization.id) for kind in ("organization", "server"))
    held = desk.store.held_on(organization.id, at, [member, server])
    roles, active = held.get(member, {}), held.get(server, {})  # never seen: nobody is there
    out = roles.keys() - active.keys() if coverage.whole("suspensions") else ()
    return Census(roles, frozenset(out))


def _known(desk: Desk, organization: Organization, grants: frozenset[Grant]) -> tuple[Account, ...]:
    """Whoever holds something, by the last login known."""
    present = {g.subject.id for g in grants if g.subject.kind == "account"}
    logins = desk.store.logins(organization.id)
    return tuple(Account(account, login) for account, login in logins.items() if account in present)
