"""A GitHub App reads and writes with tokens that last an hour, and nobody notices when one ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from seatkeeper.cli.progress import Silent
from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import ConfigurationError, CredentialRefused, SeatkeeperError
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.github.writer import GitHubWriter
from seatkeeper.forges.simulator.clock import SimulatorClock
from seatkeeper.forges.simulator.github_front.call import Request
from seatkeeper.forges.simulator.github_front.front import GitHubFront
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.grants import Resource, team_place
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import Target
from tests.docs.permissions import settled
from tests.faults.bench import Bench, bench, prepare
from tests.forges.simulator.apps import INSTALLATION, READING, WRITING, installed, pair

TOKENS = f"/app/installations/{INSTALLATION}/access_tokens"


@contextmanager
def connected(world: World, *keys: AppKey) -> Iterator[tuple[GitHubReader, GitHubWriter, SimulatorClock]]:
    """A reader and a writer over HTTP, each with an App's key (the same one if there is one)."""
    with Simulator(world) as served:
        clock = SimulatorClock(served.url)
        at: dict[str, Any] = {"forge": ForgeName("acme"), "organization": "acme"}
        at |= {"api": served.url, "clock": clock}
        reader, writer = GitHubReader(**at, token=keys[0]), GitHubWriter(**at, token=keys[-1])
        try:
            yield reader, writer, clock
        finally:
            reader.close()
            writer.close()


def asked(world: World, path: str = TOKENS) -> int:
    """How often a token was asked for."""
    return len([r for r in world.log.requests if r.path == path])


def test_an_app_reads_what_a_token_reads() -> None:
    """The whole snapshot, with one token; it acts as its bot, and check sees no right too few or too many."""
    world = settled("plain")
    with connected(world, installed(world, READING)) as (reader, _, _clock):
        snapshot = reader.snapshot(Silent())
        seen = reader.credential()

    assert {account.login for account in snapshot.accounts} == {"ana", "ben", "mia"}
    assert snapshot.coverage.whole("members")
    assert not snapshot.coverage.unreadable
    assert asked(world) <= 4  # each thread that found none may have asked
    assert (seen.account.login, seen.lacks, seen.excess) == ("seats-read[bot]", (), ())


def test_an_app_that_may_write_is_told_of_as_a_reader() -> None:
    """What its token says of itself is more than reading needs."""
    world = settled("plain")
    with connected(world, installed(world, WRITING)) as (reader, _, _clock):
        assert reader.credential().excess == ("administration: write", "members: write")


def test_a_run_of_many_hours_goes_on_with_the_next_token() -> None:
    """Each is asked for before the one before ends, so that none is ever refused."""
    world = settled("plain")
    with connected(world, installed(world, READING)) as (reader, _, clock):
        for _ in range(10):
            assert reader.organization().login == "acme"
            clock.sleep(timedelta(minutes=30).total_seconds())

    assert asked(world) == 5
    assert {r.status for r in world.log.requests} == {200, 201}


def step(world: World, account: AccountId) -> tuple[Step, Target]:
    """Taking somebody's place in a team."""
    team = next(iter(world.teams))
    where, login = Resource("team", team), world.accounts[account].login
    return Step("take", (team_place(account, team),), ""), Target(account, login, {where: "core"})


def test_a_write_whose_token_ended_early_is_sent_once_more_and_counts_once() -> None:
    """The forge took nothing when it answered 401, so the next token carries the same request."""
    world = settled("plain")
    mia = next(a.id for a in world.accounts.values() if a.login == "mia")
    key = installed(world, WRITING, "write")
    with connected(world, key) as (reader, writer, clock):
        todo, target = step(world, mia)
        state = reader.accounts([target])[mia]
        writer.send(todo, state)
        world.place(mia, next(iter(world.teams)))
        clock.sleep(120)
        for secret, token in world.credentials.tokens.items():
            if token.app is not None:
                world.credentials.revoke(secret)
        writer.send(todo, state)

    sent = [r.status for r in world.log.writes() if "/memberships/" in r.path]
    assert sent == [204, 401, 204]


def test_an_app_that_was_uninstalled_in_mid_run_ends_it_with_words_and_no_refused_step() -> None:
    """A 404 for a token says nothing about the account whose change it was for."""
    world = settled("plain")
    mia = next(a.id for a in world.accounts.values() if a.login == "mia")
    with connected(world, installed(world, WRITING)) as (reader, writer, clock):
        todo, target = step(world, mia)
        state = reader.accounts([target])[mia]
        clock.sleep(timedelta(hours=2).total_seconds())
        next(iter(world.credentials.apps.values())).suspended = True
        with pytest.raises(CredentialRefused, match=f"not let in as installation 77: POST {TOKENS}"):
            writer.send(todo, state)

    assert world.log.effects == []


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        (lambda key: key._replace(id="9"), CredentialRefused, "Integration not found"),
        (lambda key: key._replace(installation="9"), CredentialRefused, "Not Found"),
        (lambda key: key._replace(key=Secret(pair("other")[0])), CredentialRefused, "could not be decoded"),
        (lambda key: key._replace(key=Secret("no key at all")), ConfigurationError, "no private RSA key"),
        (lambda key: key._replace(key=Secret(pair("read")[1])), ConfigurationError, "no private RSA key"),
    ],
    ids=["id", "installation", "key", "no-key", "public-key"],
)
def test_a_wrong_app_is_told_with_what_to_check_and_without_its_key(
    change: Any, error: type[SeatkeeperError], told: str
) -> None:
    """Each part of it may be the wrong one."""
    world = settled("plain")
    key = change(installed(world, READING))
    with connected(world, key) as (reader, _, _clock), pytest.raises(error) as caught:
        reader.organization()

    assert told in caught.value.what
    assert "seatkeeper check" in caught.value.remedy
    shown = f"{caught.value!r}{caught.value.what}"
    assert not [line for line in key.key.reveal().splitlines() if line in shown]


def statement(world: World, **other: Any) -> Request:
    """A request with a statement of these claims."""
    now = int(world.now().timestamp())
    claims = {"iss": "1000", "iat": now - 60, "exp": now + 540} | other
    algorithm = str(claims.pop("alg", "RS256"))
    key = pair("read")[0] if algorithm == "RS256" else "x" * 64
    told = jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm=algorithm)
    return Request("POST", TOKENS, {}, {"authorization": f"Bearer {told}"}, b"{}")


@pytest.mark.parametrize(
    ("other", "status", "told"),
    [
        ({}, 201, None),
        ({"exp": 601}, 401, "too far in the future"),
        ({"exp": -1}, 401, "numeric value"),
        ({"exp": None}, 401, "numeric value"),
        ({"iat": 120}, 401, "'iat'"),
        ({"iat": None}, 401, "'iat'"),
        ({"iss": "9"}, 404, "Integration not found"),
        ({"alg": "HS256"}, 401, "could not be decoded"),
    ],
    ids=str,
)
def test_the_simulator_takes_only_the_statements_that_github_takes(
    other: dict[str, Any], status: int, told: str | None
) -> None:
    """By RS256, from an App it knows, not from the future, and at most ten minutes long."""
    world = settled("plain")
    installed(world, READING)
    now = int(world.now().timestamp())
    moved = {k: now + v if isinstance(v, int) else v for k, v in other.items()}
    answer = GitHubFront(world, "http://127.0.0.1").answer(statement(world, **moved))

    assert answer.status == status
    assert told is None or told.encode() in bytes(answer.body)  # type: ignore[call-overload]  # bytes once dressed


def test_what_no_app_may_ask_is_refused_as_github_does() -> None:
    """Its own account, and which group a team is synced with: then any team may be."""
    world = settled("synced")
    key = installed(world, READING)
    with connected(world, key) as (reader, _, _clock):
        owned = reader.managed()
        with pytest.raises(SeatkeeperError, match="not accessible by integration"):
            reader._http.get("/user")

    assert set(owned.values()) == {"a group that the credential may not see"}
    assert len(owned) == len(world.teams)


@pytest.mark.parametrize(("people", "allowed"), [(2, 5_000), (30, 5_500), (400, 12_500)])
def test_an_app_s_hourly_allowance_grows_with_the_organization(people: int, allowed: int) -> None:
    """Facts: fifty more for each user and each repository beyond twenty, up to 12,500."""
    world = World("acme", "9")
    for n in range(people):
        world.member(world.account(f"user{n}"), "owner" if n < 2 else "member")
    key = installed(world, READING)
    with connected(world, key) as (reader, _, _clock):
        reader._http.get("/meta")
        left = reader._http.get("/meta").headers["x-ratelimit-remaining"]
        limit = reader._http.get("/meta").headers["x-ratelimit-limit"]

    assert int(limit) == allowed
    assert int(left) == allowed - 2


@pytest.fixture(name="at")
def fixture_at(tmp_path: Path) -> Iterator[Bench]:
    """An ordinary morning, read by one App and written to by another."""
    (tmp_path / "morning").mkdir()
    with bench(prepare(tmp_path / "morning"), tmp_path / "copy") as made:
        for name, rights in (("read", READING), ("write", WRITING)):
            key = installed(made.world, rights, name)
            file = made.folder / f"{name}.pem"
            file.write_text(key.key.reveal(), encoding="utf-8")
            file.chmod(0o600)
            told = f"{{app: {{id: {key.id}, installation: {key.installation}, key: {{file: {name}.pem}}}}}}"
            made.configure(f'{{token: "${{GH_{name.upper()}}}"}}', told)
        yield made


@pytest.mark.slow
def test_a_company_lives_with_two_apps(at: Bench) -> None:
    """Checked, planned, approved and applied by the commands; no output shows a key or a token."""
    checked = at.run("check")
    at.approve()
    applied, followed = at.run("apply plan.json"), at.run("follow")
    shown = "".join(said.out + said.err for said in (checked, applied, followed))

    assert checked.code == 0, checked.out
    assert "as seats-read[bot]" in checked.out
    assert (applied.code, followed.code) == (0, 0)
    assert applied.facts["results"]["confirmed"] > 0
    assert {r.token for r in at.world.log.writes() if r.route[:4] != "/app"} == {"write"}
    assert not [secret for secret in at.world.credentials.tokens if secret in shown]
    assert "PRIVATE" not in shown
