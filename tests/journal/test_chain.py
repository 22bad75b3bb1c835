"""The chain as pure functions: any change to any line is found, and where it is."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.errors import JournalBroken, JournalError
from seatkeeper.journal.chain import GENESIS, line_hash, payload_digest, seal, verify_chain
from seatkeeper.journal.entry import Line, entry_of, parse_time, time_text
from seatkeeper.model.ids import Digest
from seatkeeper.model.run import Draft
from tests.journal.builders import START, note, step

COLUMNS = (
    "seq",
    "at",
    "kind",
    "organization",
    "run",
    "change",
    "step",
    "epoch",
    "payload_digest",
    "previous",
    "hash",
)


def chain(*drafts: Draft, epoch: int = 1) -> list[Line]:
    """A chain of these drafts."""
    lines: list[Line] = []
    head = (0, GENESIS)
    for number, draft in enumerate(drafts):
        lines.append(seal(draft, after=head, at=START, epoch=epoch, salt=bytes([number]) * 16))
        head = (lines[-1].seq, Digest(lines[-1].hash))
    return lines


def steps(count: int) -> list[Line]:
    """A chain of intents and outcomes."""
    return chain(*(step(kind, n) for n in range(count) for kind in ("intent", "outcome")))


def places(lines: list[Line], remembered: dict[int, Digest] | None = None) -> list[int]:
    return [fault.seq for fault in verify_chain(lines, remembered).faults]


def edited(line: Line, field: str, value: object) -> Line:
    changes: dict[str, Any] = {field: value}
    return line._replace(**changes)


def test_an_untouched_chain_verifies() -> None:
    """Nothing is found where nothing was done."""
    lines = steps(5)
    verification = verify_chain(lines, {4: Digest(lines[3].hash)})
    assert verification.verifies
    assert (verification.entries, verification.head, verification.erased) == (10, lines[-1].hash, 0)


def test_an_empty_chain_verifies() -> None:
    """A journal nobody wrote to is whole."""
    assert verify_chain([]).head == GENESIS
    assert verify_chain([]).verifies


def test_the_hash_is_what_its_description_says() -> None:
    """Somebody else can write a verifier from the description alone."""
    import hashlib  # noqa: PLC0415  # only here, beside what it checks

    line = chain(note(reason="é"))[0]
    covered = ["0" * 64, 1, "2026-03-01T06:00:00.000000Z", "brake", "1", "", "", "", 1, line.payload_digest]
    text = json.dumps(covered, separators=(",", ":"), ensure_ascii=False).encode()
    assert line.hash == hashlib.sha256(text).hexdigest()
    assert line.payload_digest == hashlib.sha256(b"\0" * 16 + '{"reason":"é"}'.encode()).hexdigest()


@given(st.integers(0, 5), st.sampled_from(COLUMNS), st.data())
def test_any_edited_field_is_found_with_its_place(place: int, column: str, data: st.DataObject) -> None:
    """No column of no line can be edited unseen, whatever is put there."""
    lines = steps(3)
    old = getattr(lines[place], column)
    anything = st.one_of(st.none(), st.integers(-5, 50), st.text(max_size=8), st.binary(max_size=8))
    new = data.draw((st.integers(-5, 50) if column == "seq" else anything).filter(lambda value: value != old))
    lines[place] = edited(lines[place], column, new)
    faults = verify_chain(lines).faults
    assert {place + 1, lines[place].seq} & {fault.seq for fault in faults}


@given(st.integers(0, 5), st.sampled_from(["body", "salt"]), st.data())
def test_any_edited_payload_is_found_with_its_place(place: int, part: str, data: st.DataObject) -> None:
    """A payload is bound to its entry, and so is its salt."""
    lines = steps(3)
    old = getattr(lines[place], part)
    new = data.draw(st.one_of(st.binary(max_size=40), st.text(max_size=5)).filter(lambda value: value != old))
    lines[place] = edited(lines[place], part, new)
    assert places(lines) == [place + 1]


@given(st.integers(0, 9), st.integers(1, 4))
def test_missing_entries_are_named(first: int, count: int) -> None:
    """A hole in the middle shows its edges."""
    lines = steps(8)
    del lines[first : first + count]
    faults = verify_chain(lines).faults
    assert faults[0].seq == first + 1
    assert "missing" in faults[0].what


def test_entries_that_changed_places_are_named_with_where_they_came_from() -> None:
    """Two rows whose numbers were exchanged tell where each was written."""
    lines = steps(3)
    lines[2], lines[4] = lines[4]._replace(seq=3), lines[2]._replace(seq=5)
    whats = {fault.what for fault in verify_chain(lines).faults}
    assert "entry 3 was written as entry 5 and moved here" in whats
    assert "entry 5 was written as entry 3 and moved here" in whats


def test_lines_out_of_order_are_named() -> None:
    """The order in which the lines lie is a part of what holds."""
    lines = steps(3)
    lines[2], lines[3] = lines[3], lines[2]
    assert any("out of order" in fault.what for fault in verify_chain(lines).faults)


def test_exchanged_payloads_are_found_at_both_places() -> None:
    """A payload belongs to one entry."""
    lines = steps(3)
    one, two = lines[1], lines[3]
    lines[1] = one._replace(salt=two.salt, body=two.body)
    lines[3] = two._replace(salt=one.salt, body=one.body)
    assert places(lines) == [2, 4]


def test_a_row_of_another_journal_is_found() -> None:
    """An entry that is good by itself still has to follow the one before it."""
    lines = steps(3)
    lines[3] = chain(*(note(n=n) for n in range(6)))[3]
    assert 4 in places(lines)
    assert 5 in places(lines)


def test_a_tail_that_was_cut_off_shows_against_a_remembered_head() -> None:
    """The chain alone can't know how long it was; whoever remembers a head can."""
    lines = steps(3)
    assert places(lines[:4]) == []
    faults = verify_chain(lines[:4], {6: Digest(lines[5].hash)}).faults
    assert [(fault.seq, fault.what) for fault in faults] == [(5, "entries 5 to 6 are cut off the end")]


def test_a_journal_written_anew_shows_against_a_remembered_head() -> None:
    """A wholly new chain verifies by itself, and not against what was remembered of the old one."""
    old, new = steps(3), chain(*(note(n=n) for n in range(6)))
    assert places(new) == []
    assert places(new, {4: Digest(old[3].hash)}) == [4]


def test_a_lost_payload_is_a_fault_until_an_erasure_names_it() -> None:
    """Erased and lost look the same but for the erasure's entry."""
    lines = chain(note(), note(), note("erasure", seqs=[2]))
    lines[1] = lines[1]._replace(salt=None, body=None)
    assert verify_chain(lines).verifies
    assert verify_chain(lines).erased == 1
    lines[0] = lines[0]._replace(salt=None, body=None)
    assert places(lines) == [1]


def test_a_payload_that_came_back_after_its_erasure_is_a_fault() -> None:
    """Who erased personal data must not find it there again."""
    lines = chain(note(), note("erasure", seqs=[1]))
    assert places(lines) == [1]


def test_an_erasure_can_not_name_what_comes_after_it() -> None:
    """Nobody can announce the erasure of entries that are not written yet."""
    lines = chain(note("erasure", seqs=[2, 3]), note(), note())
    lines[1] = lines[1]._replace(salt=None, body=None)
    assert places(lines) == [2]


def test_an_outcome_without_an_intent_is_a_fault() -> None:
    """Each outcome has an intent before it, and each intent an epoch that is not stale."""
    assert "without an intent" in verify_chain(chain(step("outcome"))).faults[0].what
    assert "without the epoch" in verify_chain(chain(step("intent"), epoch=0)).faults[0].what


def test_a_stale_epoch_is_a_fault() -> None:
    """Epochs of one organization never go back."""
    lines = chain(step("intent"), epoch=5)
    stale = seal(step("intent", 1), after=(1, Digest(lines[0].hash)), at=START, epoch=4, salt=b"s" * 16)
    assert places([*lines, stale]) == [2]


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7, minutes=-30))])))
def test_a_time_has_one_spelling_and_sorts_as_text(moment: datetime) -> None:
    """Text and time say the same, in the same order."""
    try:
        text = time_text(moment)
    except OverflowError:
        return  # the edge of the calendar, in another zone
    assert parse_time(text) == moment
    assert (text < time_text(START)) == (moment < START)


@pytest.mark.parametrize(
    "text", ["", "2026-03-01T06:00:00Z", "2026-03-01T06:00:00.000000+00:00", "x" * 26 + "Z"]
)
def test_another_spelling_of_a_time_is_refused(text: str) -> None:
    """What the journal did not write it does not read."""
    with pytest.raises(ValueError):  # noqa: PT011  # any refusal will do
        parse_time(text)


def test_a_naive_time_is_refused() -> None:
    """A time without a zone could mean any hour."""
    with pytest.raises(ValueError, match="zone"):
        time_text(datetime(2026, 3, 1))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize("value", [{1, 2}, START, 2**60, "\ud800", float("nan"), b"bytes"])
def test_a_payload_that_json_can_not_hold_is_refused_by_name(value: object) -> None:
    """Nothing is turned into text silently."""
    with pytest.raises(JournalError, match="canonical JSON"):
        chain(note(value=value))


def test_a_place_that_json_can_not_hold_is_refused_by_name() -> None:
    """Half a letter in a run's name ends in a named error."""
    with pytest.raises(JournalError, match="place of a brake"):
        chain(Draft("brake", "1", {}, run="\ud800"))


def test_an_unreadable_line_is_named_with_its_place() -> None:
    """Reading tampered entries ends in a named error, not in a traceback."""
    line = chain(note())[0]
    with pytest.raises(JournalBroken, match="Entry 1 "):
        entry_of(line._replace(at="yesterday"))
    with pytest.raises(JournalBroken, match="Entry 1 "):
        entry_of(line._replace(body=b"{"))


def test_a_salt_hides_what_an_erased_payload_was() -> None:
    """The same payload has another digest each time."""
    assert payload_digest(b"a" * 16, b"{}") != payload_digest(b"b" * 16, b"{}")
    assert line_hash(chain(note())[0]) == chain(note())[0].hash
