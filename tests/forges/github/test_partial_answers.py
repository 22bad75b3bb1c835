"""An answer with errors in it is read for what it says, and for nothing more."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ForgeError
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.model.grants import Resource, direct, membership
from seatkeeper.model.ids import AccountId, ForgeName, OrganizationId, RepositoryId
from seatkeeper.model.snapshot import Snapshot, Target
from tests.forges.github.conftest import Silent
from tests.forges.http.hostile import TOKEN, Hourglass, Script, told

Json = dict[str, Any]


def connection(rows: str, *items: Json | None, total: int | None = None, more: bool = False) -> Json:
    """One page of a connection."""
    info = {"hasNextPage": more, "endCursor": "c" if more else None}
    return {"totalCount": len(items) if total is None else total, "pageInfo": info, rows: list(items)}


def person(number: int, login: str, role: str = "MEMBER") -> Json:
    """A member as GraphQL tells one."""
    return {"role": role, "node": {"databaseId": number, "login": login, "name": None, "email": ""}}


def holder(number: int, *sources: tuple[str, str | None]) -> Json:
    """A collaborator with where the access comes from."""
    told_sources = [{"roleName": role, "source": {"__typename": kind}} for kind, role in sources]
    return {"node": {"databaseId": number, "login": f"u{number}"}, "permissionSources": told_sources}


def repository(number: int, collaborators: Json | None) -> Json:
    """A repository as GraphQL tells one."""
    return {
        "id": f"R{number}",
        "databaseId": number,
        "name": f"repo{number}",
        "isArchived": False,
        "isPrivate": True,
        "collaborators": collaborators,
    }


class Forge:
    """A forge of three queries; a test replaces what one of them answers."""

    def __init__(self, server: HTTPServer) -> None:
        self.data: dict[str, Json] = {
            "Members": {"membersWithRole": connection("edges", person(1, "ana", "ADMIN"))},
            "Teams": {"teams": connection("nodes")},
            "Repositories": {"repositories": connection("nodes")},
            "Identities": {"samlIdentityProvider": None},
        }
        self.errors: dict[str, list[Json]] = {}
        self.texts: list[str] = []
        self.script = Script(server, [self._answer])

    def _answer(self, request: Request) -> Response:
        if request.path != "/graphql":
            home = {"id": 77, "login": "acme", "default_repository_permission": "none", "plan": {"seats": 9}}
            return told(home if request.path == "/orgs/acme" else [])
        text: str = request.get_json()["query"]
        self.texts.append(text)
        name = text.split("(", maxsplit=1)[0].removeprefix("query ")
        if name == "Members" and "email" not in text:
            return told({"data": {"organization": self.data["Members"]}})
        body: Json = {"data": {"organization": self.data.get(name)}}
        if name in self.errors:
            body["errors"] = self.errors[name]
        if self.data.get(name) == {}:
            del body["data"]
        return told(body)

    def snapshot(self) -> Snapshot:
        return self.reader().snapshot(Silent())

    def reader(self) -> GitHubReader:
        return GitHubReader(
            forge=ForgeName("acme"),
            api=self.script.url,
            organization="acme",
            token=Secret(TOKEN),
            clock=Hourglass(),
        )


@pytest.fixture
def forge(httpserver: HTTPServer) -> Forge:
    """A forge with one owner and nothing else."""
    return Forge(httpserver)


BROKEN: Mapping[str, Json | None] = {
    "no right to list": None,
    "role without a name": connection("edges", holder(2, ("Repository", None))),
    "no sources told": connection(
        "edges", {"node": {"databaseId": 2, "login": "u2"}, "permissionSources": None}
    ),
    "a total that disagrees": connection("edges", holder(2, ("Repository", "read")), total=5),
    "an edge that is null": connection("edges", holder(2, ("Repository", "read")), None),
}


@pytest.mark.parametrize("collaborators", BROKEN.values(), ids=BROKEN.keys())
def test_a_repository_whose_holders_are_not_told_is_unreadable_alone(
    forge: Forge, collaborators: Json | None
) -> None:
    """It shields whoever may hold something there; its neighbours are read whole."""
    whole = connection(
        "edges", holder(3, ("Organization", "read"), ("Repository", "maintain"), ("Team", "admin"))
    )
    forge.data["Repositories"] = {
        "repositories": connection("nodes", repository(5, collaborators), repository(6, whole))
    }

    snapshot = forge.snapshot()

    assert snapshot.coverage.unreadable == {Resource("repository", "5")}
    assert snapshot.coverage.whole("repositories")
    assert not snapshot.coverage.complete
    assert direct(AccountId("3"), RepositoryId("6"), "maintain") in snapshot.grants
    assert not any(grant.role == "admin" for grant in snapshot.grants)


def test_an_error_inside_one_repository_makes_that_one_unreadable(forge: Forge) -> None:
    """Its path says which; the collection is whole."""
    some = connection("edges", holder(2, ("Repository", "read")))
    forge.data["Repositories"] = {
        "repositories": connection("nodes", repository(5, some), repository(6, some))
    }
    path = ["organization", "repositories", "nodes", 1, "collaborators", "edges", 0, "permissionSources"]
    forge.errors["Repositories"] = [{"type": "FORBIDDEN", "message": "Must have push access", "path": path}]

    coverage = forge.snapshot().coverage

    assert coverage.unreadable == {Resource("repository", "6")}
    assert coverage.problem("repository:6").startswith("Must have push access; needed: the permissions ")
    assert coverage.whole("repositories")


@pytest.mark.parametrize("path", [None, ["organization"], ["organization", "teams", "nodes"]])
def test_an_error_about_no_row_makes_the_collection_not_whole(forge: Forge, path: list[str] | None) -> None:
    """What a time-out left out can't be known."""
    forge.errors["Teams"] = [{"message": "Timeout on validation of query", "path": path}]

    coverage = forge.snapshot().coverage

    assert not coverage.whole("teams")
    assert "Timeout" in coverage.problem("teams")
    assert coverage.whole("members")


def test_members_are_read_without_addresses_where_the_token_may_not_see_them(forge: Forge) -> None:
    """The forge refuses the whole query otherwise; the coverage says what is lacking."""
    words = "The 'email' field requires one of the following scopes: ['user:email', 'read:user']"
    forge.errors["Members"] = [{"type": "INSUFFICIENT_SCOPES", "message": words}]

    snapshot = forge.snapshot()

    assert membership(AccountId("1"), OrganizationId("77"), "owner") in snapshot.grants
    assert snapshot.coverage.whole("members")
    assert "user:email" in snapshot.coverage.problem("emails")


def test_people_seen_on_no_list_are_in_the_snapshot(forge: Forge) -> None:
    """Somebody was given a repository after the members were read."""
    forge.data["Repositories"] = {
        "repositories": connection(
            "nodes", repository(5, connection("edges", holder(9, ("Repository", "push"))))
        )
    }

    snapshot = forge.snapshot()

    assert {account.login for account in snapshot.accounts} == {"ana", "u9"}
    assert direct(AccountId("9"), RepositoryId("5"), "write") in snapshot.grants
    assert (snapshot.organization.base_role, snapshot.seats.bought) == (None, 9)


def test_accounts_that_come_back_in_part_are_no_states(forge: Forge) -> None:
    """An error without a place could be about anything."""
    forge.data["Accounts"] = {"databaseId": 77}
    forge.errors["Accounts"] = [{"message": "Something was cut"}]

    with pytest.raises(ForgeError, match="Something was cut"):
        forge.reader().accounts([Target(AccountId("1"), "ana", {})])


def test_nothing_that_is_asked_contains_a_value(forge: Forge) -> None:
    """Logins and names travel as variables, so that none can change a query."""
    forge.snapshot()

    assert forge.texts
    assert not any("acme" in text for text in forge.texts)
    assert json.dumps(forge.texts).count(TOKEN) == 0
