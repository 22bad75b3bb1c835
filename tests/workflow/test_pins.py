"""A pin that lapsed takes nobody: its owner hears of it in time, and then only a person decides."""

import importlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seatkeeper.cli.plans import read_plan
from seatkeeper.demo.company import invent
from seatkeeper.errors import ApprovalError
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute
from seatkeeper.workflow.standing import stands_for
from tests.workflow.place import ANA, BEN, REPOSITORIES, SEATS, TEAMS, Workplace, workplace

pytestmark = pytest.mark.slow

COMPANY = invent(SEATS, TEAMS, REPOSITORIES, seed=7)
LEAVER = min(COMPANY.truth.leavers)
ENDED = (COMPANY.now - timedelta(days=1)).date()
PIN = f"account: {LEAVER}, pin: keep, owner: {ANA}, reason: on loan until spring"
WRITTEN = "apply: {leave: propose, join: propose, from_branch: main}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company whose one leaver was pinned until yesterday, and whose schedule may apply."""
    pinned = ("\n  pins: []", f"\n  pins: [{{{PIN}, until: {ENDED}}}]")
    with workplace(tmp_path, edits=((WRITTEN, WRITTEN.replace("propose", "apply")), pinned)) as place:
        place.adopt()
        place.only_one_has_left()
        place.commit()
        place.stand()
        yield place


def typed(place: Workplace, *words: str, ends: int = 0) -> dict[str, Any]:
    """What a command answers, as JSON."""
    command = importlib.import_module(f"seatkeeper.cli.{words[0]}").command
    arguments = ["-c", str(place.config), "--json", *words[1:]]
    said = CliRunner().invoke(command, arguments, env=place.environ, catch_exceptions=False)
    assert said.exit_code == ends, said.output
    told: dict[str, Any] = json.loads(said.stdout)
    return told


def test_whoever_lost_a_pin_is_taken_by_no_schedule_and_by_two_people_who_name_them(place: Workplace) -> None:
    """The clock holds them; named, they are a leave with its reason, its guards and its approver."""
    done = place.scheduled("leave")
    assert done.computed is not None
    assert LEAVER not in place.logins(done.computed.plan, "leave")
    assert (LEAVER, "pin-lapsed") in {(h.login, h.reason) for h in done.computed.plan.holds}

    file = place.config.parent / "asked.json"
    typed(place, "plan", "--with", LEAVER, "--key", place.stage.key(ANA), "--out", str(file), ends=3)
    (leave,) = [c for c in read_plan(file)[0].changes if c.kind == "leave"]
    assert (leave.login, leave.reason) == (LEAVER, "asked-lapsed")
    with pytest.raises(ApprovalError):
        typed(place, "apply", str(file))
    typed(place, "approve", str(file), "--key", place.stage.key(BEN))
    typed(place, "apply", str(file))
    gone = next(a.id for a in place.company.members() if a.login == LEAVER)
    assert not place.held({gone})


def test_no_standing_approval_covers_whom_only_a_person_decides(place: Workplace) -> None:
    """Even if such a plan were the schedule's, its small size would not let it pass."""
    computed = compute(place.office.desk, observe(place.office.desk), named={LEAVER})
    computed.decisions.close()
    with pytest.raises(ApprovalError) as refused:
        stands_for(place.office.desk, computed.plan, "leave")
    assert "a person always decides" in refused.value.arithmetic


def test_pins_are_listed_with_age_use_and_those_that_make_no_difference(place: Workplace) -> None:
    """Whom each decides today, when it last did, and why an idle one is idle."""
    truth = COMPANY.truth
    settled = {p.github_login for p in COMPANY.people if p.status == "active" and p.end_date is None}
    known = {a.login for a in COMPANY.members()} & settled
    stays = min(known - {*truth.leavers, *truth.held, *truth.kept})
    more = f"{{account: {stays}, pin: keep, owner: {BEN}, reason: vip, until: 2099-01-31}}"
    gone = f"{{person: E-none, pin: keep, owner: {BEN}, reason: gone, until: 2099-01-31}}"
    text = place.config.read_text("utf-8")
    place.config.write_text(text.replace("\n  pins: [", f"\n  pins: [{more}, {gone}, "), "utf-8")
    with place.reopened() as later:
        later.plan()
    vip, nobody, lapsed = typed(place, "pins")["pins"]

    today = COMPANY.now.date().isoformat()
    assert (lapsed["decides"], lapsed["last_decided"], lapsed["lapsed"]) == ([LEAVER], today, True)
    assert (vip["decides"], vip["speaks_of"], vip["last_decided"]) == ([], 1, None)
    assert vip["idle"] == "everybody it names would stay without it"
    assert (nobody["person"], nobody["idle"]) == ("E-none", "nobody it names is there")
    assert vip["since"] == lapsed["since"] == today
    said = CliRunner().invoke(
        importlib.import_module("seatkeeper.cli.pins").command, ["-c", str(place.config)], env=place.environ
    )
    assert f"seatkeeper plan --with {LEAVER} --key KEY" in said.output
