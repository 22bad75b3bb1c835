"""Nobody is let in or removed where somebody else decides who is in: it would be undone, or half done."""

from collections.abc import Sequence

from seatkeeper.model.ids import TeamId
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import holds, passes, planned
from seatkeeper.rules.words import listed, people

NAME = "membership-elsewhere"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``membership-elsewhere``; a revocation takes what it can, whoever lets people in."""
    owners = {
        change.account: owner for change in planned(changes) if (owner := _owner(change, facts)) is not None
    }
    held = [change for change in changes if change.account in owners]
    if not held:
        return passes(NAME, "nobody else decides whether these people are in the organization")
    ask = f"; ask {facts.capabilities.ask}" if facts.capabilities.ask else ""
    return holds(
        NAME,
        f"{people(len(held))} are let in and removed by {listed(sorted(set(owners.values())))}: "
        f"{listed(change.login for change in held)}{ask}",
        held,
        waivable=False,
    )


def _owner(change: Change, facts: Facts) -> str | None:
    """Who decides about the membership that this change gives or takes; None: we do."""
    moved = {grant.resource.kind for grant in (*change.lost, *change.gained)}
    if "organization" not in moved:
        return None
    if facts.capabilities.membership_owner is not None:
        return facts.capabilities.membership_owner
    places = (facts.teams.get(TeamId(g.resource.id)) for g in change.before if g.resource.kind == "team")
    return next(
        (f"the team {team.slug} of {team.managed_by}" for team in places if team and team.lets_in), None
    )
