"""The front's GraphQL: what queries show, cost and refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.forges.simulator.small import team, who
from tests.forges.simulator.wire import Wire

DIRECT = """query($after: String, $size: Int = 2) { organization(login: "acme") {
repositories(first: $size, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { name collaborators(affiliation: DIRECT, first: 100) { edges { node { login } permission
    permissionSources { roleName permission source {
      __typename ... on Team { slug } ... on Repository { name } } } } } }
} } }"""


def pages(wire: Wire, query: str, *path: str) -> Iterator[dict[str, Any]]:
    """Every page of the connection at `path`, by cursor."""
    after = None
    while True:
        found = wire.graphql(query, after=after)["data"]
        for name in path:
            found = found[name]
        yield found
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = found["pageInfo"]["endCursor"]


def test_every_source_of_a_collaborator_is_told_apart(reading: Wire) -> None:
    """A direct grant should be the source that is a repository, whatever teams and ownership add."""
    found = {
        (repository["name"], edge["node"]["login"]): edge
        for page in pages(reading, DIRECT, "organization", "repositories")
        for repository in page["nodes"]
        for edge in repository["collaborators"]["edges"]
    }
    assert found["site", "user2"]["permission"] == "ADMIN"
    assert found["site", "user2"]["permissionSources"] == [
        {"roleName": "read", "permission": "READ", "source": {"__typename": "Organization"}},
        {"roleName": "write", "permission": "WRITE", "source": {"__typename": "Team", "slug": "engineering"}},
        {"roleName": "admin", "permission": "ADMIN", "source": {"__typename": "Repository", "name": "site"}},
    ]
    direct = {
        key: source["roleName"]
        for key, edge in found.items()
        for source in edge["permissionSources"]
        if source["source"]["__typename"] == "Repository"
    }
    assert direct == {
        ("site", "ana"): "read", ("site", "user2"): "admin", ("core", "user1"): "triage",
        ("core", "guest1"): "write", ("old", "guest2"): "read",
    }  # fmt: skip


def test_the_coarse_permission_loses_triage_and_maintain(reading: Wire, world: World) -> None:
    """`permission` of a source should be READ for triage, where `roleName` says triage."""
    query = """{ organization(login: "acme") { repository(name: "core") {
        collaborators(first: 9, login: "user1") { edges {
            permission permissionSources { roleName permission } } } } } }"""
    (edge,) = reading.graphql(query)["data"]["organization"]["repository"]["collaborators"]["edges"]
    assert edge["permission"] == "TRIAGE"
    assert {"roleName": "triage", "permission": "READ"} in edge["permissionSources"]
    world.direct_lists_owners = True
    repositories = reading.graphql(DIRECT, size=50)["data"]["organization"]["repositories"]
    listed = repositories["nodes"][1]
    assert "oto" in [edge["node"]["login"] for edge in listed["collaborators"]["edges"]]


def test_pages_stay_true_while_people_come_and_go(reading: Wire, world: World) -> None:
    """Nobody who was there throughout should be missed when others leave between two pages."""
    query = """query($after: String) { organization(login: "acme") {
        membersWithRole(first: 2, after: $after) {
            totalCount pageInfo { hasNextPage endCursor } edges { role cursor node { login } } } } }"""
    seen = []
    for page in pages(reading, query, "organization", "membersWithRole"):
        seen += [edge["node"]["login"] for edge in page["edges"]]
        if seen == ["ana", "oto"]:
            world.remove_member(who(world, "oto"))
            world.remove_member(who(world, "user1"))
    assert seen == ["ana", "oto", "user2", "user3", "user4", "user5"]


def test_pages_can_be_read_backwards(reading: Wire) -> None:
    """`last` with `before` should walk the same rows from the end."""
    query = """query($b: String) { organization(login: "acme") { membersWithRole(last: 3, before: $b) {
        pageInfo { hasPreviousPage startCursor } nodes { login } } } }"""
    first = reading.graphql(query)["data"]["organization"]["membersWithRole"]
    assert [node["login"] for node in first["nodes"]] == ["user3", "user4", "user5"]
    second = reading.graphql(query, b=first["pageInfo"]["startCursor"])["data"]["organization"][
        "membersWithRole"
    ]
    assert [node["login"] for node in second["nodes"]] == ["oto", "user1", "user2"]
    assert second["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize(
    ("membership", "found"),
    [
        ("ALL", {"ana", "user1", "user2"}),
        ("IMMEDIATE", {"ana", "user1"}),
        ("CHILD_TEAM", {"user2"}),
    ],
)
def test_team_members_are_immediate_only_when_asked(reading: Wire, membership: str, found: set[str]) -> None:
    """The default should hand the child team's people up; IMMEDIATE should not."""
    query = """query($m: TeamMembershipType) { organization(login: "acme") { team(slug: "engineering") {
        members(first: 9, membership: $m) { totalCount edges { role node { login } } } } } }"""
    members = reading.graphql(query, m=membership)["data"]["organization"]["team"]["members"]
    assert {edge["node"]["login"] for edge in members["edges"]} == found
    assert members["totalCount"] == len(found)


def test_teams_are_found_by_who_is_in_them(reading: Wire) -> None:
    """`userLogins` should find a person's teams, and `query` those whose name has the text."""
    query = """query($l: [String!]) { organization(login: "acme") {
        mine: teams(first: 9, userLogins: $l) { nodes { slug parentTeam { slug } } }
        named: teams(first: 9, query: "stor") { nodes { slug } } } }"""
    found = reading.graphql(query, l=["USER2"])["data"]["organization"]
    assert [node["slug"] for node in found["mine"]["nodes"]] == ["engineering", "storage"]
    assert found["mine"]["nodes"][1]["parentTeam"] == {"slug": "engineering"}
    assert [node["slug"] for node in found["named"]["nodes"]] == ["storage"]


def test_aliases_fragments_and_directives_work(reading: Wire) -> None:
    """Named and inline fragments, aliases, merged fields, @include and @skip should do what GraphQL says."""
    query = """query($yes: Boolean!, $no: Boolean!) {
        me: viewer { ...Person id @skip(if: $yes) }
        you: user(login: "user1") { ...Person ... @include(if: $no) { name } databaseId }
        viewer { login } viewer { databaseId }
    }
    fragment Person on User { login ... on Actor { __typename } }"""
    assert reading.graphql(query, yes=True, no=False)["data"] == {
        "me": {"login": "ana", "__typename": "User"},
        "you": {"login": "user1", "__typename": "User", "databaseId": 1003},
        "viewer": {"login": "ana", "databaseId": 1001},
    }
    assert "name" in reading.graphql(query, yes=False, no=True)["data"]["you"]


def test_nodes_are_found_by_global_id(reading: Wire, world: World) -> None:
    """Each kind should come back as itself, and an unknown id as null with an error."""
    storage = reading.graphql('{ organization(login: "acme") { team(slug: "storage") { id } } }')
    place = storage["data"]["organization"]["team"]["id"]
    query = """query($ids: [ID!]!) {
        nodes(ids: $ids) { __typename id ... on Team { slug } ... on User { login } } }"""
    told = reading.graphql(query, ids=[place, f"U_{who(world, 'user1')}", "U_0"])
    assert told["data"]["nodes"] == [
        {"__typename": "Team", "id": place, "slug": "storage"},
        {"__typename": "User", "id": f"U_{who(world, 'user1')}", "login": "user1"},
        None,
    ]
    assert told["errors"][0]["type"] == "NOT_FOUND"
    assert told["errors"][0]["path"] == ["nodes", 2]


def test_what_is_not_there_is_null_beside_the_rest(reading: Wire) -> None:
    """One unknown login should not spoil the others in one query."""
    told = reading.graphql('{ a: user(login: "user1") { login } b: user(login: "nobody") { login } }')
    assert told["data"] == {"a": {"login": "user1"}, "b": None}
    assert [error["path"] for error in told["errors"]] == [["b"]]


def test_identities_tell_who_single_sign_on_says_they_are(reading: Wire, world: World) -> None:
    """Without any identity there should be no provider; with one, its name id and addresses."""
    query = """{ organization(login: "acme") { samlIdentityProvider {
        externalIdentities(first: 5, membersOnly: true) { totalCount nodes {
            guid user { login } samlIdentity { nameId emails { value } }
            scimIdentity { username } } } } } }"""
    assert reading.graphql(query)["data"]["organization"]["samlIdentityProvider"] is None
    world.identity(who(world, "user1"), "one@acme.example", ["one@acme.example"])
    world.identity(who(world, "guest1"), "guest@acme.example")
    found = reading.graphql(query)["data"]["organization"]["samlIdentityProvider"]["externalIdentities"]
    assert found["totalCount"] == 1
    assert found["nodes"][0]["user"]["login"] == "user1"
    assert found["nodes"][0]["samlIdentity"] == {
        "nameId": "one@acme.example",
        "emails": [{"value": "one@acme.example"}],
    }


def test_points_follow_the_published_formula(reading: Wire) -> None:
    """1 request for teams and 100 for each of two connections below come to round(201 / 100) points."""
    query = """{ organization(login: "acme") { teams(first: 100) { nodes {
        members(first: 100) { nodes { login } } repositories(first: 100) { nodes { name } } } } }
        rateLimit { cost nodeCount remaining used limit resetAt } }"""
    told = reading.graphql(query)["data"]["rateLimit"]
    assert (told["cost"], told["nodeCount"], told["remaining"]) == (2, 20_100, 4_998)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ viewer { logn } }", "Field 'logn' doesn't exist on type 'User'"),
        ("{ viewer { login }", "Parse error"),
        ("{ viewer }", "must have selections"),
        ("query($x: String!) { user(login: $x) { login } }", "Variable $x"),
        ("{ ...Nobody }", "Fragment Nobody"),
        ('{ organization(login: "acme") { teams { totalCount } } }', "`first` or `last`"),
        ('{ organization(login: "acme") { teams(first: 101) { totalCount } } }', "limit of 100"),
        (
            '{ organization(login: "acme") { teams(first: 1, after: "rubbish") { totalCount } } }',
            "valid cursor",
        ),
        ('{ organization(login: "other") { login } }', "Could not resolve to an Organization"),
        ('mutation { x: addStar(input: {starrableId: "1"}) { clientMutationId } }', "no mutation"),
        (
            """{ organization(login: "acme") { teams(first: 100) { nodes { members(first: 100) { nodes {
            organizations(first: 100) { nodes { teams(first: 100) { totalCount } } } } } } } } }""",
            "exceeds the maximum limit",
        ),
    ],
)
def test_a_bad_query_is_told_in_errors_under_200(reading: Wire, query: str, words: str) -> None:
    """Each mistake should be an error that names it."""
    told = reading.ask("POST", "/graphql", {"query": query})
    assert told.status == 200
    assert words in told.body["errors"][0]["message"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"variables": {}}', b'{"query": "{viewer{login}}", "variables": 3}']
)
def test_what_is_no_query_is_400(reading: Wire, body: bytes) -> None:
    """A body that asks nothing should be refused before it is a query."""
    assert reading.ask("POST", "/graphql", body).status == 400


def test_a_missing_scope_refuses_the_whole_query(reading: Wire, world: World) -> None:
    """A classic token without read:org should get errors and no data."""
    world.credentials.classic("poor", world.operator, ("read:user",), "poor")
    reading._token = "poor"
    told = reading.graphql(
        '{ viewer { login } organization(login: "acme") { team(slug: "storage") { name } } }'
    )
    assert "data" not in told
    assert told["errors"][0]["type"] == "INSUFFICIENT_SCOPES"


def test_a_missing_right_of_a_fine_grained_token_leaves_null(reading: Wire, world: World) -> None:
    """It should see the repository and null where its collaborators would be."""
    world.credentials.fine_grained("half", world.operator, frozenset({"metadata:read"}), "half")
    reading._token = "half"
    told = reading.graphql(
        """{ organization(login: "acme") { repository(name: "site") {
            name collaborators(first: 1) { totalCount } } } }"""
    )
    assert told["data"]["organization"]["repository"] == {"name": "site", "collaborators": None}
    assert told["errors"][0]["type"] == "FORBIDDEN"


def test_pending_invitations_show_at_their_team(simulator: Simulator, reading: Wire, world: World) -> None:
    """A team should list who is invited to it, by account or by address."""
    world.invite(who(world, "stranger"), teams=[team(world, "storage")], role="owner")
    world.invite(email="new@acme.example", teams=[team(world, "storage")])
    query = """{ organization(login: "acme") { team(slug: "storage") { invitations(first: 9) {
        nodes { email role invitationType invitee { login } organization { login } } } } } }"""
    found = reading.graphql(query)["data"]["organization"]["team"]["invitations"]["nodes"]
    assert simulator.url
    assert [(node["role"], node["invitationType"], node["invitee"]) for node in found] == [
        ("ADMIN", "USER", {"login": "stranger"}),
        ("DIRECT_MEMBER", "EMAIL", None),
    ]
