"""A hostile forge for each test."""

import pytest
from pytest_httpserver import HTTPServer

from tests.forges.http.hostile import Script


@pytest.fixture
def script(httpserver: HTTPServer) -> Script:
    """A forge on a real socket that answers what the test puts in `replies`."""
    return Script(httpserver)
