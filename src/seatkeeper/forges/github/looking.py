"""What is found out about one account while it is read again, and what an answer says of it."""

from dataclasses import dataclass, field
from typing import Any

from seatkeeper.forges.github.edges import direct_grants
from seatkeeper.forges.github.roles import team_role
from seatkeeper.model.grants import Grant, Resource, account_subject, signing_in
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.snapshot import Target


@dataclass(slots=True)
class Looking:
    """One target under way. `absent` are named teams the account was not found in."""

    target: Target
    login: str
    exists: bool = True
    mine: bool = True
    member: bool = False
    grants: set[Grant] = field(default_factory=set)
    names: dict[Resource, str] = field(default_factory=dict)
    unread: set[Resource] = field(default_factory=set)
    absent: set[Resource] = field(default_factory=set)

    @property
    def account(self) -> AccountId:
        """Whom this is about."""
        return self.target.account

    def of(self, kind: str) -> list[Resource]:
        """The target's resources of one kind, in a stable order."""
        return sorted(place for place in self.target.resources if place.kind == kind)

    def take_user(self, node: dict[str, Any] | None, *, told: bool) -> None:
        """Whose the login is. If it is somebody else's, nothing else that came is about the account.

        Whether it may sign in counts where the target asks for that; `told` is False when the answer has
        an error about it.
        """
        self.mine = self.mine and node is not None and str(node["databaseId"]) == self.account
        if self.mine and node is not None:
            self.login = node["login"]
            self.member = node["organization"] is not None
        for place in self.of("server"):
            if node is None or not told or "suspendedAt" not in node:
                self.unread.add(place)
            elif node["suspendedAt"] is None:
                self.grants.add(signing_in(self.account, OrganizationId(place.id)))

    def take_places(self, node: dict[str, Any] | None, *, told: bool) -> None:
        """Every team the login is in, by number, so that a renamed team is found all the same.

        A team the target does not name tells as well: it is how a place given meanwhile is noticed.
        Where fewer came than were announced, a team that is not among them is not read.
        """
        named = set(self.of("team"))
        if node is None or not told:
            self.unread |= named
            return
        found = set()
        for row in node["nodes"]:
            place = Resource("team", str(row["databaseId"]))
            found.add(place)
            self.names[place] = row["slug"]
            self._take_place(place, row, named=place in named)
        whole = len(node["nodes"]) == node["totalCount"] and not node["pageInfo"]["hasNextPage"]
        (self.absent if whole else self.unread).update(named - found)

    def _take_place(self, place: Resource, row: dict[str, Any], *, named: bool) -> None:
        own = self._role_in(row["own"])
        if own is not None:
            self.grants.add(Grant(account_subject(self.account), place, team_role(own)))
        elif named and self._role_in(row["below"]) is None:
            self.unread.add(place)

    def _role_in(self, members: dict[str, Any]) -> str | None:
        return next(
            (edge["role"] for edge in members["edges"] if str(edge["node"]["databaseId"]) == self.account),
            None,
        )

    def take_repository(self, place: Resource, node: dict[str, Any] | None, *, told: bool) -> None:
        """What the account holds on a repository; `told` is False when the answer has an error about it."""
        if node is None or str(node["databaseId"]) != place.id or not told or node["collaborators"] is None:
            self.unread.add(place)
            return
        self.names[place] = node["name"]
        mine = [e for e in node["collaborators"]["edges"] if str(e["node"]["databaseId"]) == self.account]
        try:
            self.grants.update(direct_grants(place, mine))
        except (KeyError, TypeError):
            self.unread.add(place)

    def take_team(self, place: Resource, node: dict[str, Any] | None) -> None:
        """What the last known slug of a team means now."""
        if node is None:
            return
        if str(node["databaseId"]) == place.id:
            self.names[place] = node["slug"]
        else:
            self.unread.add(place)

    def lost(self) -> None:
        """Nothing that was read is about this account."""
        self.unread = set(self.target.resources)
        self.grants, self.names, self.absent = set(), {}, set()
