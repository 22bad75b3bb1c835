"""A real S3-compatible server on loopback, one for each test process."""

import http.client
import logging
import uuid
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The URL of the server."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  # a second, for the tests that need it only

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    """The name of an empty bucket of this test's own."""
    name = f"t{uuid.uuid4().hex}"
    connection = http.client.HTTPConnection(s3_endpoint.removeprefix("http://"))
    connection.request("PUT", f"/{name}")
    assert connection.getresponse().status == http.client.OK
    connection.close()
    return name
