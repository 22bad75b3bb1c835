"""Canary tokens and passwords go through every command and every kind of error; none comes out again."""

import base64
from collections.abc import Iterable
from urllib.parse import quote

import pytest

from tests.faults.bench import PASSWORD, Bench
from tests.faults.test_people import URL
from tests.security.test_reading_commands_cannot_write import LINES, names_of

pytestmark = pytest.mark.slow

READ = "ghp_CanaryCanaryCanaryCanaryRead0001"
WRITE = "ghp_CanaryCanaryCanaryCanaryWrite002"
CANARIES = (READ, WRITE, PASSWORD)


@pytest.fixture
def canaries(bench: Bench) -> Bench:
    """The forge knows two tokens whose text is easy to find again; one comes of a program that is loud."""
    tokens = bench.world.credentials.tokens
    tokens[READ], tokens[WRITE] = tokens[bench.forge.read_token], tokens[bench.forge.write_token]
    bench.environ |= {"GH_READ": READ, "GH_WRITE": WRITE, "HR_DATABASE_URL": ""}
    bench.configure('"${GH_WRITE}"', '{command: [sh, -c, "echo $GH_WRITE >&2; echo $GH_WRITE"]}')
    return bench


def forms(secret: str) -> Iterable[str]:
    """The ways in which a secret is written by those who repeat it."""
    yield from (secret, quote(secret, safe=""), secret[::-1])
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield secret[: len(secret) // 2 + 4]


def shown(bench: Bench, line: str) -> str:
    """Everything a command line printed, for people and for machines."""
    words = line.format_map(names_of(bench))
    told = [bench.run(words, as_json=as_json) for as_json in (False, True)]
    return "".join(said.out + said.err for said in told)


def left_behind(bench: Bench) -> str:
    """Everything a command wrote into the folder; what was there before had no canary in it."""
    files = [path for path in bench.folder.iterdir() if path.is_file()]
    return "".join(path.read_bytes().decode("latin-1") for path in files)


def holds_none(text: str) -> bool:
    """True when no form of any canary is in the text."""
    return not [form for secret in CANARIES for form in forms(secret) if form in text]


@pytest.mark.parametrize("line", [typed.line for typed in LINES] + ["apply plan.json", "follow"])
def test_no_command_shows_or_keeps_a_credential(line: str, canaries: Bench) -> None:
    """Neither on a stream, nor in the plan, the journal or any other file."""
    if line.startswith("apply"):
        canaries.approve()

    assert holds_none(shown(canaries, line))
    assert holds_none(left_behind(canaries))


ECHOES = {
    "a forge that repeats the token in its error": {"status": 422, "body": f'{{"message": "bad: {READ}"}}'},
    "a forge that repeats it as a header value": {"status": 401, "body": f'{{"message": "token {READ}"}}'},
    "a proxy that repeats it in a page": {"status": 502, "body": f"<html>{READ}</html>"},
    "a redirect that carries it": {"status": 302, "headers": {"Location": f"http://h.example/?t={READ}"}},
    "an answer that is nothing but it": {"status": 200, "body": READ},
    "a permission that names it": {
        "status": 403,
        "headers": {"X-Accepted-OAuth-Scopes": f"repo, {READ}", "X-OAuth-Scopes": ""},
    },
    "single sign-on with it in the address": {
        "status": 403,
        "headers": {"X-GitHub-SSO": f"required; url=https://h.example/sso/{READ}"},
    },
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=[name.replace(" ", "-") for name in ECHOES])
@pytest.mark.parametrize("path", ["/orgs/acme", "/graphql", "/orgs/acme/outside_collaborators"])
def test_an_answer_that_repeats_the_token_is_not_passed_on(
    path: str, echo: dict[str, object], canaries: Bench
) -> None:
    """Whatever the forge says is cleaned before it reaches a message or the journal."""
    canaries.world.faults.add("status", path=path, times=0, **echo)

    assert holds_none(shown(canaries, "observe"))
    assert holds_none(left_behind(canaries))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://hr:{PASSWORD}@127.0.0.1:1/people",
        f"postgresql+psycopg://hr@127.0.0.1:1/people?password={PASSWORD}",
        f"mysql+pymysql://hr:{PASSWORD}@127.0.0.1:1/people",
        f"nothing+known://hr:{PASSWORD}@host/people",
        f"postgresql://hr:{PASSWORD}@host:port/people",
        f"sqlite:///{PASSWORD}.db?key={PASSWORD}",
    ],
)
@pytest.mark.parametrize("where", ["source", "journal"])
def test_a_database_that_fails_does_not_show_its_password(url: str, where: str, canaries: Bench) -> None:
    """Whichever part of the URL is wrong and whoever complains of it."""
    if url.startswith("sqlite"):
        url = url.replace(f"{PASSWORD}.db", "gone/file.db")
    variable = '"${HR_DATABASE_URL}"'
    if where == "source":
        canaries.configure(URL, f"url: {variable}")
    else:
        canaries.configure('"sqlite:///seatkeeper.db"', variable)
    canaries.environ["HR_DATABASE_URL"] = url

    for line in ("check", "observe"):
        assert holds_none(shown(canaries, line))


def test_an_error_nobody_foresaw_shows_no_secret_either(
    canaries: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours whose message has the token in it is told by its kind alone, without a traceback."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError(READ)

    monkeypatch.setattr("seatkeeper.workflow.observe.observe", broken)
    text = shown(canaries, "observe")

    assert "KeyError" in text
    assert "Traceback" not in text
    assert holds_none(text)
