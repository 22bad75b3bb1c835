"""A whole organization, read once: its collections side by side, each page by page."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from threading import Lock

from seatkeeper.errors import CredentialRefused, ForgeError
from seatkeeper.forges.github import invitations
from seatkeeper.forges.github.activity import last_active
from seatkeeper.forges.github.findings import Findings
from seatkeeper.forges.github.identities import identities_walk
from seatkeeper.forges.github.lookups import lookup
from seatkeeper.forges.github.members import members_walk
from seatkeeper.forges.github.overflow import read_overflow
from seatkeeper.forges.github.regime import Terrain
from seatkeeper.forges.github.repositories import repositories_walk
from seatkeeper.forges.github.teams import own_grants, teams_walk
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.links import Listing, listing
from seatkeeper.forges.http.pool import Pool
from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.snapshot import (
    Account,
    Coverage,
    Identity,
    Invitation,
    Organization,
    Reading,
    Seats,
    Snapshot,
    Team,
)
from seatkeeper.ports import Clock, Progress


class Sweep:
    """One snapshot in the making."""

    def __init__(
        self, http: Http, pool: Pool, clock: Clock, organization: Organization, terrain: Terrain
    ) -> None:
        self._http = http
        self._pool = pool
        self._clock = clock
        self._organization = organization
        self._terrain = terrain
        self._suspensions = terrain.capabilities.suspends_without_loss
        self._started = clock.now()
        self._findings = {name: Findings() for name in ("members", "teams", "repositories")}
        self._identities: list[Identity] = []
        self._listings: dict[str, Listing] = {}
        self.walks = {
            "repositories": repositories_walk(http, organization, self._findings["repositories"]),
            "members": members_walk(
                http, organization, self._findings["members"], suspensions=self._suspensions
            ),
            "teams": teams_walk(http, organization, self._findings["teams"]),
            "identities": identities_walk(http, organization, self._identities),
        }

    def read(self, progress: Progress) -> None:
        """Read the first pages, which say how many there are, then the rest, then what overflowed."""
        login, here = self._organization.login, self._terrain.capabilities
        lists: dict[str, Callable[[], Listing]] = {
            "outside": partial(listing, self._http, f"/orgs/{login}/outside_collaborators"),
            "pending": partial(invitations.pending, self._http, login, here),
            "failed": partial(invitations.failed, self._http, login, here),
        }
        self._pool.run(
            [walk.turn for walk in self.walks.values()]
            + [partial(self._list, name, read) for name, read in lists.items()]
        )
        members = self.walks["members"]
        if members.lacking is not None and members.connection.problem and not members.connection.rows:
            raise members.lacking
        left = sum(walk.pages_left for walk in self.walks.values())
        with progress.task(f"reading {login}", left) as tick:
            one_tick = _one_at_a_time(tick)
            self._pool.run([partial(walk.drain, one_tick) for walk in self.walks.values()])
        nested = [one for findings in self._findings.values() for one in findings.nested]
        read_overflow(self._http, self._pool, nested)

    def _list(self, name: str, read: Callable[[], Listing]) -> None:
        self._listings[name] = read()

    def snapshot(self, forge: ForgeName, seats: Seats, *, activity: bool) -> Snapshot:
        """Put together what was read, and how far it is whole."""
        accounts = self._accounts()
        offers, offers_reading = self._invitations(accounts)
        readings = [walk.reading(name) for name, walk in self.walks.items()]
        readings += [self._reading("outside"), offers_reading, *self._emails()]
        if self._suspensions:
            readings.append(self.walks["members"].reading("suspensions"))
        if activity:
            latest, reading = last_active(self._http, self._organization.login)
            accounts = {key: one._replace(last_active=latest.get(key)) for key, one in accounts.items()}
            readings.append(reading)
        broken = [findings.unreadable() for findings in self._findings.values()]
        return Snapshot(
            forge=forge,
            organization=self._organization,
            started_at=self._started,
            read_at=self._clock.now(),
            accounts=tuple(accounts.values()),
            teams=self._teams(),
            repositories=tuple(self._findings["repositories"].repositories),
            grants=self._grants(),
            invitations=offers,
            identities=tuple(self._identities),
            seats=seats,
            coverage=Coverage(
                (*readings, *chain.from_iterable(told for told, _ in broken)),
                frozenset(chain.from_iterable(places for _, places in broken)),
            ),
        )

    def _teams(self) -> tuple[Team, ...]:
        owned = {resource.id: owner for resource, owner in self._terrain.owners.items()}
        return tuple(
            team._replace(managed_by=owned[team.id].name, lets_in=owned[team.id].lets_in)
            if team.id in owned
            else team
            for team in self._findings["teams"].teams
        )

    def _grants(self) -> frozenset[Grant]:
        teams = self._findings["teams"]
        own = own_grants(teams.grants, teams.teams)
        return frozenset(own | self._findings["members"].grants | self._findings["repositories"].grants)

    def _accounts(self) -> dict[AccountId, Account]:
        """Members, outside collaborators, and whoever was seen to hold something and is on neither list."""
        accounts = dict(self._findings["members"].accounts)
        for row in self._listings["outside"].rows:
            account = account_told(row)
            accounts.setdefault(account.id, account)
        for findings in self._findings.values():
            for number, login in findings.logins.items():
                key = AccountId(str(number))
                if key not in accounts:
                    accounts[key] = Account(key, login)
        return accounts

    def _invitations(self, accounts: dict[AccountId, Account]) -> tuple[tuple[Invitation, ...], Reading]:
        pending, failed = self._listings["pending"], self._listings["failed"]
        rows = pending.rows + failed.rows
        teams, problem = invitations.teams_of(self._http, self._pool, self._organization.login, pending.rows)
        by_login, unknown = self._invitees(accounts, [row["login"] for row in rows if row.get("login")])
        found = tuple(
            invitations.invitation(
                row, by_login.get((row.get("login") or "").casefold()), teams.get(str(row["id"]), ())
            )
            for row in rows
        )
        problem = pending.problem or failed.problem or problem or unknown
        return found, Reading("invitations", problem is None, len(found), problem=problem)

    def _invitees(
        self, accounts: dict[AccountId, Account], logins: Sequence[str]
    ) -> tuple[dict[str, AccountId], str | None]:
        known = {account.login.casefold(): account.id for account in accounts.values()}
        asked = [login for login in logins if login.casefold() not in known]
        try:
            found = lookup(self._http, asked)
        except CredentialRefused:
            raise
        except ForgeError as error:
            return known, f"whom it invited is not known: {error.what}"
        known.update((login.casefold(), account.id) for login, account in found.items() if account)
        return known, None

    def _reading(self, name: str) -> Reading:
        told = self._listings[name]
        return Reading(name, told.problem is None, len(told.rows), problem=told.problem)

    def _emails(self) -> list[Reading]:
        lacking = self.walks["members"].lacking
        if lacking is None:
            return []
        return [Reading("emails", whole=False, seen=0, problem=lacking.what)]


def account_told(row: dict[str, object]) -> Account:
    """An account as REST tells it; a bot is what GitHub calls one."""
    kind = "bot" if row.get("type") == "Bot" else "person"
    name, email = row.get("name"), row.get("email")
    return Account(
        AccountId(str(row["id"])),
        str(row["login"]),
        "bot" if kind == "bot" else "person",
        str(name) if name else None,
        str(email) if email else None,
    )


def _one_at_a_time(tick: Callable[[int], None]) -> Callable[[int], None]:
    """Progress need not be safe for several threads; this makes it so."""
    lock = Lock()

    def safe(units: int) -> None:
        with lock:
            tick(units)

    return safe
