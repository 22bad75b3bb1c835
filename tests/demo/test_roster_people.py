"""People invented for a real roster: everybody has a record, and it is known who leaves and who joins."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.demo.roster_people import people_for_roster


@pytest.fixture(scope="module")
def document(rosters: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((rosters / "kubernetes-2023-12-01.json").read_text(encoding="utf-8"))
    return loaded


def test_every_member_has_one_record_and_the_counts_are_those_asked_for(document: dict[str, Any]) -> None:
    """1,746 members and the joiners, each once, whatever the case of the login."""
    invented = people_for_roster(document, inactive=3, ended=2, foreseen=7, joiners=4)
    logins = Counter((person.github_login or "").casefold() for person in invented.people)
    assert len(invented.people) == 1746 + 4
    assert max(logins.values()) == 1
    assert (len(invented.leavers), len(invented.foreseen), len(invented.joiners)) == (12, 7, 4)
    assert (
        not {login.casefold() for login in invented.joiners}
        & {member["login"].casefold() for org in document["orgs"] for member in org["members"]}
        & set(logins - Counter(login.casefold() for login in invented.joiners))
    )


def test_only_the_leavers_records_say_so(document: dict[str, Any]) -> None:
    """Whoever is inactive or has an end date is a leaver, and no owner is."""
    invented = people_for_roster(document)
    saying = {
        (person.github_login or "").casefold()
        for person in invented.people
        if person.status != "active" or person.end_date is not None
    }
    assert saying == {login.casefold() for login in invented.leavers}
    (roster,) = (org for org in document["orgs"] if org["org"] == "kubernetes")
    assert not invented.leavers & {m["login"] for m in roster["members"] if m["role"] == "admin"}


def test_the_inactive_were_inactive_yesterday_already(document: dict[str, Any]) -> None:
    """So that a second extract confirms them; and the joiners were announced days ago."""
    invented = people_for_roster(document, inactive=4, ended=0, foreseen=0, joiners=2)
    yesterday = [person for person in invented.earlier(1) if person.status == "inactive"]
    assert len(yesterday) == 4
    assert len(invented.earlier(1)) == 1748
    assert len(invented.earlier(7)) == 1746
