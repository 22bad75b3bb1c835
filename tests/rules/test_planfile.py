import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.errors import PlanRefused
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.plan import Plan
from seatkeeper.rules.codec import canonical
from seatkeeper.rules.planfile import change_digest, covered, decode, digest, encode, uncovered
from tests.rules.plan_builder import ACME, Acme, repository, team


def a_plan() -> Plan:
    acme = Acme(40)
    acme.team("engineering", "user5", "user6", "user7", "user8", "user9")
    acme.direct("user5", "website", "admin")
    acme.leave("user5").hold("user9").join("newcomer", team("engineering"), repository("website"))
    return acme.plan()


def edited(edit: str, to: str) -> bytes:
    """The file of a plan in which one text was replaced."""
    data = encode(a_plan())
    assert edit.encode() in data
    return data.replace(edit.encode(), to.encode(), 1)


def test_a_plan_comes_back_from_its_file_as_it_was() -> None:
    """Decoding an encoded plan gives an equal plan, and encoding that gives the same bytes."""
    plan = a_plan()
    assert decode(encode(plan)) == plan
    assert encode(decode(encode(plan))) == encode(plan)


def test_an_empty_plan_comes_back_too() -> None:
    """A plan with nothing to do has a file as well."""
    plan = Acme(3).plan()
    assert plan.changes == ()
    assert decode(encode(plan)) == plan


def test_the_digest_is_the_files_own_sha256() -> None:
    """What a proposal names can be checked with sha256sum."""
    data = encode(a_plan())
    assert digest(data) == hashlib.sha256(data).hexdigest()


def test_the_file_says_integers_and_times_as_text() -> None:
    """No reader in any language can round a number or shift a time."""
    told = json.loads(encode(a_plan()))
    assert told["format"] == "1"
    assert told["computed_at"] == "2026-11-23T06:00:00.000000Z"
    assert told["basis"]["journal_seq"] == "7"
    assert "approvals" not in told


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_same_facts_give_the_same_bytes_whatever_the_hash_seed(seed: str) -> None:
    """Two machines that plan from the same facts write the same file."""
    code = (
        "import hashlib; from tests.rules.test_planfile import a_plan, encode;"
        "print(hashlib.sha256(encode(a_plan())).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == digest(encode(a_plan()))


@pytest.mark.parametrize(
    ("edit", "to", "says"),
    [
        ('"format":"1"', '"format":"2"', "format '2'"),
        ('"format":"1"', '"format":1', "format 1"),
        ('"journal_seq":"7"', '"journal_seq":"07"', "canonical"),
        ('"journal_seq":"7"', '"journal_seq":7', "plan.basis.journal_seq is not text"),
        ('"journal_seq":"7"', '"journal_seq":"seven"', "not a whole number"),
        ('"journal_seq":"7"', '"journal_seq":"7","note":"x"', "plan.basis.note is not a field"),
        ('"journal_seq":"7",', "", "plan.basis.journal_seq is missing"),
        ('"journal_seq":"7"', '"journal_seq":"7","journal_seq":"8"', "is there twice"),
        ('"journal_seq":"7"', '"journal_seq": "7"', "canonical"),
        ('"kind":"daily"', '"kind":"nightly"', "plan.kind is 'nightly'"),
        ('"foreseen":false', '"foreseen":"no"', "is not true or false"),
        ('"foreseen":false', '"foreseen":NaN', "is NaN"),
        ('"computed_at":"2026-11-23T06:00:00.000000Z"', '"computed_at":"yesterday"', "not a time in UTC"),
        ('"role":"member"', '"role":"owner"', "does not have the digest it claims"),
        ('"seconds":4', '"seconds":"4"', "is not a number"),
        ('"waiting":[]', '"waiting":{}', "is not a list"),
    ],
)
def test_an_edited_file_is_refused_with_the_place(edit: str, to: str, says: str) -> None:
    """Whoever edits a plan learns where it was noticed, and the exit code is that of an edited plan."""
    with pytest.raises(PlanRefused, match=says.replace("[", r"\[")) as refusal:
        decode(edited(edit, to))
    assert refusal.value.exit_code == 7
    assert "seatkeeper plan" in refusal.value.remedy


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"plan"', b"[" * 100_000])
def test_what_is_no_plan_at_all_is_refused_by_name(data: bytes) -> None:
    """A cut, empty or foreign file is a refusal, never a traceback."""
    with pytest.raises(PlanRefused):
        decode(data)


def test_a_file_that_drops_a_loss_keeps_no_digest() -> None:
    """Shortening what a change takes changes what was approved, so the file is refused."""
    plan = a_plan()
    change = next(c for c in plan.changes if c.kind == "leave")
    hidden = dataclasses.replace(change, before=frozenset(list(change.before)[:1]))
    with pytest.raises(PlanRefused, match="digest it claims"):
        decode(encode(dataclasses.replace(plan, changes=(hidden,))))


def test_a_change_speaks_of_its_own_account_only() -> None:
    """A change can't carry somebody else's grants past its approver."""
    plan = a_plan()
    first, second, *_ = plan.changes
    after = first.after | second.before | second.after
    mixed = dataclasses.replace(
        first,
        after=after,
        digest=change_digest(ACME, first.account, first.before, after, first.reason),
    )
    with pytest.raises(PlanRefused, match="names a grant of account"):
        decode(encode(dataclasses.replace(plan, changes=(mixed,))))


def test_an_account_is_changed_once() -> None:
    """A file that names an account twice is not one that a plan wrote."""
    plan = a_plan()
    twice = dataclasses.replace(plan, changes=(plan.changes[0], plan.changes[0]))
    with pytest.raises(PlanRefused, match="twice"):
        decode(encode(twice))


def test_a_change_has_one_digest_for_each_thing_an_approver_agrees_to() -> None:
    """Organization, account, before, after and reason each change the digest; nothing else does."""
    change = next(c for c in a_plan().changes if c.kind == "leave")
    one = change_digest(ACME, change.account, change.before, change.after, change.reason)
    others = {
        change_digest(OrganizationId("2"), change.account, change.before, change.after, change.reason),
        change_digest(ACME, AccountId("id-user6"), change.before, change.after, change.reason),
        change_digest(ACME, change.account, change.after, change.after, change.reason),
        change_digest(ACME, change.account, change.before, change.before, change.reason),
        change_digest(ACME, change.account, change.before, change.after, "absent"),
    }
    assert change.digest == one
    assert len(others | {one}) == 6


def test_an_approval_covers_a_subset_and_nothing_more() -> None:
    """A later plan with fewer of the approved changes stays approved; one change more is not."""
    plan = a_plan()
    approved = {change.digest for change in plan.changes}
    assert covered(plan.changes[:1], approved)
    assert covered((), approved)
    assert uncovered(plan.changes, {plan.changes[0].digest}) == plan.changes[1:]


def test_half_a_surrogate_pair_in_a_name_does_not_stop_the_file() -> None:
    """A name no encoding can say is written with a question mark, and the rest of the plan stands."""
    plan = dataclasses.replace(a_plan(), counts={"leave": 1})
    change = dataclasses.replace(plan.changes[0], name="Ana \ud83d")
    data = encode(dataclasses.replace(plan, changes=(change,)))
    assert decode(data).changes[0].name == "Ana ?"
    assert canonical(json.loads(data)) == data


PLAN = a_plan()
FILE = encode(PLAN)


@settings(max_examples=120, deadline=None)
@given(at=st.integers(0, len(FILE) - 1), cut=st.integers(0, 30), put=st.binary(max_size=30))
def test_a_damaged_file_is_refused_or_is_another_plan_with_another_digest(
    at: int, cut: int, put: bytes
) -> None:
    """Whatever was done to the bytes: a refusal by name, or a file whose digest nobody approved."""
    damaged = FILE[:at] + put + FILE[at + cut :]
    try:
        plan = decode(damaged)
    except PlanRefused:
        return
    assert encode(plan) == damaged
    assert (damaged == FILE) == (digest(damaged) == digest(FILE))


@settings(max_examples=60, deadline=None)
@given(name=st.text(st.characters(codec="utf-8")), because=st.text(st.characters(codec="utf-8")))
def test_any_name_survives_the_file(name: str, because: str) -> None:
    """Control characters, scripts and emoji of every kind come back as they were."""
    change = dataclasses.replace(PLAN.changes[0], name=name, because=because)
    kept = dataclasses.replace(PLAN, changes=(change,))
    assert decode(encode(kept)) == kept
