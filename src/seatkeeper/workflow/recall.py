"""Recall: the last observation as the store kept it, without a call to the forge or the source."""

from dataclasses import replace

from seatkeeper.errors import NotCovered
from seatkeeper.model.ids import Digest, RepositoryId, TeamId
from seatkeeper.model.snapshot import Account, Coverage, Organization, Reading, Repository, Snapshot, Team
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.told import what_was_told


def recall(desk: Desk, organization: Organization) -> Observation:
    """The last observation; raises `NotCovered` when there is none.

    It is good for telling, not for planning: seats are not in it, and where
    what the forge told was erased, only names and grants are.
    """
    entries = list(desk.store.entries(kinds={"observation"}, organization=organization.id))
    extracts = desk.store.extracts(desk.source.name)
    if not entries or not extracts:
        raise NotCovered("Nothing has been observed yet.", remedy="Read people and forge: seatkeeper observe")
    last, extract = entries[-1], extracts[-1]
    grants = desk.store.grants_at(organization.id, last.at)
    present = {g.subject.id for g in grants if g.subject.kind == "account"}
    names = desk.store.names(organization.id)
    snapshot = Snapshot(
        forge=desk.forge,
        organization=organization,
        started_at=last.at,
        read_at=last.at,
        accounts=tuple(
            Account(a, login) for a, login in desk.store.logins(organization.id).items() if a in present
        ),
        teams=tuple(Team(TeamId(r.id), name, name) for r, name in names.items() if r.kind == "team"),
        repositories=tuple(
            Repository(RepositoryId(r.id), name) for r, name in names.items() if r.kind == "repository"
        ),
        grants=grants,
        coverage=Coverage((Reading("members", whole=True, seen=len(present)),)),
    )
    people = desk.store.extract_table(extract.source, extract.digest, extract.read_at)
    digest = Digest(str((last.payload or {}).get("digest", "")))
    if told := what_was_told(desk.store, snapshot, digest):
        snapshot = replace(
            snapshot,
            accounts=told.accounts,
            invitations=told.invitations,
            identities=told.identities,
            coverage=told.coverage,
        )
    return Observation(snapshot, digest, extract, people, last.seq)
