"""Reads are asked again within reason, and an answer that is not the API's is never taken for one."""

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import (
    ConfigurationError,
    CredentialRefused,
    ForgeError,
    RateLimited,
    Refused,
    ScopeMissing,
    Unintelligible,
)
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.limiter import Patience
from tests.forges.http.hostile import TOKEN, Hourglass, Script, page, told


def test_a_read_is_asked_again_after_a_stumble(script: Script) -> None:
    """A 503 is no answer; the next one is."""
    script.replies = [told({}, 503), told({}, 502), told({"id": 1})]

    assert script.http().get("/orgs/acme").body == {"id": 1}
    assert len(script.asked) == 3
    assert script.clock.slept == [1.0, 2.0]


def test_a_read_that_goes_on_failing_gives_up(script: Script) -> None:
    """Bounded: four times, then an error that says so."""
    script.replies = [told({}, 503)]

    with pytest.raises(ForgeError, match=r"failed 4 times: the forge answered 503"):
        script.http().get("/orgs/acme")
    assert len(script.asked) == 4


def test_an_unreachable_forge_is_told_as_such() -> None:
    """Nothing listens there; the error says that it could not be reached."""
    http = Http(
        api="http://127.0.0.1:1", token=Secret(TOKEN), clock=Hourglass(), headers={}, write_seconds=1.0
    )

    with pytest.raises(ForgeError, match="failed 4 times: ConnectError"):
        http.get("/user")


def test_a_token_is_never_sent_in_the_clear_to_another_machine() -> None:
    """Plain http is for this machine only."""
    with pytest.raises(ConfigurationError, match="in the clear"):
        Http(
            api="http://forge.example",
            token=Secret(TOKEN),
            clock=Hourglass(),
            headers={},
            write_seconds=1.0,
        )


def test_html_with_status_200_is_not_an_answer(script: Script) -> None:
    """A proxy's sign-in page says 200 too."""
    script.replies = [page()]

    with pytest.raises(Unintelligible, match="text/html"):
        script.http().get("/orgs/acme")


def test_json_that_breaks_off_is_not_an_answer(script: Script) -> None:
    """Half of a list is not a shorter list."""
    half = told([{"id": 1}, {"id": 2}])
    half.set_data(half.get_data()[:-9])
    script.replies = [half]

    with pytest.raises(Unintelligible, match="breaks off"):
        script.http().get("/orgs/acme/invitations")


@pytest.mark.parametrize(
    ("status", "headers", "error", "words"),
    [
        (401, {}, CredentialRefused, "does not accept"),
        (
            403,
            {"x_oauth_scopes": "repo", "x_accepted_oauth_scopes": "admin:org, read:org"},
            ScopeMissing,
            "one of admin:org, read:org is needed",
        ),
        (404, {"x_oauth_scopes": "", "x_accepted_oauth_scopes": "read:org"}, ScopeMissing, "has none"),
        (
            403,
            {"x_github_sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=AZ1"},
            ScopeMissing,
            "single sign-on must authorize the token at https://github.com/orgs/acme/sso",
        ),
        (404, {"x_oauth_scopes": "read:org", "x_accepted_oauth_scopes": "read:org"}, Refused, "404"),
        (403, {}, Refused, "403"),
        (422, {}, Refused, "422"),
        (409, {}, Refused, "409"),
    ],
)
def test_a_no_is_told_for_what_it_is(
    script: Script, status: int, headers: dict[str, str], error: type[ForgeError], words: str
) -> None:
    """A refused credential, a missing right and a refusal are three things."""
    script.replies = [told({"message": "No"}, status, **headers)]

    with pytest.raises(error, match=words):
        script.http().get("/orgs/acme/members")
    assert len(script.asked) == 1


def test_a_fine_grained_token_without_a_permission_lacks_a_right(script: Script) -> None:
    """It has no scopes; the message says what is wrong."""
    reply = told(
        {"message": "Resource not accessible by personal access token"},
        403,
        x_accepted_github_permissions="members=read",
    )
    script.replies = [reply]

    with pytest.raises(ScopeMissing, match="members=read"):
        script.http().get("/orgs/acme/members")


def test_a_redirect_on_the_same_host_is_followed(script: Script) -> None:
    """A renamed repository answers under its number."""
    script.replies = [told({}, 301, location="/repositories/7"), told({"id": 7})]

    assert script.http().get("/repos/acme/old").body == {"id": 7}
    assert script.asked == ["GET /repos/acme/old", "GET /repositories/7"]


def test_a_redirect_to_another_host_is_refused(script: Script) -> None:
    """The token goes to the configured forge and to nobody else."""
    script.replies = [told({}, 302, location="http://localhost:9/steal?x=1")]

    with pytest.raises(Unintelligible, match="another host, http://localhost:9/steal"):
        script.http().get("/orgs/acme")
    assert len(script.asked) == 1


def test_redirects_in_circles_end(script: Script) -> None:
    """Three hops, and no more."""
    script.replies = [told({}, 301, location="/again")]

    with pytest.raises(Unintelligible, match="circles"):
        script.http().get("/orgs/acme")
    assert len(script.asked) == 4


def test_every_request_carries_the_pinned_version_and_the_token(script: Script) -> None:
    """The connector's headers and the credential go with each request."""
    seen: list[dict[str, str]] = []

    def answer(request: object) -> object:
        seen.append(dict(request.headers))  # type: ignore[attr-defined]
        return told({})

    script.replies = [answer]  # type: ignore[list-item]
    script.http().get("/user")

    assert seen[0]["X-Github-Api-Version"] == "2022-11-28"
    assert seen[0]["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "reply",
    [
        told({"message": f"token {TOKEN} is bad"}, 401),
        told({"message": f"no {TOKEN}"}, 403),
        told({"message": "x", "errors": [{"message": f"Bearer {TOKEN}"}]}, 422),
        told({}, 302, location=f"http://u:{TOKEN}@127.0.0.2/{TOKEN}"),
        told({"message": f"secondary rate limit {TOKEN}"}, 429),
        page(f"<html>{TOKEN}</html>", 404),
    ],
)
def test_no_error_shows_the_token(script: Script, reply: object) -> None:
    """Whatever the forge echoes, the token is struck out of what a user sees."""
    script.replies = [reply]  # type: ignore[list-item]

    with pytest.raises(ForgeError) as caught:
        script.http(Patience(seconds=5)).get("/orgs/acme", {"q": TOKEN})
    error = caught.value
    shown = " ".join(
        [str(error), error.what, error.arithmetic, error.remedy, repr(error), repr(error.__cause__)]
    )
    assert TOKEN not in shown


def test_giving_up_on_a_limit_says_how_long_was_asked(script: Script) -> None:
    """The wait travels with the error, so that a caller can sleep it."""
    script.replies = [told({}, 429, retry_after="7200")]

    with pytest.raises(RateLimited, match="7200 s") as caught:
        script.http().get("/orgs/acme")
    assert caught.value.wait == 7200
    assert len(script.asked) == 1
