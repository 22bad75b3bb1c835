import io
import re

import pytest
from rich.console import Console

from seatkeeper.cli.tables import bar, plan_view
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Plan, Verdict
from seatkeeper.model.snapshot import Seats
from seatkeeper.rules.render import markdown
from tests.rules.plan_builder import Acme, repository, team
from tests.rules.test_suspension import SERVER, on_a_server


def shown(plan: Plan, *, most: int = 50, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=150, force_terminal=terminal, color_system="truecolor" if terminal else None
    )
    console.print(plan_view(plan, Digest("d" * 64), most=most))
    return out.getvalue()


def crowded() -> Acme:
    acme = Acme(40)
    acme.team("engineering", *(f"user{n}" for n in range(5, 20)))
    acme.direct("user5", "website", "admin")
    return acme


def test_a_plan_is_told_from_headline_to_time() -> None:
    """Counts, guards with arithmetic, each person's before and after, holds, seats, waves and time."""
    acme = crowded().leave("user5").hold("user9").join("newcomer", team("engineering"), repository("website"))
    told = shown(acme.plan(seats=Seats(50, 40)))
    assert "1 join   0 move   1 leave   1 held" in told
    assert "1 would lose something" in told
    assert "losses-run" in told
    assert "1 person would lose something in this run; 1 are allowed unattended" in told
    assert "before  1 organization: acme (member); 1 team: engineering (member); 1 repository" in told
    assert "after   nothing" in told
    assert "why     status = inactive: true" in told
    assert "missing-status (1)" in told
    assert "Seats  40 before, 40 after, of 50 bought" in told
    assert "Waves  1, 1" in told
    assert "Needs  4 calls, 1 invitation, 1 min" in told
    assert "d" * 64 in told


def test_whoever_is_suspended_is_not_shown_as_if_they_kept_access() -> None:
    """What stays is told beside what it is worth, on a terminal and in a pull request."""
    plan = on_a_server(crowded()).leave("user5").plan(**SERVER)

    assert "before  signing in on the server of acme; 1 organization: acme (member)" in shown(plan)
    assert "after   suspended, so that none of this can be used: 1 organization: acme (member)" in shown(plan)
    assert "is suspended on the whole server, and keeps 3 grants that can't be used" in markdown(plan)


def test_a_name_can_do_nothing_to_a_terminal() -> None:
    """No escape sequence and no markup of a name arrives as one."""
    hostile = "\x1b]0;owned\x07[bold red]evil[/]\u202e\r"
    acme = Acme(40).hold(hostile).join(hostile)
    told = shown(acme.plan(), terminal=True)
    assert "\x1b]0" not in told
    assert "\x07" not in told
    assert "\r" not in told
    assert "\u202e" not in told
    assert "[bold red]evil[/]" in told
    assert set(re.findall(r"\x1b\[[0-9;]*(.)", told)) == {"m"}


def test_a_long_plan_is_cut_and_counted() -> None:
    """The first are shown, the rest are counted, nothing is silently left out."""
    acme = Acme(400).leave(*(f"user{n}" for n in range(10, 40))).hold(*(f"user{n}" for n in range(50, 60)))
    told = shown(acme.plan(), most=5)
    assert "… and 25 people more; --json shows everybody" in told
    assert "… and 5 more" in told


def test_waiting_joiners_are_named() -> None:
    """Who has no seat is told by name."""
    told = shown(Acme(9).join("newcomer").plan(seats=Seats(9, 9)))
    assert "waiting for a seat: newcomer" in told


@pytest.mark.parametrize(
    ("used", "allowed", "drawn"),
    [
        (0, 10, "░░░░░░░░░░░░"),
        (5, 10, "██████░░░░░░"),
        (10, 10, "████████████"),
        (11, 10, "███████████▶"),
        (0, 0, "░░░░░░░░░░░░"),
        (1, 0, "███████████▶"),
        (None, None, ""),
    ],
)
def test_a_bar_tells_how_much_is_used(used: int | None, allowed: int | None, drawn: str) -> None:
    """Full is the limit itself; beyond it there is an arrow; zero of zero is empty."""
    assert bar(Verdict("losses-run", "passes", "", used=used, allowed=allowed)) == drawn
