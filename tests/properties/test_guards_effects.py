"""Guards count effects: whoever ends with less access than before is counted, whatever took it."""

import dataclasses
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Change, Step
from seatkeeper.rules.effects import losers
from seatkeeper.rules.facts import Facts
from tests.rules.plan_builder import Acme, drafts, team

ROLES = ["read", "triage", "write", "maintain", "admin"]
STRENGTH = {role: n for n, role in enumerate(["member", "maintainer", "owner"])} | {
    role: n for n, role in enumerate(ROLES)
}
PEOPLE = [f"user{n}" for n in range(8)]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Facts, list[Change]]:
    """Nested teams with repositories, and changes: leaves, moves, and one that works through a team."""
    acme = Acme(8)
    parents = {"a": None, "b": "a", "c": "b", "d": None}
    for slug, parent in parents.items():
        acme.team(slug, *draw(st.lists(st.sampled_from(PEOPLE), unique=True)), parent=parent)
        acme.repository(f"repo-{slug}", team=slug)
    for login in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        acme.direct(login, "website", draw(st.sampled_from(ROLES)))
    for login in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        if draw(st.booleans()):
            acme.leave(login)
        else:
            acme.move(login, *(team(slug) for slug in draw(st.sets(st.sampled_from(sorted(parents))))))
    facts = acme.facts(manages=set(parents))
    changes = drafts(facts)
    team_grants = sorted(g for g in acme.grants if g.subject.kind == "team")
    through_a_team: bool = draw(st.booleans())
    if changes and through_a_team:
        taken = draw(st.sampled_from(team_grants))
        changes[0] = dataclasses.replace(changes[0], steps=(*changes[0].steps, Step("take", (taken,), "")))
    return facts, changes


def carried_out(grants: frozenset[Grant], changes: Iterable[Change]) -> frozenset[Grant]:
    """The grants after every step was done, by a forge whose removal of a member takes the teams."""
    world = set(grants)
    for step in (step for change in changes for step in change.steps):
        (grant,) = step.grants
        if step.action == "give":
            world = {g for g in world if (g.subject, g.resource) != (grant.subject, grant.resource)}
            world.add(grant)
        elif grant.resource.kind == "organization":
            world = {g for g in world if g.subject != grant.subject or g.resource.kind == "repository"}
        else:
            world.discard(grant)
    return frozenset(world)


def access(facts: Facts, grants: frozenset[Grant]) -> dict[tuple[str, str, str], int]:
    """How strongly each account reaches each resource: itself, by its teams and by the teams above them."""
    reach: dict[tuple[str, str, str], int] = {}

    def note(account: str, grant: Grant) -> None:
        key = (account, grant.resource.kind, grant.resource.id)
        reach[key] = max(reach.get(key, -1), STRENGTH[grant.role])

    for grant in grants:
        if grant.subject.kind == "account":
            note(grant.subject.id, grant)
        if grant.subject.kind == "account" and grant.resource.kind == "team":
            current = next((t for t in facts.snapshot.teams if t.id == grant.resource.id), None)
            while current is not None:
                for through in (g for g in grants if g.subject == ("team", current.id)):
                    note(grant.subject.id, through)
                current = next((t for t in facts.snapshot.teams if t.id == current.parent), None)
    return reach


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_whoever_ends_with_less_is_counted(world: tuple[Facts, list[Change]]) -> None:
    """An independent reckoning of access before and after finds nobody whom the guards did not count."""
    facts, changes = world
    before = access(facts, facts.snapshot.grants)
    after = access(facts, carried_out(facts.snapshot.grants, changes))
    less = {AccountId(key[0]) for key, strength in before.items() if after.get(key, -1) < strength}
    assert less <= losers(changes, facts)
