import json

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from seatkeeper.channels.chat import ChatChannel
from seatkeeper.config.secrets import Secret
from seatkeeper.errors import NotSent
from tests.channels.test_mail import message

WORD = "canary-of-the-channel"


def to(server: HTTPServer) -> ChatChannel:
    return ChatChannel("ops", Secret(f"json://127.0.0.1:{server.port}/hook?+X-Key={WORD}"))


def test_a_webhook_gets_the_words_and_the_id(httpserver: HTTPServer) -> None:
    """Over a real socket, by Apprise."""
    got: list[dict[str, str]] = []

    def take(request: Request) -> Response:
        got.append(json.loads(request.data))
        return Response("ok")

    httpserver.expect_request("/hook", method="POST").respond_with_handler(take)
    to(httpserver).send(message(text="<b>Ana</b> & @channel"), "ops")

    assert got[0]["title"] == "Access"
    assert got[0]["message"] == "<b>Ana</b> & @channel\nn1@acme.example"


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_channel_that_says_no_is_told_by_its_name_alone(status: int, httpserver: HTTPServer) -> None:
    """Its URL holds a secret."""
    httpserver.expect_request("/hook").respond_with_data("no", status=status)
    with pytest.raises(NotSent) as no:
        to(httpserver).send(message(), "ops")

    assert "ops" in no.value.what
    assert WORD not in no.value.what + no.value.remedy


def test_a_channel_whose_url_nobody_understands_is_not_tried_again() -> None:
    """It will not get better by itself."""
    with pytest.raises(NotSent) as no:
        ChatChannel("ops", Secret(f"nothing-like-this://{WORD}")).send(message(), "ops")

    assert not no.value.again
    assert WORD not in str(no.value)
