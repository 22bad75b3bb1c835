"""What could not be read shields whoever may hold something there."""

from collections.abc import Sequence

from seatkeeper.model.plan import Change, Verdict
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.guards.verdicts import costly, not_covered, passes
from seatkeeper.rules.words import count, listed, people

NAME = "unreadable"


def check(changes: Sequence[Change], facts: Facts) -> Verdict:
    """Guard ``unreadable``.

    A team or repository that could not be read shields the accounts known to
    hold something there; a list of teams or repositories that is not whole
    shields everybody, because nobody knows what it leaves out.
    """
    if facts.restores:
        return passes(NAME, "a restore takes nothing; what could not be read is listed as held")
    coverage = facts.snapshot.coverage
    exposed = costly(changes, facts)
    broken = [name for name in ("teams", "repositories", "outside") if not coverage.whole(name)]
    if broken:
        said = "; ".join(f"{name}: {coverage.problem(name)}" for name in broken)
        return not_covered(NAME, said, exposed)
    held = [
        change
        for change in exposed
        if change.account in facts.shielded or any(g.resource in coverage.unreadable for g in change.before)
    ]
    blind = count(len(coverage.unreadable), "team or repository", "teams and repositories")
    if not held:
        return passes(NAME, f"{blind} could not be read; nobody in this plan is known to hold anything there")
    names = listed(sorted(facts.names.get(r, r.id) for r in coverage.unreadable))
    return not_covered(
        NAME, f"{blind} could not be read ({names}); {people(len(held))} may hold something there", held
    )
