"""A whole company invented from a seed: people, forge, and exactly what ought to happen to whom.

The same seed invents the same company on every machine, whatever the hash
seed. Nothing in it is real; the addresses end in ``.example``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from seatkeeper.demo.estate import Estate, build_estate, few_from_each_team, outside_grants
from seatkeeper.demo.mixture import AMONG_MEMBERS, MISLEADING, Mixture, Truth
from seatkeeper.demo.names import Names
from seatkeeper.demo.people import Person, Record, people_at
from seatkeeper.demo.staff import ELSEWHERE, HELD, Calendar, Staff
from seatkeeper.model.grants import Grant, membership
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.policy import LinkLine
from seatkeeper.model.snapshot import Account, Organization, Repository, Team

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.world import World

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ORGANIZATION = Organization(OrganizationId("9001"), "acme", "read")
USER3 = "user3"
"""The login of the person without a status."""

CI_BOT = "ci-bot"
INVITED_FOR = timedelta(days=2)
"""How long ago the pending invitations were sent."""

LEAST_SEATS = 60


@dataclass(frozen=True, slots=True)
class Company:
    """An organization on a forge and the HR record of those who work there.

    `roles` tells which accounts are owners, members or outside collaborators;
    accounts without a role exist on the forge and have nothing here. `grants`
    is everything held, memberships included.
    """

    organization: Organization
    now: datetime
    seed: int
    seats_bought: int
    records: tuple[Record, ...]
    accounts: tuple[Account, ...]
    roles: Mapping[AccountId, str]
    teams: tuple[Team, ...]
    repositories: tuple[Repository, ...]
    grants: tuple[Grant, ...]
    invited: tuple[AccountId, ...]
    links: tuple[LinkLine, ...]
    truth: Truth

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, as today's extract shows them."""
        return people_at(self.records, 0)

    def earlier(self, days: int) -> tuple[Person, ...]:
        """Everybody, as an extract of so many days ago showed them."""
        return people_at(self.records, days)

    def loaded_at(self, days: int = 0) -> datetime:
        """When the people of that day were loaded into the record: two hours before it was asked."""
        return self.now - timedelta(days=days, hours=2)

    def members(self) -> tuple[Account, ...]:
        """The accounts that use a seat: owners and members, bots among them."""
        return tuple(a for a in self.accounts if self.roles.get(a.id) in ("owner", "member"))

    def world(self) -> World:
        """The forge as a world of the simulator, with its clock at `now`."""
        from seatkeeper.demo.world import build_world  # noqa: PLC0415  # a company without a forge needs none

        return build_world(self)


def invent(
    seats: int = 3500,
    teams: int = 300,
    repositories: int = 5000,
    *,
    seed: int = 3500,
    now: datetime = NOW,
    mixture: Mixture | None = None,
) -> Company:
    """Invent a company whose organization has `seats` member accounts.

    `mixture` says how many of each case there are; by default the ordinary
    one, scaled to the seats, with which a day's plan passes every limit.

    Raises:
        ValueError: fewer than `LEAST_SEATS` seats have no room for every case of the ordinary mixture.
    """
    if mixture is None and seats < LEAST_SEATS:
        raise ValueError(
            f"a company needs at least {LEAST_SEATS} seats to have one of each case, not {seats}"
        )
    size = (seats, teams, repositories)
    return _Founding(size, seed, now, mixture or Mixture().scaled(seats)).company()


class _Founding:
    """The order in which a company comes to be; every part draws from the same seeded stream."""

    def __init__(self, size: tuple[int, int, int], seed: int, now: datetime, mixture: Mixture) -> None:
        self.rng = Random(seed)  # noqa: S311  # seeded invention, not cryptography
        self.names = Names(self.rng)
        self.names.reserve(USER3, CI_BOT)
        self.staff = Staff(self.rng, self.names, Calendar(now))
        self.mixture = mixture
        self.seed = seed
        self.now = now
        self.size = size
        self.accounts: list[Account] = []
        self.roles: dict[AccountId, str] = {}
        self.records: list[Record] = []
        self.fates: dict[str, list[Account]] = {}
        self.links: list[LinkLine] = []

    def company(self) -> Company:
        seats, teams, repositories = self.size
        bots, owners, members = self._seat_holders(seats)
        people = {account.id: self.staff.hire(account.login, self.staff.department()) for account in members}
        engineers = [account for account, person in people.items() if person.department == "eng"]
        everybody = [account.id for account in (*bots, *members)]
        owner_ids = [account.id for account in owners]
        estate = build_estate(
            self.rng, self.names, everybody, engineers, owner_ids, teams=teams, repositories=repositories
        )
        self._deal_fates(members[len(owners) :], estate)
        self._record_members(people, estate)
        outside = self._outside(people[owners[0].id])
        self._bot_links(bots, [people[account.id] for account in owners])
        self._newcomers(estate)
        self._people_without_accounts()
        grants = [
            membership(account, ORGANIZATION.id, role)
            for account, role in self.roles.items()
            if role != "outside"
        ]
        grants += [*estate.grants, *outside_grants(self.rng, [account.id for account in outside], estate)]
        return Company(
            organization=ORGANIZATION,
            now=self.now,
            seed=self.seed,
            seats_bought=seats + self.mixture.invited + self.mixture.free_seats,
            records=tuple(sorted(self.records, key=_key)),
            accounts=tuple(self.accounts),
            roles=self.roles,
            teams=estate.teams,
            repositories=estate.repositories,
            grants=tuple(grants),
            invited=tuple(account.id for account in self.fates["invited"]),
            links=tuple(self.links),
            truth=self._truth(),
        )

    def _account(self, login: str, role: str | None) -> Account:
        shown = self.rng.random() < 0.3  # noqa: PLR2004  # three in ten show their address
        account = Account(
            id=AccountId(str(70_000 + 11 * len(self.accounts))),
            login=login,
            email=self._address(login) if shown and role in ("owner", "member") else None,
            last_active=self.now - timedelta(days=self.rng.randint(0, 90)),
        )
        self.accounts.append(account)
        if role is not None:
            self.roles[account.id] = role
        return account

    @staticmethod
    def _address(login: str) -> str:
        return f"{login.lower()}@acme.example"

    def _seat_holders(self, seats: int) -> tuple[list[Account], list[Account], list[Account]]:
        """Bots, owners, and everybody else who has a seat; owners come first among the latter."""
        robots = [CI_BOT, *(f"{self.names.login()}-bot" for _ in range(self.mixture.bots))]
        bots = [self._account(login, "member") for login in robots[: self.mixture.bots]]
        owners = [self._account(self.names.login(), "owner") for _ in range(self.mixture.owners)]
        members = [self._account(USER3, "member")]
        while len(bots) + len(owners) + len(members) < seats:
            members.append(self._account(self.names.login(), "member"))
        return bots, owners, owners + members

    def _deal_fates(self, members: Sequence[Account], estate: Estate) -> None:
        """The leavers are dealt first, few from each team; `members` begins with user3."""
        mixture = self.mixture
        self.fates["missing-status"] = [members[0]]
        by_id = {account.id: account for account in members[1:]}
        counts = {"inactive": mixture.inactive, "ended": mixture.ended, "foreseen": mixture.foreseen}
        leavers = few_from_each_team(self.rng, list(by_id), estate.places(), sum(counts.values()))
        others = {
            kind.replace("_", "-"): count
            for kind, count in mixture._asdict().items()
            if kind not in counts and kind in AMONG_MEMBERS
        }
        rest = [account for account in by_id if account not in set(leavers)]
        self.rng.shuffle(rest)
        for pool, wanted in ((leavers, counts), (rest, others)):
            for fate, count in wanted.items():
                self.fates[fate] = [by_id[pool.pop()] for _ in range(min(count, len(pool)))]
        self._show_addresses(self.fates["ambiguous"])

    def _show_addresses(self, accounts: Sequence[Account]) -> None:
        """An account that nothing but its address could link shows it."""
        shown = {account.id: account._replace(email=self._address(account.login)) for account in accounts}
        self.accounts = [shown.get(account.id, account) for account in self.accounts]

    def _record_members(self, people: Mapping[AccountId, Person], estate: Estate) -> None:
        fate_of = {account.id: fate for fate, accounts in self.fates.items() for account in accounts}
        slugs = {team.id: team.slug for team in estate.teams}
        places = estate.places()
        for account, person in people.items():
            fate = fate_of.get(account, "ordinary")
            if fate == "orphans":
                continue
            teams = tuple(sorted(slugs[team] for team in places.get(account, ())))
            self.records += self.staff.records(fate, replace(person, team_list=teams))

    def _outside(self, sponsor: Person) -> list[Account]:
        """Outside collaborators; two in three are listed as external, the others nobody knows."""
        outside = [self._account(self.names.login(), "outside") for _ in range(self.mixture.outside)]
        self.links += [
            LinkLine(sponsor.id, account.login, account.id, "external", "works for a supplier")
            for account in outside[: 2 * len(outside) // 3]
        ]
        return outside

    def _bot_links(self, bots: Sequence[Account], accountable: Sequence[Person]) -> None:
        self.links += [
            LinkLine(
                accountable[number % len(accountable)].id, bot.login, bot.id, "bot", "accountable: an owner"
            )
            for number, bot in enumerate(bots)
        ]

    def _newcomers(self, estate: Estate) -> None:
        """Accounts not in the organization, whose people start now, were asked in, or start later."""
        slugs = [team.slug for team in estate.teams[2:]]
        counts = {kind: getattr(self.mixture, kind) for kind in ("joiner", "invited", "future")}
        for fate, count in counts.items():
            self.fates[fate] = [self._account(self.names.login(), None) for _ in range(count)]
            for account in self.fates[fate]:
                department = "eng" if self.rng.random() < 0.8 else "data"  # noqa: PLR2004  # four in five
                teams = tuple(sorted(self.rng.sample(slugs, min(3, len(slugs)))))
                person = replace(self.staff.hire(account.login, department), team_list=teams)
                self.records += self.staff.records(fate, person)

    def _people_without_accounts(self) -> None:
        for _ in range(self.mixture.gone):
            self.records += self.staff.records("gone", self.staff.hire(self.names.login(), "eng"))
        for _ in range(self.mixture.elsewhere):
            person = self.staff.hire(None, self.rng.choice(ELSEWHERE))
            self.records += self.staff.records("ordinary", person)

    def _truth(self) -> Truth:
        logins = {fate: [account.login for account in accounts] for fate, accounts in self.fates.items()}
        starts = {
            record.today.github_login.casefold(): (record.today.start_date, record.today.id)
            for record in self.records
            if record.today is not None and record.today.github_login is not None
        }
        joiners = sorted(logins["joiner"], key=lambda login: starts[login.casefold()])
        return Truth(
            leavers=frozenset(logins["inactive"] + logins["ended"] + logins["foreseen"]),
            foreseen=frozenset(logins["foreseen"]),
            joiners=tuple(joiners),
            waiting=tuple(joiners[self.mixture.free_seats :]),
            held={login: reason for fate, reason in HELD.items() for login in logins[fate]},
            kept={login: fate for fate in MISLEADING for login in logins[fate]},
        )


def _key(record: Record) -> str:
    person = record.today or record.before
    return "" if person is None else person.id
