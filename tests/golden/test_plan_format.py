"""Files of every plan format ever written stay readable, byte for byte."""

import hashlib
import json
from pathlib import Path

import pytest

from seatkeeper.model.grants import Resource
from seatkeeper.rules.planfile import decode, encode

HERE = Path(__file__).parent
DIGESTS = {"plan-format-1.json": "7c4291ce85f34bd3b54307bca14bd3dc10b7341a266ce341931a4ed43ce97321"}


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_plan_file_of_each_format_is_read_and_written_back_the_same(name: str) -> None:
    """Whoever kept an approved plan can still read it, and its digest is still the approved one."""
    data = (HERE / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == DIGESTS[name]
    assert encode(decode(data)) == data


def test_every_plan_file_here_has_a_test() -> None:
    """A golden that nobody reads proves nothing."""
    assert {path.name for path in HERE.glob("plan-*.json")} == set(DIGESTS)


def test_format_1_means_what_it_meant() -> None:
    """The values a reader cares about come out of the file as they were put in."""
    plan = decode((HERE / "plan-format-1.json").read_bytes())
    assert (plan.format, plan.kind, plan.organization.login) == (1, "daily", "acme")
    assert plan.computed_at.isoformat() == "2026-11-23T06:00:00+00:00"
    assert [(c.kind, c.login, c.wave, c.foreseen) for c in plan.changes] == [
        ("join", "newcomer", 1, False),
        ("move", "user10", 2, False),
        ("leave", "user7", 3, False),
        ("leave", "user5", 3, True),
    ]
    assert {hold.reason for hold in plan.holds} == {"missing-status", "no-such-account", "no-seat"}
    assert plan.names[Resource("team", "t-engineering")] == "engineering"
    assert plan.seats.waiting == ("later",)
    assert {v.ruling for v in plan.verdicts} == {"passes", "holds", "asks"}
    leaver = plan.changes[3]
    assert {g.role for g in leaver.lost} == {"member", "admin"}
    assert leaver.evidence[0].truth is True
    invite, *rest = plan.changes[0].steps
    assert invite.action == "invite"
    assert all(step.after_acceptance for step in rest)


def test_format_1_keeps_the_names_of_its_fields() -> None:
    """Another tool that reads the file finds each field where it was."""
    told = json.loads((HERE / "plan-format-1.json").read_bytes())
    assert sorted(told) == [
        "basis",
        "changes",
        "computed_at",
        "cost",
        "counts",
        "forge",
        "format",
        "holds",
        "kind",
        "names",
        "organization",
        "seats",
        "verdicts",
    ]
    assert sorted(told["changes"][0]) == [
        "account",
        "after",
        "because",
        "before",
        "digest",
        "evidence",
        "foreseen",
        "kind",
        "login",
        "name",
        "person",
        "reason",
        "steps",
        "wave",
    ]
