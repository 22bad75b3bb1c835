"""An HR record invented for a roster that exists: who left and who joins is known exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from seatkeeper.demo.company import NOW
from seatkeeper.demo.estate import few_from_each_team
from seatkeeper.demo.names import Names
from seatkeeper.demo.people import Person, Record, people_at
from seatkeeper.demo.staff import Calendar, Staff
from seatkeeper.model.ids import AccountId, TeamId

_CREW_ROLES = ("members", "maintainers")


@dataclass(frozen=True, slots=True)
class RosterPeople:
    """People for the members of a roster; `leavers` and `joiners` are logins.

    The joiners' logins are nobody's in the roster: a test that has them join
    registers those accounts in the world first. `foreseen` are the leavers
    whose end date earlier extracts have shown for a month.
    """

    records: tuple[Record, ...]
    leavers: frozenset[str]
    foreseen: frozenset[str]
    joiners: tuple[str, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, as today's extract shows them."""
        return people_at(self.records, 0)

    def earlier(self, days: int) -> tuple[Person, ...]:
        """Everybody, as an extract of so many days ago showed them."""
        return people_at(self.records, days)


def people_for_roster(
    document: Mapping[str, Any],
    *,
    organization: str = "kubernetes",
    seed: int = 1746,
    now: datetime = NOW,
    inactive: int = 4,
    ended: int = 2,
    foreseen: int = 6,
    joiners: int = 5,
) -> RosterPeople:
    """Invent one active person for each member of a roster, then let some leave and others come.

    `document` is a roster as its file has it. Leavers are ordinary members, few
    from each team: `inactive` by status in today's and yesterday's extract,
    `ended` by an end date first shown today, `foreseen` by one shown a month ago.
    """
    roster = next(org for org in document["orgs"] if org["org"] == organization)
    rng = Random(seed)  # noqa: S311  # seeded invention, not cryptography
    names = Names(rng)
    logins = [str(member["login"]) for member in roster["members"]]
    names.reserve(*logins, *_crew(roster["teams"]))
    staff = Staff(rng, names, Calendar(now))
    ordinary = [AccountId(str(member["login"])) for member in roster["members"] if member["role"] == "member"]
    chosen = few_from_each_team(rng, ordinary, _places(roster["teams"], logins), inactive + ended + foreseen)
    fates = ["inactive"] * inactive + ["ended"] * ended + ["foreseen"] * foreseen
    fate_of = dict(zip((str(login) for login in chosen), fates, strict=True))
    records = [
        record
        for login in logins
        for record in staff.records(fate_of.get(login, "ordinary"), staff.hire(login, staff.department()))
    ]
    newcomers = [names.login() for _ in range(joiners)]
    for login in newcomers:
        records += staff.records("joiner", staff.hire(login, "eng"))
    return RosterPeople(
        records=tuple(records),
        leavers=frozenset(fate_of),
        foreseen=frozenset(login for login, fate in fate_of.items() if fate == "foreseen"),
        joiners=tuple(newcomers),
    )


def _crew(teams: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(login) for team in teams for role in _CREW_ROLES for login in team[role]]


def _places(teams: Sequence[Mapping[str, Any]], logins: Sequence[str]) -> dict[AccountId, list[TeamId]]:
    """The team places of a roster, by the members' own spelling: team entries may differ from it in case."""
    spelling = {login.casefold(): AccountId(login) for login in logins}
    places: dict[AccountId, list[TeamId]] = {}
    for team in teams:
        for login in dict.fromkeys(spelling.get(entry.casefold()) for entry in _crew([team])):
            if login is not None:
                places.setdefault(login, []).append(TeamId(team["slug"]))
    return places
