"""Every way in which a forge can answer wrongly: what was not read whole costs nobody anything."""

from collections.abc import Callable

import pytest

from seatkeeper.forges.simulator.faults import FaultKind
from tests.faults.bench import Bench
from tests.faults.case import Case, check

pytestmark = pytest.mark.slow

Breaks = Callable[[Bench], object]
EVER = 0
MEMBERS, TEAMS, REPOSITORIES = "query Members(", "query Teams(", "query Repositories("
READINGS = 4
"""How often a read is asked, the first time included."""


def fault(kind: FaultKind, contains: str = "", *, times: int = EVER, **how: object) -> Breaks:
    """Something goes wrong with every request like this, unless told how often."""
    return lambda bench: bench.world.faults.add(kind, contains=contains, times=times, **how)


def token(secret: str) -> Breaks:
    """Another token in the environment."""
    return lambda bench: bench.environ.update(GH_READ=secret)


def scopes(*granted: str) -> Breaks:
    """A classic token with these scopes and no other."""

    def breaks(bench: Bench) -> None:
        bench.world.credentials.classic("ghp_narrow_0123456789", bench.world.operator, granted, "narrow")
        bench.environ["GH_READ"] = "ghp_narrow_0123456789"

    return breaks


def expired(bench: Bench) -> None:
    """The token was good once."""
    bench.world.credentials.revoke(bench.forge.read_token)


def thirty_five_pages(bench: Bench) -> None:
    """So many members that their list has 35 pages, of which the third can't be had."""
    for number in range(3_330):
        bench.world.member(bench.world.account(f"colleague-{number}"))
    bench.world.faults.add("status", contains=MEMBERS, nth=3, times=READINGS)


def hung_up(bench: Bench) -> None:
    """Nothing listens there any more."""
    bench.forge.stop()


def elsewhere(location: str) -> dict[str, str]:
    """The header of a redirect."""
    return {"Location": location}


GRAPHQL = "/graphql"
ORG = "/orgs/acme"

CASES = (
    Case("a wrong token", token("ghp_wrong_0123456789abcdef"), "plan", "CredentialRefused", 1),
    Case("an expired token", expired, "plan", "CredentialRefused", 1),
    Case("a token revoked in mid-run", fault("revoked", path=GRAPHQL, nth=3), "plan", "CredentialRefused", 1),
    Case("a token without any scope", scopes(), "plan", "ScopeMissing", 1),
    Case("a token that may only read users", scopes("read:user"), "plan", "ScopeMissing", 1),
    Case("a token that sees no repositories", scopes("read:org"), "plan", "unreadable", 5),
    Case(
        "a scope missing for outsiders",
        fault("missing-scope", path=".*/outside_collaborators"),
        "plan",
        "unreadable",
        5,
    ),
    Case(
        "an organization nobody sees",
        lambda b: b.configure('"acme"', '"acmee"'),
        "plan",
        "ConfigurationError",
        2,
    ),
    Case("page 3 of 35 failing with 503", thirty_five_pages, "plan", "members-not-whole", 5),
    Case("the first page of members failing", fault("status", MEMBERS), "plan", "members-not-whole", 5),
    Case("the teams failing with 502", fault("status", TEAMS, status=502), "plan", "unreadable", 5),
    Case("an empty page of members", fault("empty-page", MEMBERS, nth=2), "plan", "members-not-whole", 5),
    Case("an empty page of teams", fault("empty-page", TEAMS), "plan", "unreadable", 5),
    Case("an empty page of repositories", fault("empty-page", REPOSITORIES), "plan", "unreadable", 5),
    Case("a looping page", fault("repeat-page", MEMBERS, nth=2), "plan", "members-not-whole", 5),
    Case("a total that disagrees", fault("wrong-total", MEMBERS), "plan", "members-not-whole", 5),
    Case("fewer teams than announced", fault("wrong-total", TEAMS, amount=3), "plan", "unreadable", 5),
    Case("HTML with status 200", fault("html", path=ORG), "plan", "Unintelligible", 1),
    Case("HTML for members", fault("html", MEMBERS), "plan", "members-not-whole", 5),
    Case("truncated JSON", fault("truncated", path=ORG), "plan", "ForgeError", 1),
    Case("truncated JSON for members", fault("truncated", MEMBERS), "plan", "members-not-whole", 5),
    Case(
        "JSON of another shape",
        fault("status", path=ORG, status=200, body="[]", headers={"Content-Type": "application/json"}),
        "plan",
        "Unintelligible",
        1,
    ),
    Case(
        "an empty answer",
        fault("status", path=ORG, status=200, body="", headers={"Content-Type": "application/json"}),
        "plan",
        "Unintelligible",
        1,
    ),
    Case(
        "GraphQL without data",
        fault("status", MEMBERS, status=200, body="{}", headers={"Content-Type": "application/json"}),
        "plan",
        "members-not-whole",
        5,
    ),
    Case(
        "429 with Retry-After of a day",
        fault("rate-limited", path=ORG, headers={"Retry-After": "86400"}),
        "plan",
        "RateLimited",
        1,
    ),
    Case("429 without Retry-After", fault("rate-limited", path=ORG), "plan", "RateLimited", 1),
    Case(
        "429 with a Retry-After of words",
        fault("rate-limited", path=ORG, headers={"Retry-After": "soon"}),
        "plan",
        "RateLimited",
        1,
    ),
    Case("a secondary limit for ever", fault("secondary-limit", path=ORG), "plan", "RateLimited", 1),
    Case(
        "a limit in the midst of members",
        fault("rate-limited", MEMBERS, nth=2, headers={"Retry-After": "86400"}),
        "plan",
        "RateLimited",
        1,
    ),
    Case(
        "a redirect to another host",
        fault("redirect", path=ORG, headers=elsewhere("http://127.0.0.2:9/orgs/acme")),
        "plan",
        "Unintelligible",
        1,
    ),
    Case("a redirect in circles", fault("redirect", path=ORG), "plan", "Unintelligible", 1),
    Case("a connection that is reset", fault("reset", path=ORG), "plan", "ForgeError", 1),
    Case("a connection reset in mid-list", fault("reset", MEMBERS, nth=2), "plan", "members-not-whole", 5),
    Case("a forge that is down", fault("status", path=ORG), "plan", "ForgeError", 1),
    Case("nothing listening", hung_up, "plan", "ForgeError", 1),
    Case(
        "single sign-on hiding part of a list",
        fault("partial-sso", path=".*/outside_collaborators"),
        "plan",
        "unreadable",
        5,
    ),
    Case(
        "invitations that can't be listed",
        fault("status", path=".*/invitations"),
        "plan",
        "invitations-not-whole",
        5,
    ),
    Case(
        "nobody behind the credential",
        fault("status", path="/user", status=200, body="null", headers={"Content-Type": "application/json"}),
        "plan",
        "Unintelligible",
        1,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_bad_answer_of_the_forge_costs_nobody_anything(case: Case, bench: Bench) -> None:
    """It ends in a named error or in a plan in which nobody loses anything, and never in a write."""
    check(case, bench)
