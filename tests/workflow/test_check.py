"""`check` finds what a plan would stop at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seatkeeper.forges.github.credential import EXPIRY, credential_told
from seatkeeper.forges.http.answers import Answer
from seatkeeper.stand_ins import StandsStill
from seatkeeper.workflow.check import Finding, _credential, check
from seatkeeper.workflow.desk import Desk
from tests.workflow.place import workplace

pytestmark = pytest.mark.slow


def test_each_rule_that_would_be_refused_is_found(tmp_path: Path) -> None:
    """A column nobody declared in the leave rule, another in the join rule: check tells both."""
    edits = (("end_date < as_of", "end_dat < as_of"), ("department IN", "departement IN"))
    with workplace(tmp_path, edits=edits) as place:
        findings = check(place.office.desk)

    problems = [finding for finding in findings if finding.severity == "problem"]
    assert [("'end_dat'" in p.told, "'departement'" in p.told) for p in problems] == [
        (True, False),
        (False, True),
    ]
    assert {p.exit_code for p in problems} == {2}
    assert all("end_date" in p.remedy for p in problems)


def test_a_sound_place_has_no_problem(tmp_path: Path) -> None:
    """What `init` writes and a simulator serves has nothing in its way."""
    with workplace(tmp_path) as place:
        severities = {finding.severity for finding in check(place.office.desk)}

    assert "problem" not in severities


def test_how_the_forge_is_reached_is_told(tmp_path: Path) -> None:
    """Through which proxy, and whose certificates are trusted: the first thing a network team asks."""
    with workplace(tmp_path) as place:
        (way,) = about(place.office.desk, "connection")
        assert way.told == f"{place.forge.url}, directly, unencrypted on this machine"


def about(desk: Desk, what: str) -> list[Finding]:
    """What is found of one thing."""
    return [finding for finding in check(desk) if finding.about == what]


def test_a_clock_that_is_wrong_is_told_by_the_forge_s_own(tmp_path: Path) -> None:
    """A minute is a warning; from ten minutes on no date can be trusted."""
    with workplace(tmp_path) as place:
        reader = place.office.desk.reader
        desk = replace(place.office.desk, build_reader=lambda: reader)
        (right,) = about(desk, "clock")
        now = desk.clock.now()
        (slow,) = about(replace(desk, clock=StandsStill(now - timedelta(seconds=90))), "clock")
        (wrong,) = about(replace(desk, clock=StandsStill(now + timedelta(hours=3))), "clock")

    assert right.severity == "fine"
    assert (slow.severity, slow.exit_code) == ("warning", 0)
    assert "behind the forge's" in slow.told
    assert (wrong.severity, wrong.exit_code) == ("problem", 1)
    assert "10,8" in wrong.told
    assert "ahead of the forge's" in wrong.told


@pytest.mark.parametrize(
    ("scopes", "severity", "word"),
    [
        (("read:org", "repo", "read:user"), None, ""),
        (("read:org", "repo", "read:user", "admin:org"), "warning", "admin:org"),
        (("read:org", "read:user"), "problem", "the scope repo"),
        (("repo", "read:user"), "problem", "the scope read:org"),
        (("read:org", "repo"), "problem", "the scope read:user"),
    ],
)
def test_what_the_credential_lacks_and_what_it_has_too_much_is_told(
    scopes: tuple[str, ...], severity: str | None, word: str, tmp_path: Path
) -> None:
    """A classic token tells its scopes; what is enough is told of neither way."""
    with workplace(tmp_path) as place:
        world = place.forge.world
        token = world.credentials.tokens[place.forge.read_token]
        world.credentials.classic(place.forge.read_token, token.account, scopes, "classic")
        found = about(place.office.desk, "credential")

    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    assert all(word in finding.told and finding.remedy for finding in found)


def test_a_credential_that_ends_soon_is_told_before_it_does(tmp_path: Path) -> None:
    """The forge says when, in the header that it has for that."""
    with workplace(tmp_path) as place:
        desk = place.office.desk
        seen = desk.reader.credential()
        ends = seen._replace(until=desk.clock.now() + timedelta(days=3))
        told = [*_credential(desk, ends)]

    assert [finding.severity for finding in told] == ["warning"]
    assert "ends on" in told[0].told


@pytest.mark.parametrize("header", ["2026-12-31 09:00:00 UTC", "2026-12-31 10:00:00 +0100"])
def test_when_a_token_ends_is_read_as_the_forge_writes_it(header: str) -> None:
    """Whatever else stands there tells nothing."""
    body: dict[str, object] = {"id": 7, "login": "ada"}

    def until(told: str) -> datetime | None:
        return credential_told(Answer(200, {EXPIRY: told}, body, b""), ()).until

    assert until(header) == datetime(2026, 12, 31, 9, tzinfo=UTC)
    assert until("never") is None
