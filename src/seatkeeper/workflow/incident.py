"""Incident: opened by a person or by what went wrong, it stops whatever takes, and has a story to tell."""

from collections.abc import Sequence
from datetime import timedelta

from seatkeeper.errors import UsageError
from seatkeeper.journal import fold
from seatkeeper.journal.incidents import incidents, opening
from seatkeeper.model.incident import Cause, Incident
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Draft, Scope, Taking
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.effects import takes
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.runs import runs
from seatkeeper.workflow.takings import told

LATELY = timedelta(days=1)


def known(desk: Desk, organization: Organization) -> tuple[Incident, ...]:
    """Every incident, oldest first."""
    return incidents(desk.store.entries(kinds={"brake", "release"}, organization=organization.id))


def named(desk: Desk, organization: Organization, number: int | None = None) -> Incident:
    """The incident of this number, or the latest; `UsageError` where there is none."""
    found = [one for one in known(desk, organization) if number in {None, one.seq}]
    if not found:
        which = "" if number is None else f" {number}"
        raise UsageError(f"There is no incident{which}.", remedy="List them: seatkeeper incident")
    return found[-1]


def open_incident(
    desk: Desk,
    organization: Organization,
    cause: Cause,
    reason: str,
    by: str,
    *,
    about: Sequence[str] = (),
    scope: Scope = "leaves",
) -> Incident:
    """Open an incident, which sets its brake. `about` are the runs that took what it is about."""
    draft = opening(organization.id, cause, reason, by, about, scope)
    (made,) = incidents(desk.store.append([draft], desk.clock.now()))
    return made


def by_hand(
    desk: Desk, organization: Organization, reason: str, by: str, named_runs: Sequence[str] = ()
) -> Incident:
    """A person opens an incident about these runs; of none, about those that took in the last day."""
    strangers = set(named_runs) - set(runs(desk.store, organization))
    if strangers:
        raise UsageError(
            f"The journal has no run {min(strangers)}.", remedy="List them: seatkeeper status --last 20"
        )
    lately = fold.takings(told(desk, organization, desk.clock.now() - LATELY))
    about = named_runs or tuple(dict.fromkeys(taking.run for taking in lately))
    return open_incident(desk, organization, "a person", reason, by, about=about)


def stopping_scope(plan: Plan) -> Scope:
    """The least that stops this plan: where it takes, giving may go on."""
    return "leaves" if any(takes(change) for change in plan.changes) else "all"


def of_mass_restore(desk: Desk, plan: Plan, run: str) -> list[Draft]:
    """What opens an incident with a restore of as many people as the configuration says, if it says so.

    Nothing where an incident is open: the restore belongs to that.
    """
    mass = desk.incidents.mass
    if plan.kind != "restore" or mass is None or len(plan.changes) < mass:
        return []
    if any(one.closed is None for one in known(desk, plan.organization)):
        return []
    took = sorted({owed.run for owed in plan.owed if owed.run})
    reason = f"a restore gives back what {len(plan.changes)} people lost"
    return [opening(plan.organization.id, "a mass restore", reason, f"run {run}", took)]


def taken(desk: Desk, organization: Organization, incident: Incident) -> list[tuple[int, Taking]]:
    """What the runs of an incident took, each with the entry that tells it, in order of the journal."""
    entries = (entry for run in incident.runs for entry in told(desk, organization, run=run))
    return [(entry.seq, taking) for entry in entries for taking in fold.takings([entry])]
