"""The world's first layer: what exists, by id and by name."""

from __future__ import annotations

import itertools
from threading import RLock
from typing import TYPE_CHECKING

from seatkeeper.forges.simulator.log import Log
from seatkeeper.forges.simulator.records import AccountRecord, RepositoryRecord, TeamRecord
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.timeline import DEFAULT_START, Timeline
from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from seatkeeper.model.snapshot import AccountKind

FIRST_ID = 1001


class Directory:
    """Accounts, teams and repositories. Logins, slugs and names are the same in any case.

    `version` grows with every change, so that a front can keep what it sorted.
    Ids of different kinds of things overlap on purpose, as they do on a forge.
    """

    def __init__(
        self, organization_login: str, organization_id: str = "1", *, start: datetime = DEFAULT_START
    ) -> None:
        self.organization_login = organization_login
        self.organization_id = OrganizationId(organization_id)
        self.lock = RLock()
        self.time = Timeline(start)
        self.started_at = start
        self.log = Log()
        self.version = 0
        self.accounts: dict[AccountId, AccountRecord] = {}
        self.teams: dict[TeamId, TeamRecord] = {}
        self.repositories: dict[RepositoryId, RepositoryRecord] = {}
        self.moved_repositories: dict[str, RepositoryId] = {}
        self.gone_accounts: set[AccountId] = set()
        self._logins: dict[str, AccountId] = {}
        self._slugs: dict[str, TeamId] = {}
        self._names: dict[str, RepositoryId] = {}
        self._counters = {kind: itertools.count(FIRST_ID) for kind in ("account", "team", "repository")}
        self._lineages: dict[TeamId, frozenset[TeamId]] = {}

    def now(self) -> datetime:
        """The world's time."""
        return self.time.now()

    def account(
        self,
        login: str,
        *,
        id: str | None = None,  # noqa: A002  # the world's word for it, as in the model
        name: str | None = None,
        email: str | None = None,
        kind: AccountKind = "person",
        last_active: datetime | None = None,
    ) -> AccountId:
        """Register a login; it belongs to nothing yet. A login in use is refused."""
        if login.lower() in self._logins:
            raise Refusal("already-member", f"login {login} is taken")
        account = AccountId(id or self._free("account", self.accounts))
        self.accounts[account] = AccountRecord(
            account, int(account), login, kind, name, email, last_active, self.time.now()
        )
        self._logins[login.lower()] = account
        self.version += 1
        return account

    def team(
        self,
        slug: str,
        name: str | None = None,
        *,
        parent: TeamId | None = None,
        id: str | None = None,  # noqa: A002  # the world's word for it, as in the model
        managed_by: str | None = None,
        lets_in: bool = False,
    ) -> TeamId:
        """Create a team, inside `parent` where given; `managed_by` names who decides who is in it.

        `lets_in`: being in it is being in the organization.
        """
        team = TeamId(id or self._free("team", self.teams))
        self.teams[team] = TeamRecord(team, int(team), slug, name or slug, parent, managed_by, lets_in)
        self._slugs[slug.lower()] = team
        if parent is not None:
            self.teams[parent].children.append(team)
        self._lineages.clear()
        self.version += 1
        return team

    def repository(
        self,
        name: str,
        *,
        id: str | None = None,  # noqa: A002  # the world's word for it, as in the model
        private: bool = True,
        archived: bool = False,
    ) -> RepositoryId:
        """Create a repository of the organization."""
        repository = RepositoryId(id or self._free("repository", self.repositories))
        self.repositories[repository] = RepositoryRecord(
            repository, int(repository), name, private=private, archived=archived
        )
        self._names[name.lower()] = repository
        self.moved_repositories.pop(name.lower(), None)
        self.version += 1
        return repository

    def identity(self, account: AccountId, name_id: str | None, emails: Iterable[str] = ()) -> None:
        """What the single sign-on provider says of an account."""
        record = self.accounts[account]
        record.name_id = name_id
        record.identity_emails = tuple(emails)
        self.version += 1

    def provisioned(self, account: AccountId, scim_name: str) -> None:
        """The identity provider made the account's identity by SCIM, and owns its membership from then on."""
        self.accounts[account].scim_name = scim_name
        self.version += 1

    def by_login(self, login: str) -> AccountRecord | None:
        """The account that has this login today."""
        account = self._logins.get(login.lower())
        return None if account is None else self.accounts[account]

    def by_slug(self, slug: str) -> TeamRecord | None:
        """The team that has this slug today."""
        team = self._slugs.get(slug.lower())
        return None if team is None else self.teams[team]

    def by_name(self, name: str) -> RepositoryRecord | None:
        """The repository that has this name today."""
        repository = self._names.get(name.lower())
        return None if repository is None else self.repositories[repository]

    def rename(self, account: AccountId, new_login: str) -> None:
        """Change a login; the old one is free for anybody from now on."""
        record = self.accounts[account]
        if self._logins.get(new_login.lower(), account) != account:
            raise Refusal("already-member", f"login {new_login} is taken")
        del self._logins[record.login.lower()]
        record.login = new_login
        self._logins[new_login.lower()] = account
        self.version += 1

    def rename_team(self, team: TeamId, new_slug: str, new_name: str | None = None) -> None:
        """Change a team's slug (and its name); nothing leads from the old slug to it."""
        record = self.teams[team]
        del self._slugs[record.slug.lower()]
        record.slug, record.name = new_slug, new_name or new_slug
        self._slugs[new_slug.lower()] = team
        self.version += 1

    def rename_repository(self, repository: RepositoryId, new_name: str) -> None:
        """Change a repository's name; the old one leads to it until somebody takes that name."""
        record = self.repositories[repository]
        del self._names[record.name.lower()]
        self.moved_repositories[record.name.lower()] = repository
        record.name = new_name
        self._names[new_name.lower()] = repository
        self.version += 1

    def lineage(self, team: TeamId) -> frozenset[TeamId]:
        """The team and every team below it: whoever is in one of them is in the team."""
        known = self._lineages.get(team)
        if known is None:
            below = (self.lineage(child) for child in self.teams[team].children)
            known = self._lineages[team] = frozenset({team}).union(*below)
        return known

    def _free(
        self,
        kind: str,
        taken: dict[AccountId, AccountRecord]
        | dict[TeamId, TeamRecord]
        | dict[RepositoryId, RepositoryRecord],
    ) -> str:
        for number in self._counters[kind]:
            if str(number) not in taken and str(number) not in self.gone_accounts:
                return str(number)
        raise AssertionError

    def _forget(self, account: AccountId) -> None:
        record = self.accounts.pop(account)
        del self._logins[record.login.lower()]
        self.gone_accounts.add(account)
        self.version += 1
