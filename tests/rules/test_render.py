import json

import pytest

from seatkeeper.model.ids import Digest
from seatkeeper.model.snapshot import Seats
from seatkeeper.rules.plain import markdown_text, plain, plain_json
from seatkeeper.rules.render import (
    by_reason,
    by_sharpness,
    evidence,
    headline,
    markdown,
    summary,
    to_json,
)
from seatkeeper.rules.takes import time_needed
from tests.rules.plan_builder import Acme, repository, team


def crowded() -> Acme:
    acme = Acme(40)
    acme.team("engineering", *(f"user{n}" for n in range(5, 20)))
    acme.direct("user5", "website", "admin")
    return acme


def test_markdown_tells_who_loses_what_and_why() -> None:
    """A reviewer of a pull request sees each person, what they lose and the value that led to it."""
    told = markdown(crowded().leave("user5").hold("user9").plan(), Digest("d" * 64))
    assert "0 join, 0 move, 1 leave, 1 held; **1 would lose something**." in told
    assert "### Person user5" in told
    assert "- **leave** user5, wave 1: status says inactive (status-leave)" in told
    assert "  - loses 1 team: engineering (member)" in told
    assert "  - loses 1 repository: website (admin)" in told
    assert "  - because status = inactive: true (status is inactive)" in told
    assert "- **missing-status** (1)\n  - **user9**: the status is missing" in told
    assert f"Digest `{'d' * 64}`." in told


def test_markdown_shows_what_trips_before_what_passes() -> None:
    """The row that matters is the first one."""
    told = markdown(Acme(9).leave("user4", "user5", "user6").plan())
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert rows[1].startswith("| selection | **trips** | 3 people of 9 are selected to lose something")
    assert rows[2].startswith("| losses-run | **trips** | 3 people would lose something in this run; 1")


def test_markdown_tells_seats_waves_and_time() -> None:
    """What carrying it out takes stands at the end."""
    acme = crowded().join("newcomer", team("engineering"), repository("website")).join("other")
    told = markdown(acme.plan(seats=Seats(41, 40)))
    assert "- Seats: 40 before, 41 after, 41 bought" in told
    assert "- Waiting for a seat: other" in told
    assert "- Waves: 1" in told
    assert "- 2 calls, 1 invitation, 1 min" in told


def test_a_plan_with_nothing_to_do_says_so() -> None:
    """Empty is a result, and is shown as one."""
    told = markdown(Acme(9).plan())
    assert "## Changes\n\nNone." in told
    assert "## Held\n\nNobody." in told
    assert "no time" in told


HOSTILE = "\x1b[2Jx\u202e\u200b\n| @ana #1 <img> [a](http://evil) `c` **b** www.evil.com ~~s~~ \\"


def test_no_name_is_obeyed_by_markdown() -> None:
    """No mention, link, markup, line or table cell can come out of a name."""
    told = markdown_text(HOSTILE)
    assert told.startswith(
        "\\\\u{1b}\\[2Jx\\\\u{202e}\\\\u{200b}\\\\u{a}\\| @<!-- -->ana #<!-- -->1 &lt;img&gt;"
    )
    assert "http:<!-- -->//evil" in told
    assert "www.<!-- -->evil.com" in told
    assert "\\*\\*b\\*\\*" in told


def test_no_control_character_reaches_a_reader() -> None:
    """Whatever a name holds, only characters with a look of their own are shown."""
    assert plain(HOSTILE).isprintable()
    assert plain("Ana Muñoz 李 🙂") == "Ana Muñoz 李 🙂"


def test_a_hostile_plan_stays_one_page_of_markdown() -> None:
    """The same holds for a whole plan: login, name, reason and all."""
    acme = Acme(40).join(HOSTILE).hold(HOSTILE)
    told = markdown(acme.plan())
    assert "\x1b" not in told
    assert "@ana" not in told
    assert "<img" not in told


def test_json_is_grouped_by_person_and_is_json() -> None:
    """What `--json` prints survives json.dumps, with names beside ids."""
    told = to_json(crowded().leave("user5").hold("user9").plan(), Digest("d" * 64))
    again = json.loads(json.dumps(told))
    (person,) = again["people"]
    assert (person["person"], person["name"]) == ("P-user5", "Person user5")
    (change,) = person["changes"]
    assert change["before"][0] == {"on": "organization", "id": "1", "name": "acme", "role": "member"}
    assert again["headline"] == {"joins": 0, "moves": 0, "leaves": 1, "others": 0, "losing": 1, "held": 1}
    assert again["holds"]["missing-status"][0]["login"] == "user9"
    assert again["waves"] == [1]
    assert again["basis"]["snapshot_at"] == "2026-11-23T06:00:00.000000Z"


def test_headline_counts_only_who_loses() -> None:
    """A joiner is not a loser."""
    first = headline(crowded().leave("user5").join("newcomer").plan())
    assert (first.joins, first.leaves, first.losing) == (1, 1, 1)


def test_the_most_frequent_reason_comes_first() -> None:
    """Forty people without a status are told before the one with a pin."""
    acme = Acme(40).hold("user7", reason="pin").hold("user8", "user9")
    assert [(reason, len(group)) for reason, group in by_reason(acme.plan().holds)] == [
        ("missing-status", 2),
        ("pin", 1),
    ]


def test_every_verdict_is_shown_once() -> None:
    """Sorting by sharpness loses nothing."""
    plan = Acme(9).leave("user4", "user5", "user6").plan()
    assert sorted(by_sharpness(plan.verdicts)) == sorted(plan.verdicts)


def test_long_lists_are_cut_and_counted() -> None:
    """Twenty direct grants are one line that says how many more there are."""
    acme = Acme(1)
    for number in range(20):
        acme.direct("user0", f"repo{number:02}")
    facts = acme.facts()
    (_, line) = summary(facts.held[acme.accounts[0].id], facts.names)
    assert line.startswith("20 repositories: repo00 (write), repo01 (write)")
    assert line.endswith("and 15 more")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "no time"),
        (1, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_time_needed_is_never_less_than_needed(seconds: float, said: str) -> None:
    """Rounded up to minutes."""
    assert time_needed(seconds) == said


def test_a_missing_value_is_called_missing() -> None:
    """Evidence tells unknown from false."""
    acme = Acme(9).leave("user5")
    (atom,) = acme.decisions[0].atoms
    assert evidence([atom._replace(value=None, truth=None)]) == [
        "status = inactive: unknown (status is missing)"
    ]


def test_json_shows_no_character_without_a_look_and_means_the_same() -> None:
    """A name that moves a cursor is spelled out in JSON too, and reads back as it was."""
    facts = {"name": f"Ana Muñoz 李 🙂 {HOSTILE} \x9b2J \u202e \U000e0041"}

    written = plain_json(json.dumps(facts, ensure_ascii=False, indent=2))

    assert all(line.isprintable() for line in written.splitlines())
    assert "Muñoz 李 🙂" in written
    assert json.loads(written) == facts
