"""Whoever edits a plan, its file or the configuration behind it gets nowhere, and the journal tells of it."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from seatkeeper.model.grants import Grant, Resource, team_subject
from seatkeeper.model.ids import Digest, ForgeName, TeamId
from seatkeeper.model.plan import Plan
from seatkeeper.rules import planfile
from seatkeeper.workflow.approve import propose
from seatkeeper.workflow.plan import Computed
from tests.faults.bench import typed
from tests.security.night import Attempt, Night, named, nobody_gets_past
from tests.workflow.place import ANA, CHLOE

pytestmark = pytest.mark.slow

ELSEWHERE = "This plan file was not computed with this journal."


def edited(name: str, change: Callable[[Plan], Plan], why: str = ELSEWHERE) -> Attempt:
    """The approved plan with a field changed and its digest made anew, proposed again by Ana."""

    def tries(night: Night) -> object:
        forged = change(night.approved.plan)
        file = planfile.encode(forged)
        tried = Computed(forged, file, planfile.digest(file), night.approved.decisions)
        propose(night.desk, forged, tried.digest, night.key(ANA))
        return night.apply(tried)

    return Attempt(f"a plan edited and digested anew: {name}", tries, why)


def first_change(**fields: Any) -> Callable[[Plan], Plan]:
    return lambda p: replace(p, changes=(replace(p.changes[0], **fields), *p.changes[1:]))


EDITED = (
    edited("no verdicts", lambda p: replace(p, verdicts=())),
    edited("no holds", lambda p: replace(p, holds=())),
    edited("a change left out", lambda p: replace(p, changes=p.changes[1:])),
    edited("a change twice", lambda p: replace(p, changes=(*p.changes, p.changes[0]))),
    edited("another account", first_change(account="1")),
    edited("another login", first_change(login="root")),
    edited("another name", first_change(name="Nobody")),
    edited("another reason", first_change(reason="revoked")),
    edited("kinder words", first_change(because="It is nothing.")),
    edited("a revocation, which no limit counts", first_change(kind="revoke")),
    edited("a leaver long foreseen", first_change(foreseen=True)),
    edited("no steps", first_change(steps=())),
    edited("everything taken", first_change(after=frozenset())),
    edited("evidence left out", first_change(evidence=())),
    edited("the last wave", first_change(wave=99)),
    edited("a restore, which only gives", lambda p: replace(p, kind="restore")),
    edited("a backlog, with its own budget", lambda p: replace(p, kind="backlog")),
    edited("a younger plan", lambda p: replace(p, computed_at=p.computed_at + timedelta(minutes=3))),
    edited("another policy", lambda p: replace(p, basis=p.basis._replace(policy_digest=Digest("0" * 64)))),
    edited("a later journal", lambda p: replace(p, basis=p.basis._replace(journal_seq=10**6))),
    edited(
        "another snapshot", lambda p: replace(p, basis=p.basis._replace(snapshot_digest=Digest("0" * 64)))
    ),
    edited("another organization", lambda p: replace(p, organization=p.organization._replace(login="x"))),
    edited(
        "another forge",
        lambda p: replace(p, forge=ForgeName("other")),
        "The plan is for another organization.",
    ),
    edited("other counts", lambda p: replace(p, counts={})),
    edited("no names", lambda p: replace(p, names={})),
)


def typed_file(name: str, change: Callable[[bytes], bytes], why: str, command: str) -> Attempt:
    """The file of the approved plan is changed where it lies, and the command is typed."""

    def tries(night: Night) -> object:
        folder = night.place.config.parent
        (folder / "plan.json").write_bytes(change(night.approved.file))
        more = [] if command == "apply" else ["--key", night.key(CHLOE)]
        said = typed([command, "plan.json", *more, "--json"], folder, dict(os.environ) | night.place.environ)
        return said.code

    return Attempt(f"{command} of a file {name}", tries, why)


def forced(data: bytes) -> bytes:
    told = json.loads(data) | {"force": True}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def of_a_team(data: bytes) -> bytes:
    """A well-formed file, of which a step would take what a team has from everybody in it."""
    plan = planfile.decode(data)
    change = next(c for c in plan.changes if c.steps)
    grant = Grant(team_subject(TeamId("1")), Resource("repository", "1"), "write")
    step = change.steps[0]._replace(action="take", grants=(grant,))
    meddled = replace(change, steps=(step, *change.steps[1:]))
    return planfile.encode(replace(plan, changes=tuple(meddled if c is change else c for c in plan.changes)))


FILES = tuple(
    typed_file(name, change, why, command)
    for command in ("apply", "approve")
    for name, change, why in (
        (
            "with a word changed",
            lambda d: d.replace(b'"reason":"', b'"reason":"x', 1),
            "does not have the digest it claims",
        ),
        (
            "with an account changed",
            lambda d: d.replace(b'"account":"', b'"account":"9', 1),
            "names a grant of account",
        ),
        ("with a field more", forced, "plan.force is not a field"),
        ("laid out anew", lambda d: json.dumps(json.loads(d), indent=1).encode(), "is not in canonical form"),
        ("with a step on a team's own grant", of_a_team, "names a grant of team"),
        ("cut short", lambda d: d[:-2], "is not JSON"),
    )
)


def changed_policy(name: str, old: str, new: str) -> Attempt:
    """The configuration is edited between the approval and the run."""

    def tries(night: Night) -> object:
        night.configured(old, new)
        return night.anew(lambda n: n.apply(n.approved))

    why = "The policy has changed since the plan was computed."
    return Attempt(f"the policy changed since the approval: {name}", tries, why)


CHANGED = tuple(
    changed_policy(name, "limits: {}", f"limits: {{{field}}}")
    for name, field in (
        ("a larger run", "run: 999"),
        ("a larger day", "day: 999"),
        ("a larger week", "week: 999"),
        ("more foreseen leavers", "foreseen_run: 999"),
        ("a larger factor", "approver_factor: 99"),
        ("a larger share", "approver_share: 100 %"),
        ("whole teams", "team_share: 100 %"),
        ("owners too", "owners: 9"),
        ("one owner is enough", "owners_floor: 1"),
        ("older plans", "snapshot_hours: 24"),
        ("a second extract sooner", "second_extract_hours: 1"),
        ("a source that may shrink", "shrink_share: 100 %"),
        ("more holds", "hold_points: 100 %"),
        ("foreseen sooner", "foreseen_days: 1"),
    )
)


ATTEMPTS = (*EDITED, *FILES, *CHANGED)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)
