"""Takings: which losses a restore is about, found in the journal."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from seatkeeper.errors import UsageError
from seatkeeper.journal import fold
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import Entry, Taking
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk


class Selection(NamedTuple):
    """What to give back: what these runs took since then, from these accounts, from who lost these teams.

    Each kind that is given narrows the others; several of one kind add up. A moment
    also asks for what a log tells of losses before the first observation.
    """

    runs: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    at: datetime | None = None


def selected(desk: Desk, organization: Organization, selection: Selection) -> tuple[Taking, ...]:
    """The losses that a selection names, oldest first; `UsageError` for a name that nobody has."""
    if not any(selection):
        raise UsageError(
            "A restore needs to know what to bring back.",
            remedy="Name a run, an account, a team or a time: seatkeeper restore --run RUN",
        )
    named = named_accounts(desk, organization, selection.accounts)
    teams = frozenset(chain.from_iterable(_teams(desk, organization, name) for name in selection.teams))
    found = fold.takings(_entries(desk, organization, selection, named, teams))
    if selection.at is not None and not selection.runs:
        found = (*_reconstructed(desk, organization), *found)
    if named:
        found = tuple(taking for taking in found if taking.account in named)
    if selection.at is not None:
        found = tuple(taking for taking in found if taking.at >= selection.at)
    if teams:
        hit = {(taking.run, taking.account) for taking in found if taking.grant.resource in teams}
        found = tuple(taking for taking in found if (taking.run, taking.account) in hit)
    return found


def _reconstructed(desk: Desk, organization: Organization) -> tuple[Taking, ...]:
    """What was lost before the first observation, as a log tells it; only a moment asks for these."""
    return fold.reconstructed(desk.store.entries(kinds={"reconstructed"}, organization=organization.id))


def named_accounts(desk: Desk, organization: Organization, names: Sequence[str]) -> frozenset[AccountId]:
    """The accounts behind logins and ids; `UsageError` for one that is nobody's."""
    if not names:
        return frozenset()
    known: dict[str, list[AccountId]] = {}
    for account, login in desk.store.logins(organization.id).items():
        for name in {login.casefold(), account}:
            known.setdefault(name, []).append(account)
    strangers = [name for name in names if name.casefold() not in known]
    if strangers:
        raise UsageError(
            f"No account {strangers[0]} was ever observed.", remedy="See who was: seatkeeper history"
        )
    return frozenset(account for name in names for account in known[name.casefold()])


def told(
    desk: Desk,
    organization: Organization,
    since: datetime | None = None,
    accounts: Collection[AccountId] | None = None,
    run: str | None = None,
) -> Iterator[Entry]:
    """What tells of takings: outcomes, and intents that a killed process left without one."""
    return desk.store.entries(
        kinds={"intent", "outcome"},
        organization=organization.id,
        run=run,
        since=since,
        accounts=accounts,
        unanswered=True,
    )


def _entries(
    desk: Desk,
    organization: Organization,
    selection: Selection,
    named: frozenset[AccountId],
    teams: frozenset[Resource],
) -> Iterable[Entry]:
    """What tells of these takings; of a team, all that tells of whoever was ever seen in it."""
    accounts = named
    if teams and not named:
        accounts = frozenset(chain.from_iterable(desk.store.holders(organization.id, team) for team in teams))
    if not selection.runs:
        return told(desk, organization, selection.at, accounts if named or teams else None)
    for run in selection.runs:
        if not any(True for _ in desk.store.entries(run=run, organization=organization.id)):
            raise UsageError(
                f"The journal has no run {run}.", remedy="List them: seatkeeper status --last 20"
            )
    ordered = [entry for run in selection.runs for entry in told(desk, organization, run=run)]
    return sorted(ordered, key=lambda entry: entry.seq)


def _teams(desk: Desk, organization: Organization, name: str) -> Iterable[Resource]:
    names = desk.store.names(organization.id)
    asked = name.casefold()
    found = [r for r, slug in names.items() if r.kind == "team" and asked in {slug.casefold(), r.id}]
    if not found:
        raise UsageError(f"No team {name} was ever observed.", remedy="See who was where: seatkeeper history")
    return found
