"""docs/permissions.md: what each command really asked of a simulated forge, and the least rights for that."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from seatkeeper.cli.progress import Silent
from seatkeeper.forges.github.capabilities import REGIMES
from seatkeeper.forges.simulator.credentials import ACCEPTED, SCOPES, Right
from seatkeeper.forges.simulator.github_front import routes
from seatkeeper.forges.simulator.regime import REGIMES as SIMULATED
from seatkeeper.forges.simulator.regime import RegimeName, settle
from seatkeeper.forges.simulator.world import World
from tests.docs.regimes import calls
from tests.faults.bench import Bench, Prepared, Said, bench, prepare
from tests.restoring.wire import wired

READING: Mapping[str, str] = {
    "look": "look --organization {organization} --api {api} --source sqlite:///people.db",
    "check": "check",
    "observe": "observe",
    "plan": "plan --out new.json",
    "review": "review --against seatkeeper.yaml --laws none --only check,impact,plan",
    "restore": "restore --at 2026-01-01 --out back.json",
    "revoke": "revoke user3 --now --reason drill --key {chloe}",
}
"""A line of each command that asks the forge something and needs no plan of this morning."""
ASKING = frozenset({*READING, "apply", "follow"})
RETURNED = (
    "UPDATE people SET status = 'active', end_date = NULL WHERE status = 'inactive' OR end_date IS NOT NULL"
)
SEEN_ONLY: Mapping[Right, str] = {
    "organization_administration:read": "what every member may do on every repository without a grant",
    "organization_plan:read": "how many seats are bought and used",
}
"""What is merely not known without these; every command works."""
WORDS: Mapping[Right, str] = {
    "members:read": "Members: read",
    "members:write": "Members: write",
    "emails:read": "Email addresses: read (of an account)",
    "administration:read": "Administration: read (repository)",
    "administration:write": "Administration: write (repository)",
    "organization_administration:read": "Administration: read (organization)",
    "organization_plan:read": "Plan: read (organization)",
    "metadata:read": "Metadata: read (repository)",
    "site_admin": "none: a site administrator's classic token",
}

_HEAD = """# Permissions: what each credential needs

`forges.NAME.read` reads and `forges.NAME.write` writes; no command that only reads looks the second one up.
This page is made by running each command against the simulated forge, which refuses a call whose right is
missing as GitHub does, and writing down what was called. Tests run each command with exactly these rights,
and with one less.

What a call needs is what GitHub's documentation says: its table of permissions for GitHub Apps, and the texts
of its OpenAPI description. Where that names no classic scope (memberships, invitations, outside
collaborators, groups of an identity provider) `read:org` for reading and `admin:org` for writing are taken.

Prefer a GitHub App, or a fine-grained token of an owner's: no classic scope reads a private repository's
collaborators without being able to write there (`repo`). Whoever may write somewhere may read there. For an
App the permissions are those of its installation; it needs none for e-mail addresses, of which it sees the
public ones. One App reads and another writes: whoever holds an App's key has all that the App may do.

"""

Asked = frozenset[tuple[str, str, frozenset[Right]]]
"""Requests as method, path and rights."""


class Recorded(NamedTuple):
    """What the commands asked: by command and credential; and what reading asks under each regime."""

    commands: Mapping[str, Mapping[str, Asked]]
    regimes: Mapping[str, Asked]


def asked(world: World) -> dict[str, Asked]:
    """What was asked of a world by each of its credentials."""
    log = world.log.requests
    return {
        name: frozenset((r.method, r.route, r.needs) for r in log if r.token == name)
        for name in sorted({r.token for r in log})
    }


def line(command: str, at: Bench) -> str:
    """The line of a command, with what its names stand for."""
    told = {"organization": at.company.organization.login, "api": at.forge.url, "chloe": at.key("chloe")}
    return READING[command].format_map(told)


def run(command: str, at: Bench) -> list[Said]:
    """Run a command on a fresh bench, with what must come before it; what each said.

    `follow` is run where a restore waits for people, so that it writes what `apply` could not yet.
    """
    if command in READING:
        return [at.run(line(command, at))]
    at.approve()
    applied = at.run("apply plan.json")
    return [applied, *(_back(at, applied.facts["run"]) if command == "follow" else ())]


def _back(at: Bench, taken: str) -> list[Said]:
    """Whoever left is back in the record, and is given back what they had."""
    at.people(RETURNED)
    at.world.reinstates = "role"
    lines = (
        f"restore --run {taken} --out back.json --key {at.key('ana')}",
        f"approve back.json --key {at.key('ben')}",
        "apply back.json",
    )
    said = [at.run(line) for line in lines]
    with at.world.lock:
        for invitation in at.world.pending():
            at.world.accept(invitation.id)
    return [*said, at.run("follow")]


@cache
def recorded() -> Recorded:
    """Run everything once."""
    with TemporaryDirectory() as folder:
        prepared = prepare(_made(Path(folder) / "morning"))
        commands = {name: _of_command(name, prepared, Path(folder) / name) for name in sorted(ASKING)}
        return Recorded(commands, {name: of_regime(settled(name)) for name in SIMULATED})


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _of_command(command: str, prepared: Prepared, folder: Path) -> Mapping[str, Asked]:
    with bench(prepared, folder) as at:
        run(command, at)
        return asked(at.world)


def settled(name: RegimeName) -> World:
    """A small organization under a regime."""
    world = World("acme", "9")
    for owner in ("ana", "ben"):
        world.member(world.account(owner), "owner")
    member, team = world.member(world.account("mia")), world.team("core")
    world.place(member, team)
    world.direct(member, world.repository("site"), "write")
    return settle(world, name)


def of_regime(world: World) -> Asked:
    """What reading a small organization comes to."""
    with wired(world) as forge:
        forge.reader.snapshot(Silent())
        forge.reader.intake()
    return asked(world)["read"]


def needed(requests: Iterable[tuple[str, str, frozenset[Right]]]) -> frozenset[Right]:
    """The rights of these requests; whoever may write somewhere may read there."""
    rights = frozenset[Right]().union(*(needs for _, _, needs in requests))
    return rights - {r for r in rights if r.endswith(":read") and r.replace(":read", ":write") in rights}


def least(rights: Iterable[Right]) -> tuple[str, ...]:
    """The classic scopes that give these rights and the least besides, none that another one includes."""
    giving = ([s for s in ACCEPTED[right].split(", ") if right in SCOPES.get(s, ())] for right in rights)
    chosen = {min(scopes, key=lambda scope: (len(SCOPES[scope]), scope)) for scopes in giving}
    return tuple(sorted(s for s in chosen if not any(SCOPES[s] < SCOPES[other] for other in chosen)))


def permissions(rights: Iterable[Right]) -> str:
    """The rights in the words of GitHub's settings."""
    return "; ".join(sorted(WORDS[right] for right in rights)) or "none"


def page() -> str:
    """The page."""
    told = recorded()
    lines = ["## In short", "", "| credential | permissions | classic scopes |", "|---|---|---|"]
    for name in ("read", "write"):
        rights = needed(r for by in told.commands.values() for r in by.get(name, ())) - SEEN_ONLY.keys()
        lines.append(_row(f"`{name}`", permissions(rights), _scopes(rights)))
    lines += ["", "Without these, something is merely not known:", ""]
    lines += ["| permission | classic scope | what |", "|---|---|---|"]
    lines += [_row(WORDS[right], _scopes([right]), what) for right, what in SEEN_ONLY.items()]
    lines += ["", "## Command by command", "", "Every other command asks the forge nothing.", ""]
    lines += ["| command | credential | permissions | classic scopes |", "|---|---|---|---|"]
    for command, by in told.commands.items():
        for name, requests in by.items():
            rights = needed(requests) - SEEN_ONLY.keys()
            lines.append(_row(f"`{command}`", f"`{name}`", permissions(rights), _scopes(rights)))
    lines += ["", "## Call by call", "", "| call | permissions | classic scopes | by |", "|---|---|---|---|"]
    lines += _calls(told)
    lines += ["", "## Regime by regime", "", "What is read beside the above, and what writes need.", ""]
    lines += ["| regime | also read | permissions to write | classic scopes to write |", "|---|---|---|---|"]
    lines += [_regime(name, told) for name in REGIMES]
    return _HEAD + "\n".join(lines) + "\n"


def _calls(told: Recorded) -> list[str]:
    by: dict[tuple[str, str], dict[str, set[str]]] = {}
    rights: dict[tuple[str, str], set[Right]] = {}
    for command, credentials in told.commands.items():
        for name, requests in credentials.items():
            for method, route, needs in requests:
                by.setdefault((route, method), {}).setdefault(name, set()).add(command)
                rights.setdefault((route, method), set()).update(needs)
    return [
        _row(
            f"`{method} {route}`",
            permissions(rights[route, method]),
            _scopes(rights[route, method]),
            "; ".join(f"`{name}`: {', '.join(sorted(commands))}" for name, commands in sorted(users.items())),
        )
        for (route, method), users in sorted(by.items())
    ]


def _regime(name: str, told: Recorded) -> str:
    base = {"saml+synced": "synced", "ghes+suspension": "ghes"}.get(name, name)
    usual = {(method, route) for method, route, _ in told.regimes["plain"]}
    more = sorted({f"`{m} {route}`" for m, route, _ in told.regimes[base] if (m, route) not in usual})
    writes = set[Right]()
    for kind in ("join", "leave", "restore"):
        if REGIMES[name].membership_owner is None:
            writes.update(right for request, _ in calls(kind, REGIMES[name]) for right in rights_of(request))
    return _row(f"`{name}`", "<br>".join(more) or "nothing", permissions(writes), _scopes(writes))


def rights_of(request: str) -> frozenset[Right]:
    """What a request of the page of regimes needs."""
    method, path = request.split(" ")
    found = routes.find(method, tuple(path.strip("/").split("/")), "org")
    assert found is not None, request
    return frozenset({found[0].right}) if found[0].right else frozenset()


def _scopes(rights: Iterable[Right]) -> str:
    return ", ".join(f"`{scope}`" for scope in least(rights)) or "none"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
