"""Every query we send is one GitHub's schema admits, and every answer has the shape it promises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLSchema, extend_schema, parse, validate

from seatkeeper.cli.progress import Silent
from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github import queries
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.simulator.clock import SimulatorClock
from seatkeeper.forges.simulator.github_front.call import Answer, Request
from seatkeeper.forges.simulator.github_front.graphql.door import GraphQL
from seatkeeper.forges.simulator.github_front.graphql.types import INTERFACES, TYPES
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import ForgeName
from seatkeeper.model.snapshot import Target
from tests.contract.shape import Shape
from tests.forges.simulator.small import repository, team, who
from tests.forges.simulator.wire import Wire

pytestmark = pytest.mark.real

EVERYTHING = """query Everything {
  rateLimit { cost limit nodeCount remaining resetAt used }
  viewer { id login databaseId name email url resourcePath avatarUrl createdAt updatedAt company bio location
    isSiteAdmin isViewer organizationVerifiedDomainEmails(login: "acme") organization(login: "acme") { login }
    organizations(first: 3) { totalCount nodes { login } } }
  organization(login: "acme") {
    id databaseId login name description email url resourcePath createdAt viewerCanAdminister viewerIsAMember
    membersWithRole(first: 3) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes { login } edges { cursor role hasTwoFactorEnabled node { login } } }
    pendingMembers(first: 9) { totalCount nodes { login } }
    samlIdentityProvider { id issuer ssoUrl organization { login } externalIdentities(first: 9) { totalCount
      edges { cursor node { id guid user { login } organizationInvitation { id }
        samlIdentity { nameId username givenName familyName groups emails { value primary type } }
        scimIdentity { username emails { value } } } } } }
    teams(first: 9, orderBy: {field: NAME, direction: ASC}) { totalCount nodes {
      id databaseId slug name combinedSlug description privacy createdAt updatedAt url
      organization { login } parentTeam { slug } childTeams(first: 3) { totalCount nodes { slug } }
      ancestors(first: 3) { nodes { slug } }
      members(first: 9, membership: ALL) { totalCount edges { cursor role node { login } } }
      repositories(first: 9) { totalCount edges { cursor permission node { name } } }
      invitations(first: 9) { totalCount nodes { id createdAt email invitationSource invitationType role
        invitee { login } organization { login } } } } }
    repositories(first: 9) { totalCount totalDiskUsage nodes {
      id databaseId name nameWithOwner description isArchived isPrivate isDisabled isFork visibility url
      createdAt updatedAt owner { __typename id login ... on Organization { name } }
      collaborators(first: 20, affiliation: ALL) { totalCount edges { cursor permission node { login }
        permissionSources { roleName permission organization { login }
          source { __typename ... on Team { slug } ... on Repository { name }
            ... on Organization { login } } }
      } } } }
  }
}"""


class Heard:
    """Everything that went over GraphQL, as text and answer."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, Mapping[str, Any]]] = []


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Listens at the front's GraphQL door."""
    found, answer = Heard(), GraphQL.answer

    def listening(self: GraphQL, request: Request, token: Any) -> Answer:
        told = answer(self, request, token)
        body = told.body
        assert isinstance(body, dict)
        found.pairs.append((json.loads(request.body)["query"], body))
        return told

    monkeypatch.setattr(GraphQL, "answer", listening)
    return found


def check(schema: GraphQLSchema, pairs: list[tuple[str, Mapping[str, Any]]]) -> None:
    """No query that the schema refuses, no answer that it does not promise."""
    for text, body in pairs:
        document = parse(text)
        assert validate(schema, document) == [], text
        if body.get("data") is not None:
            assert Shape(schema, document).faults(body["data"]) == [], text


def test_everything_that_is_served_has_the_published_shape(
    schema: GraphQLSchema, simulator: Simulator, world: World
) -> None:
    """One query for every field the front knows should be valid, and so should its answer."""
    world.invite(who(world, "stranger"), teams=[team(world, "storage")], role="owner")
    world.invite(email="mail@acme.example", teams=[team(world, "storage")])
    wire = Wire(simulator)
    told = wire.graphql(EVERYTHING)
    wire.close()
    assert "errors" not in told
    check(schema, [(EVERYTHING, told)])


def test_every_served_field_is_in_the_published_schema(schema: GraphQLSchema) -> None:
    """The front should know no type, field or interface that GitHub does not have."""
    unknown = {
        f"{name}.{field}"
        for name, fields in TYPES.items()
        for field in fields
        if name not in schema.type_map or field not in schema.type_map[name].fields  # type: ignore[attr-defined]  # object types
    }
    assert unknown == set()
    for name, kinds in INTERFACES.items():
        possible = {kind.name for kind in schema.get_possible_types(schema.type_map[name])}  # type: ignore[arg-type]  # interfaces and unions
        assert kinds <= possible, name


def test_the_connector_asks_what_github_can_answer(
    schema: GraphQLSchema, simulator: Simulator, world: World, heard: Heard
) -> None:
    """A snapshot, a second look and a lookup should send valid queries and get answers of that shape."""
    crowd = world.team("crowd")
    busy = repository(world, "site")
    for n in range(120):
        account = world.member(world.account(f"crowd{n}"))
        world.place(account, crowd)
        world.direct(account, busy, "triage")
    world.seats_bought = None
    world.invite(who(world, "stranger"), teams=[team(world, "storage")])
    reader = GitHubReader(
        forge=ForgeName("acme"),
        api=simulator.url,
        organization="acme",
        token=Secret(simulator.read_token),
        clock=SimulatorClock(simulator.url),
    )
    try:
        assert reader.snapshot(Silent()).grants == world.grants()
        held = {Resource("team", crowd): "crowd", Resource("repository", busy): "site"}
        reader.accounts([Target(who(world, name), name, held) for name in ("crowd1", "user2", "stranger")])
        reader.lookup(["CROWD7", "nobody-at-all"])
    finally:
        reader.close()
    assert len(heard.pairs) > 5
    check(schema, heard.pairs)


def test_every_text_the_connector_can_send_is_valid(schema: GraphQLSchema) -> None:
    """The texts that only special organizations or credentials need should be valid too."""
    only_a_server = {"SUSPENSION"}
    named = {
        name: text for name, text in vars(queries).items() if name.isupper() and name not in only_a_server
    }
    texts = [text for text in named.values() if str(text).startswith("query")]
    texts += [queries.overflow([*queries.OVERFLOW, *queries.OVERFLOW]), queries.logins(3)]
    inner = [queries.places(0), queries.team(0), queries.repository(0, 0)]
    texts.append(queries.accounts([queries.user(0)], inner, ["login0", "slug0", "name0"]))
    assert len(texts) >= 7
    check(schema, [(text, {}) for text in texts])


def test_what_only_a_server_is_asked_is_valid_but_for_the_one_field_it_adds(schema: GraphQLSchema) -> None:
    """No server publishes its schema, so who is suspended is asked where GitHub's clients ask it."""
    server = extend_schema(schema, parse("extend type User { suspendedAt: DateTime }"), assume_valid=True)
    again = queries.accounts([queries.user(0, suspensions=True)], [queries.places(0)], ["login0"])
    texts = [queries.SUSPENSION, queries.with_suspensions(queries.MEMBERS), again]
    assert all("suspendedAt" in text for text in texts)
    check(server, [(text, {}) for text in texts])


def test_a_wrong_shape_is_noticed(schema: GraphQLSchema) -> None:
    """A missing field, a null, a wrong type and an unknown enum value should each be told."""
    text = '{ organization(login: "acme") { membersWithRole(first: 1) { totalCount edges { role } } } }'
    shape = Shape(schema, parse(text))
    for members, words in (
        ({"totalCount": None, "edges": []}, "null where Int!"),
        ({"totalCount": "1", "edges": []}, "is no Int"),
        ({"totalCount": 1}, "instead of"),
        ({"totalCount": 1, "edges": [{"role": "OWNER"}]}, "is no OrganizationMemberRole"),
    ):
        (fault,) = shape.faults({"organization": {"membersWithRole": members}})
        assert words in fault
