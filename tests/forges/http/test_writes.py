"""A write goes out once. What became of it is known, or said to be unknown."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ForgeError, RateLimited, Refused, Uncertain
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.limiter import Patience
from tests.forges.http.hostile import TOKEN, Hourglass, Script, page, told


@contextmanager
def hanging_up(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A forge that takes the request whole, sends `answer` and hangs up without a proper end."""
    seen: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                request = connection.recv(65536)
                while not request.endswith(b"}"):
                    request += connection.recv(65536)
                seen.append(request)
                if answer:
                    connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_connection_lost_after_a_write_leaves_it_uncertain_and_sent_once(answer: bytes) -> None:
    """The forge may have done it; sending again could invite somebody twice."""
    with hanging_up(answer) as (url, seen):
        http = Http(api=url, token=Secret(TOKEN), clock=Hourglass(), headers={}, write_seconds=1.0)
        with pytest.raises(Uncertain, match="its fate is not known"):
            http.write("POST", "/orgs/acme/invitations", {"invitee_id": 7})
    assert len(seen) == 1
    assert b"invitee_id" in seen[0]


@pytest.mark.parametrize("reply", [told({}, 500), told({}, 502), told({}, 503), told({}, 504), page()])
def test_a_stumble_after_a_write_leaves_it_uncertain_and_sent_once(script: Script, reply: object) -> None:
    """5xx and a foreign page say nothing about what was done."""
    script.replies = [reply]  # type: ignore[list-item]

    with pytest.raises(Uncertain):
        script.http().write("DELETE", "/orgs/acme/memberships/user3")
    assert len(script.asked) == 1


def test_a_write_redirected_elsewhere_is_not_followed(script: Script) -> None:
    """Neither on this host, where it means that names moved, nor to another."""
    script.replies = [
        told({}, 307, location="/repositories/7/collaborators/u"),
        told({}, 307, location="http://localhost:9/"),
    ]
    http = script.http()

    with pytest.raises(Refused) as moved:
        http.write("PUT", "/repos/acme/old/collaborators/u")
    assert moved.value.code == "moved"
    with pytest.raises(Uncertain, match="another host"):
        http.write("PUT", "/repos/acme/old/collaborators/u")
    assert len(script.asked) == 2


def test_a_write_the_forge_did_not_take_is_sent_again_after_the_wait(script: Script) -> None:
    """429 says that nothing was done."""
    script.replies = [told({}, 429, retry_after="30"), told({}, 204)]

    assert script.http().write("DELETE", "/orgs/acme/memberships/user3").status == 204
    assert len(script.asked) == 2
    assert (script.at[1] - script.at[0]).total_seconds() >= 30


def test_a_write_asked_to_wait_too_long_says_so_and_was_not_done(script: Script) -> None:
    """The account must be read again before its change, so the caller gets to know."""
    script.replies = [told({}, 403, retry_after="1800")]

    with pytest.raises(RateLimited) as caught:
        script.http(Patience(seconds=120)).write("DELETE", "/orgs/acme/memberships/user3")
    assert caught.value.wait == 1800
    assert len(script.asked) == 1


def test_a_write_that_never_left_is_told_as_not_sent() -> None:
    """Nobody listens: nothing can have been done."""
    http = Http(
        api="http://127.0.0.1:1", token=Secret(TOKEN), clock=Hourglass(), headers={}, write_seconds=1.0
    )

    with pytest.raises(ForgeError, match="nothing was sent") as caught:
        http.write("PUT", "/x")
    assert not isinstance(caught.value, Uncertain)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {"message": "Not Found"}, "not_found"),
        (422, {"message": "Validation Failed", "errors": [{"code": "unprocessable"}]}, "unprocessable"),
        (403, {"message": "You can't remove the last owner"}, "forbidden"),
        (409, {"message": "Conflict"}, "conflict"),
    ],
)
def test_a_refused_write_keeps_the_forges_words(
    script: Script, status: int, body: dict[str, object], code: str
) -> None:
    """Status and code go into the journal."""
    script.replies = [told(body, status)]

    with pytest.raises(Refused) as caught:
        script.http().write("DELETE", "/orgs/acme/memberships/user3")
    assert (caught.value.status, caught.value.code) == (status, code)
    assert str(body["message"]) in caught.value.what
