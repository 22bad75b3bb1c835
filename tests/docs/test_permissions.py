"""What the page of permissions says is enough is enough, and with one right less the missing one is named."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from seatkeeper.forges.simulator.credentials import ACCEPTED, READ_RIGHTS, SCOPES, Right
from seatkeeper.forges.simulator.github_front import routes
from seatkeeper.forges.simulator.github_front.call import Request
from seatkeeper.forges.simulator.github_front.front import GitHubFront
from seatkeeper.forges.simulator.regime import REGIMES, RegimeName
from tests.docs.pages import DOCS
from tests.docs.permissions import WORDS, least, run, settled
from tests.faults.bench import Bench, Prepared, bench, prepare

pytestmark = pytest.mark.slow

Kind = Literal["fine-grained", "classic"]
KINDS: tuple[Kind, ...] = ("fine-grained", "classic")
EVERYTHING = frozenset(ACCEPTED)
PAGE = (DOCS / "permissions.md").read_text(encoding="utf-8")
READING: frozenset[Right] = frozenset({"members:read", "metadata:read", "administration:read", "emails:read"})
WRITING: frozenset[Right] = frozenset({"members:write", "administration:write"})
NAMED = {
    "members:read": "Members: read",
    "metadata:read": "Metadata: read",
    "administration:read": "Administration: read",
    "emails:read": "Email addresses: read",
    "members:write": "members=write",
    "administration:write": "administration=write",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Adopted, planned, proposed."""
    return prepare(tmp_path_factory.mktemp("morning"))


@pytest.fixture(name="at")
def fixture_at(prepared: Prepared, tmp_path: Path) -> Iterator[Bench]:
    """A copy of it."""
    with bench(prepared, tmp_path / "copy") as made:
        yield made


def issue(at: Bench, name: str, kind: Kind, rights: frozenset[Right]) -> None:
    """Exchange a credential for one with these rights, or with the scopes that give them."""
    secret = {"read": at.forge.read_token, "write": at.forge.write_token}[name]
    if kind == "classic":
        at.world.credentials.classic(secret, at.world.operator, least(rights), name)
    else:
        at.world.credentials.fine_grained(secret, at.world.operator, rights, name)


def page_says(command: str) -> dict[str, frozenset[Right]]:
    """The rights of each credential, as the page has them."""
    rights = {words: right for right, words in WORDS.items()}
    rows = re.findall(rf"^\| `{command}` \| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)
    assert rows, command
    return {name: frozenset(rights[words] for words in cell.split("; ")) for name, cell in rows}


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("check", "classic"),
        ("plan", "fine-grained"),
        ("revoke", "classic"),
        ("follow", "fine-grained"),
    ],
)
def test_a_command_works_with_exactly_what_the_page_says(command: str, kind: Kind, at: Bench) -> None:
    """`follow` includes a restore, its approval and `apply`; no refusal is about a right."""
    for name, rights in page_says(command).items():
        issue(at, name, kind, rights)
    said = run(command, at)

    assert {one.code for one in said} <= {0, 3}
    assert "lacks" not in said[-1].out
    assert "is needed" not in said[-1].out


@pytest.mark.parametrize("right", sorted(READING))
def test_a_reading_credential_with_one_permission_less_is_told_which(right: Right, at: Bench) -> None:
    """By `check`, which asks for one of each."""
    issue(at, "read", "fine-grained", READING - {right})
    checked = at.run("check")

    assert checked.code == 5
    assert NAMED[right] in checked.out


@pytest.mark.parametrize(
    ("kind", "lacks", "named"),
    [
        ("fine-grained", "administration:read", "Administration: read"),
        ("classic", "members:read", "read:org"),
    ],
)
def test_a_plan_made_with_one_right_less_says_which(kind: Kind, lacks: Right, named: str, at: Bench) -> None:
    """It can't be made, or holds whoever it can't see all of."""
    issue(at, "read", kind, READING - {lacks})
    planned = at.run("plan --out new.json")

    assert planned.code in {1, 4, 5}
    assert named in planned.out


@pytest.mark.parametrize(
    ("command", "kind", "right"),
    [
        ("apply", "fine-grained", "members:write"),
        ("revoke", "classic", "members:write"),
        ("follow", "classic", "administration:write"),
    ],
)
def test_a_writing_credential_with_one_right_less_is_told_which(
    command: str, kind: Kind, right: Right, at: Bench
) -> None:
    """Nothing that needs it happened, and what it was is in the status of the run."""
    issue(at, "write", kind, WRITING - {right})
    run(command, at)
    told = at.run("status").out
    named = NAMED[right] if kind == "fine-grained" else f"one of {ACCEPTED[right]} is needed"

    assert named in told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("regime", REGIMES)
def test_a_call_whose_right_is_missing_is_refused_in_every_regime(regime: RegimeName, kind: Kind) -> None:
    """403 with the header that names it; 404 where a classic token would not see the repository at all."""
    world = settled(regime)
    front = GitHubFront(world, "http://127.0.0.1")
    every = [route for found in routes.ROUTES.values() for route in found if routes.served(route, regime)]
    for route in (route for route in every if route.right is not None):
        assert route.right is not None
        if kind == "classic":
            scopes = tuple(s for s, rights in SCOPES.items() if route.right not in rights)
            world.credentials.classic("t", world.operator, scopes, "t")
        else:
            world.credentials.fine_grained("t", world.operator, EVERYTHING - reached(route.right), "t")
        path = "/".join(("", *route.path)).replace("{org}", "acme")
        answer = front.answer(Request(route.method, path, {}, {"authorization": "Bearer t"}))

        hidden = kind == "classic" and route.path[0] == "repos"
        assert answer.status == (404 if hidden else 403), path
        header = "X-Accepted-OAuth-Scopes" if kind == "classic" else "X-Accepted-GitHub-Permissions"
        assert answer.headers[header] == (
            ACCEPTED[route.right] if kind == "classic" else route.right.replace(":", "=")
        )
    assert world.log.effects == []


def reached(right: Right) -> set[Right]:
    """The right, and the one to write that includes it."""
    return {r for r in EVERYTHING if r in {right, right.replace(":read", ":write")}}


def test_the_reading_credential_of_the_simulator_reads_and_no_more() -> None:
    """It is the one that tests of reading commands are given."""
    assert not [right for right in READ_RIGHTS if right.endswith(":write")]
