"""The world's second layer: who belongs, and who holds what on which resource."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple, cast

from seatkeeper.forges.simulator.directory import Directory
from seatkeeper.forges.simulator.records import Former, MemberRole, RepositoryRecord, TeamRecord, TeamRole
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.regime import ENTERPRISE_PREFIX, RegimeName
from seatkeeper.forges.simulator.timeline import DEFAULT_START
from seatkeeper.model.grants import Grant, Resource, account_subject, membership, signing_in, team_subject
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Organization, Seats

RANKS = {"none": 0, "read": 1, "triage": 2, "write": 3, "maintain": 4, "admin": 5}
KEPT_FOR = timedelta(days=90)


class Source(NamedTuple):
    """One reason why an account can reach a repository; `team` only where it is through a team."""

    kind: str
    role: str
    team: TeamRecord | None = None


class Holdings(Directory):
    """Membership, team places, team grants and direct grants.

    Switches: `base_role` is what every member holds on every repository
    (None for nothing); `removal_takes_direct` whether removing a member also
    takes what they hold directly. What the real forge does there is not
    published; by default it takes them, and tests try both. `regime` says whose accounts
    they are; `adds_at_once` whether a server of one's own adds without asking the person, and
    `tells_suspensions` whether it tells who is suspended.
    `indirect` are members only through a team of the enterprise.
    """

    def __init__(
        self,
        organization_login: str,
        organization_id: str = "1",
        *,
        seats: int | None = None,
        start: datetime = DEFAULT_START,
        base_role: str | None = None,
    ) -> None:
        super().__init__(organization_login, organization_id, start=start)
        self.seats_bought = seats
        self.base_role = base_role
        self.removal_takes_direct = True
        self.direct_lists_owners = False
        self.regime: RegimeName = "plain"
        self.adds_at_once = False
        self.tells_suspensions = True
        self.suspended: set[AccountId] = set()
        self.indirect: set[AccountId] = set()
        self.members: dict[AccountId, MemberRole] = {}
        self.former: dict[AccountId, Former] = {}
        self.custom_roles: dict[str, str] = {}

    def custom_role(self, name: str, base: str) -> None:
        """Define a repository role of the organization's own, on top of a built-in one."""
        self.custom_roles[name] = base

    def member(self, account: AccountId, role: MemberRole = "member") -> AccountId:
        """Make the account a member, or change the role it is a member with."""
        if role == "member" and self.members.get(account) == "owner":
            self._refuse_last_owner(account)
        self.members[account] = role
        self.indirect.discard(account)
        self.version += 1
        return account

    def place(self, account: AccountId, team: TeamId, role: TeamRole = "member") -> None:
        """Put the account in the team; a team that lets people in makes it a member."""
        if self.teams[team].lets_in and account not in self.members:
            self.members[account] = "member"
            self.indirect.add(account)
        self.teams[team].places[account] = role
        self.accounts[account].teams.add(team)
        self.version += 1

    def displace(self, account: AccountId, team: TeamId) -> bool:
        """Take the account out of the team; False when it was not in it."""
        self.accounts[account].teams.discard(team)
        self.version += 1
        return self.teams[team].places.pop(account, None) is not None

    def give(self, grant: Grant) -> None:
        """Make one grant true, by whatever kind of grant it is."""
        subject, resource, role = grant
        account = AccountId(subject.id)
        if resource.kind == "server":
            self.suspended.discard(account)
        elif subject.kind == "team":
            self.team_grant(TeamId(subject.id), RepositoryId(resource.id), role)
        elif resource.kind == "organization":
            self.member(account, cast("MemberRole", role))
        elif resource.kind == "team":
            self.place(account, TeamId(resource.id), cast("TeamRole", role))
        else:
            self.direct(account, RepositoryId(resource.id), role)

    def team_grant(self, team: TeamId, repository: RepositoryId, role: str) -> None:
        """Give the team a role on the repository."""
        self.teams[team].grants[repository] = role
        self.repositories[repository].teams[team] = role
        self.version += 1

    def take_team_grant(self, team: TeamId, repository: RepositoryId) -> bool:
        """Take the team's role on the repository; False when there was none."""
        self.teams[team].grants.pop(repository, None)
        self.version += 1
        return self.repositories[repository].teams.pop(team, None) is not None

    def direct(self, account: AccountId, repository: RepositoryId, role: str) -> None:
        """Give the account itself a role on the repository, member or not."""
        self.repositories[repository].direct[account] = role
        self.accounts[account].direct.add(repository)
        self.version += 1

    def take_direct(self, account: AccountId, repository: RepositoryId) -> bool:
        """Take the account's own role on the repository; False when there was none."""
        self.accounts[account].direct.discard(repository)
        self.version += 1
        return self.repositories[repository].direct.pop(account, None) is not None

    def remove_member(self, account: AccountId) -> None:
        """Remove the account from the organization; the forge remembers what it had for 90 days."""
        if account not in self.members:
            raise Refusal("not-member", "Not a member of the organization.")
        self._refuse_last_owner(account)
        record = self.accounts[account]
        if self._stays_through_a_team(account):
            return
        had = {team: self.teams[team].places[account] for team in record.teams}
        held = {repository: self.repositories[repository].direct[account] for repository in record.direct}
        self.former[account] = Former(self.now(), self.members.pop(account), had, held)
        for team in tuple(record.teams):
            self.displace(account, team)
        if self.removal_takes_direct:
            self._take_all_direct(account)
        self.version += 1

    def delete_account(self, account: AccountId) -> None:
        """The person deletes their account: everything it held goes, and its login is free."""
        for team in tuple(self.accounts[account].teams):
            self.displace(account, team)
        self._take_all_direct(account)
        self.members.pop(account, None)
        self.former.pop(account, None)
        self._forget(account)

    def delete_team(self, team: TeamId) -> None:
        """Delete a team; its children move up to nothing, its grants go."""
        record = self.teams.pop(team)
        for account in record.places:
            self.accounts[account].teams.discard(team)
        for repository in record.grants:
            self.repositories[repository].teams.pop(team, None)
        for child in record.children:
            self.teams[child].parent = None
        if record.parent is not None:
            self.teams[record.parent].children.remove(team)
        del self._slugs[record.slug.lower()]
        self._lineages.clear()
        self.version += 1

    def delete_repository(self, repository: RepositoryId) -> None:
        """Delete a repository, and every grant on it."""
        record = self.repositories.pop(repository)
        for account in record.direct:
            self.accounts[account].direct.discard(repository)
        for team in record.teams:
            self.teams[team].grants.pop(repository, None)
        del self._names[record.name.lower()]
        self.version += 1

    @property
    def outside(self) -> frozenset[AccountId]:
        """Accounts that hold something directly and are no members."""
        return frozenset(a.id for a in self.accounts.values() if a.direct and a.id not in self.members)

    def place_role(self, account: AccountId, team: TeamRecord) -> TeamRole | None:
        """The role in the team as the forge shows it: an owner is always a maintainer."""
        role = team.places.get(account)
        return "maintainer" if role is not None and self.members.get(account) == "owner" else role

    def grants(self) -> frozenset[Grant]:
        """The truth: exactly what a perfect snapshot must show."""
        holders = {account: account_subject(account) for account in self.accounts}
        found = {membership(account, self.organization_id, role) for account, role in self.members.items()}
        for team in self.teams.values():
            place, holder = Resource("team", team.id), team_subject(team.id)
            for account, role in team.places.items():
                shown = "maintainer" if self.members.get(account) == "owner" else role
                found.add(Grant(holders[account], place, shown))
            for repository, granted in team.grants.items():
                found.add(Grant(holder, Resource("repository", repository), granted))
        for record in self.repositories.values():
            held = Resource("repository", record.id)
            found.update(Grant(holders[account], held, role) for account, role in record.direct.items())
        return frozenset(found)

    def signing_in(self) -> frozenset[Grant]:
        """What a server shows beside: the members who may sign in there."""
        active = self.members.keys() - self.suspended
        return frozenset(signing_in(account, self.organization_id) for account in active)

    def organization(self) -> Organization:
        """The organization as a snapshot should name it."""
        return Organization(self.organization_id, self.organization_login, self.base_role)

    def seats_taken(self) -> int:
        """Members who are not suspended, and outside collaborators of private repositories."""
        private = {repository.id for repository in self.repositories.values() if repository.private}
        return len(self.members.keys() - self.suspended) + sum(
            not self.accounts[account].direct.isdisjoint(private) for account in self.outside
        )

    def seats(self) -> Seats:
        """Seats bought and used."""
        return Seats(self.seats_bought, self.seats_taken())

    def sources(self, account: AccountId, repository: RepositoryRecord) -> list[Source]:
        """Every reason why the account can reach the repository, the organization's first."""
        found = []
        role = self.members.get(account)
        if role == "owner":
            found.append(Source("organization", "admin"))
        elif role is not None and self.base_role is not None:
            found.append(Source("organization", self.base_role))
        places = self.accounts[account].teams
        if places:
            found += [
                Source("team", granted, self.teams[team])
                for team, granted in repository.teams.items()
                if not places.isdisjoint(self.lineage(team))
            ]
        own = repository.direct.get(account)
        if own is not None:
            found.append(Source("repository", own))
        return found

    def rank(self, role: str) -> int:
        """How much a role allows; a custom role ranks just above the one it stands on."""
        return RANKS.get(role, -1) if role in RANKS else RANKS[self.custom_roles.get(role, "read")]

    def highest(self, sources: list[Source]) -> str:
        """The role that allows most, ``none`` where there is no source."""
        return max((source.role for source in sources), key=self.rank, default="none")

    def reachers(self, repository: RepositoryRecord) -> set[AccountId]:
        """Every account that can reach the repository, by whatever source."""
        found = set(repository.direct)
        for team in repository.teams:
            for below in self.lineage(team):
                found.update(self.teams[below].places)
        if self.base_role is not None:
            return found.union(self.members)
        return found.union(self.owners())

    def owners(self) -> list[AccountId]:
        """The owners, in the order in which they came."""
        return [account for account, role in self.members.items() if role == "owner"]

    def lets_in(self, account: AccountId) -> list[TeamRecord]:
        """The account's teams that make it a member by themselves."""
        return [self.teams[team] for team in self.accounts[account].teams if self.teams[team].lets_in]

    def _stays_through_a_team(self, account: AccountId) -> bool:
        """A team of the enterprise keeps whoever is in it; one of the provider's groups refuses outright."""
        teams = self.lets_in(account)
        if any(not team.slug.startswith(ENTERPRISE_PREFIX) for team in teams):
            raise Refusal("managed-elsewhere", "Membership is externally managed by the identity provider.")
        if teams:
            self.indirect.add(account)
            self.version += 1
        return bool(teams)

    def _refuse_last_owner(self, account: AccountId) -> None:
        if self.members.get(account) == "owner" and len(self.owners()) == 1:
            raise Refusal("last-owner", "You cannot remove the last owner of an organization.")

    def _take_all_direct(self, account: AccountId) -> None:
        for repository in tuple(self.accounts[account].direct):
            self.take_direct(account, repository)
