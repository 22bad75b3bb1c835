"""Every GraphQL text sent to GitHub. All of them read.

`members(membership: IMMEDIATE)` because the default counts the members of
child teams too; `permissionSources` because `permission` on a collaborator is
the effective role, not the grant. Repositories come in the order of their
creation, so that one made while we page is added at the end.
"""

from collections.abc import Sequence

PEOPLE_PAGE = 100
NODES_PAGE = 50
SMALL_NODES_PAGE = 10
"""For a page that GitHub can't put together in the ten seconds it allows itself: it answers 502 or 504."""
OVERFLOW_PER_CALL = 25
LOOKUPS_PER_CALL = 25
LOGINS_PER_CALL = 50

_PAGE = "totalCount pageInfo { hasNextPage endCursor }"
_PLACES = f"{_PAGE} edges {{ role node {{ databaseId login }} }}"
_TEAM_REPOSITORIES = f"{_PAGE} edges {{ permission node {{ databaseId }} }}"
_SOURCES = "permissionSources { roleName source { __typename } }"
_DIRECT = f"{_PAGE} edges {{ node {{ databaseId login }} {_SOURCES} }}"

MEMBERS = f"""query Members($organization: String!, $first: Int!, $after: String) {{
  organization(login: $organization) {{
    membersWithRole(first: $first, after: $after) {{
      {_PAGE} edges {{ role node {{ databaseId login name email }} }}
    }}
  }}
}}"""

MEMBERS_WITHOUT_EMAIL = MEMBERS.replace("name email", "name")
"""For a credential that may not see e-mail addresses: GitHub refuses the whole query otherwise."""

_SUSPENDED = "suspendedAt"
"""When an account was suspended, null while it is not: only a server of one's own knows this field."""

SUSPENSION = f"query Suspension {{ viewer {{ login {_SUSPENDED} }} }}"
"""Whether it does."""

TEAMS = f"""query Teams($organization: String!, $first: Int!, $after: String) {{
  organization(login: $organization) {{
    teams(first: $first, after: $after) {{
      {_PAGE}
      nodes {{
        id databaseId slug name parentTeam {{ databaseId }}
        members(first: 100, membership: IMMEDIATE) {{ {_PLACES} }}
        repositories(first: 100) {{ {_TEAM_REPOSITORIES} }}
      }}
    }}
  }}
}}"""

REPOSITORIES = f"""query Repositories($organization: String!, $first: Int!, $after: String) {{
  organization(login: $organization) {{
    repositories(first: $first, after: $after, orderBy: {{field: CREATED_AT, direction: ASC}}) {{
      {_PAGE}
      nodes {{
        id databaseId name isArchived isPrivate
        collaborators(affiliation: DIRECT, first: 100) {{ {_DIRECT} }}
      }}
    }}
  }}
}}"""

IDENTITIES = f"""query Identities($organization: String!, $first: Int!, $after: String) {{
  organization(login: $organization) {{
    samlIdentityProvider {{
      externalIdentities(first: $first, after: $after) {{
        {_PAGE}
        edges {{ node {{ guid user {{ databaseId }} samlIdentity {{ nameId emails {{ value }} }} }} }}
      }}
    }}
  }}
}}"""

REGIME = """query Regime($organization: String!) {
  organization(login: $organization) {
    samlIdentityProvider { externalIdentities(first: 100) { edges { node { scimIdentity { username } } } } }
  }
}"""
"""Whether there is an identity provider, and whether it provisions: of the first hundred, one will do."""

RIGHTS = """query Rights($organization: String!) {
  organization(login: $organization) {
    membersWithRole(first: 1) { nodes { email } }
    teams(first: 1) { totalCount }
    repositories(first: 1) { nodes { collaborators(affiliation: DIRECT, first: 1) { totalCount } } }
  }
}"""
"""One of each, to learn which the credential may not see."""

PENDING = f"""query Pending($organization: String!, $first: Int!, $after: String) {{
  organization(login: $organization) {{
    pendingMembers(first: $first, after: $after) {{ {_PAGE} nodes {{ databaseId login }} }}
  }}
}}"""
"""Whoever was asked in and has not come, where invitations can't be listed."""

OVERFLOW = {
    "members": f"... on Team {{ members(first: 100, after: $AFTER, membership: IMMEDIATE) {{ {_PLACES} }} }}",
    "repositories": f"... on Team {{ repositories(first: 100, after: $AFTER) {{ {_TEAM_REPOSITORIES} }} }}",
    "collaborators": "... on Repository { collaborators(affiliation: DIRECT, first: 100, after: $AFTER) "
    f"{{ {_DIRECT} }} }}",
}
"""Further pages of what did not fit beside its team or repository, by the connection's name."""


def overflow(kinds: Sequence[str]) -> str:
    """One call for further pages of several nodes, aliased ``page0``, ``page1`` and so on.

    Each takes the variables ``$idN`` (the node's global id) and ``$afterN``.
    """
    given = ", ".join(f"$id{n}: ID!, $after{n}: String" for n in range(len(kinds)))
    pages = "\n".join(
        f"  page{n}: node(id: $id{n}) {{ {OVERFLOW[kind].replace('$AFTER', f'$after{n}')} }}"
        for n, kind in enumerate(kinds)
    )
    return f"query Overflow({given}) {{\n{pages}\n}}"


def logins(count: int) -> str:
    """Whose these logins are today: ``user0`` and so on, from the variables ``$login0`` and so on."""
    given = ", ".join(f"$login{n}: String!" for n in range(count))
    users = "\n".join(f"  user{n}: user(login: $login{n}) {{ databaseId login name }}" for n in range(count))
    return f"query Logins({given}) {{\n{users}\n}}"


def with_suspensions(members: str) -> str:
    """The text of a page of members, when it tells of each whether they are suspended."""
    return members.replace("login name", f"login {_SUSPENDED} name")


def user(n: int, *, suspensions: bool = False) -> str:
    """The account that has the login ``$loginN`` now: whether it belongs here, and may sign in."""
    belongs = "organization(login: $organization) { databaseId }"
    told = f"{_SUSPENDED} " if suspensions else ""
    return f"user{n}: user(login: $login{n}) {{ databaseId login {told}{belongs} }}"


def places(n: int) -> str:
    """The teams of ``$loginN``.

    `members(query:)` is a search and may miss; a team that lists the login
    among neither its own members nor those of its children says nothing.
    """
    found = "pageInfo { hasNextPage } edges { role node { databaseId } }"
    return (
        f"places{n}: teams(first: 100, userLogins: [$login{n}]) {{"
        f" totalCount pageInfo {{ hasNextPage }} nodes {{"
        f" databaseId slug"
        f" own: members(first: 100, query: $login{n}, membership: IMMEDIATE) {{ {found} }}"
        f" below: members(first: 100, query: $login{n}, membership: CHILD_TEAM) {{ {found} }} }} }}"
    )


def team(n: int) -> str:
    """Which team has the slug ``$slugN`` now."""
    return f"team{n}: team(slug: $slug{n}) {{ databaseId slug }}"


def repository(n: int, person: int) -> str:
    """The repository ``$nameN`` (or what it was renamed to), and what ``$loginP`` holds on it directly."""
    return (
        f"repository{n}: repository(name: $name{n}) {{ databaseId name"
        f" collaborators(first: 100, login: $login{person}, affiliation: DIRECT)"
        f" {{ edges {{ node {{ databaseId login }} {_SOURCES} }} }} }}"
    )


def accounts(outer: Sequence[str], inner: Sequence[str], variables: Sequence[str]) -> str:
    """One call of several lookups: `outer` at the root, `inner` in the organization, whose id comes too."""
    given = ", ".join(["$organization: String!", *(f"${name}: String!" for name in variables)])
    within = [
        "  organization(login: $organization) {",
        "    databaseId",
        *(f"    {text}" for text in inner),
        "  }",
    ]
    return "\n".join([f"query Accounts({given}) {{", *(f"  {text}" for text in outer), *within, "}"])
