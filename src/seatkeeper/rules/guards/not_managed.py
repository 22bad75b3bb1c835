"""A move takes only what the policy manages, and nothing that an identity provider manages."""

from collections.abc import Sequence

from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import TeamId
from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.effects import loss
from seatkeeper.rules.facts import Facts, resources
from seatkeeper.rules.guards.verdicts import holds, passes
from seatkeeper.rules.words import listed, people

NAME = "not-managed"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``not-managed``."""
    moves = [change for change in changes if change.kind in ("join", "move")]
    managed = resources(facts, facts.policy.manages) if moves else frozenset()
    held = [c for c in moves if _strays(c, managed) or _meddles(c, facts)]
    if not held:
        return passes(NAME, "no move or join touches what somebody else manages")
    return holds(
        NAME,
        f"{people(len(held))} would be moved on a resource that the policy does not manage or an identity "
        f"provider does: {listed(change.login for change in held)}",
        held,
        waivable=False,
    )


def _strays(change: Change, managed: frozenset[Resource]) -> bool:
    return any(grant.resource not in managed for grant in loss(change))


def _meddles(change: Change, facts: Facts) -> bool:
    """True when a step gives or takes a place in a team that belongs to an identity provider."""
    touched = {grant.resource for step in change.steps for grant in step.grants}
    teams = (facts.teams.get(TeamId(r.id)) for r in touched if r.kind == "team")
    return any(team is not None and team.managed_by is not None for team in teams)
