"""A listing is whole when every page came, once, and the total agrees; else it says why it may not be."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Request, Response

from seatkeeper.errors import CredentialRefused, ForgeError, Refused, ScopeMissing
from seatkeeper.forges.http.cursors import Connection
from seatkeeper.forges.http.graphql import graphql_address, query
from seatkeeper.forges.http.links import listing
from tests.forges.http.hostile import Script, page, told


def link(url: str) -> str:
    """The header that announces another page."""
    return f'<{url}>; rel="next", <{url}>; rel="last"'


def test_pages_are_followed_to_the_end(script: Script) -> None:
    """Three pages, all rows, no problem."""
    script.replies = [
        told([{"id": 1}], link=link(f"{script.url}/x?page=2")),
        told([{"id": 2}], link=link(f"{script.url}/x?page=3")),
        told([{"id": 3}]),
    ]

    assert listing(script.http(), "/x") == ([{"id": 1}, {"id": 2}, {"id": 3}], None)
    assert script.asked == ["GET /x?per_page=100", "GET /x?page=2", "GET /x?page=3"]


def test_no_rows_at_all_are_a_whole_answer(script: Script) -> None:
    """An empty list on the first page is an empty list."""
    script.replies = [told([])]

    assert listing(script.http(), "/x") == ([], None)


Bad = Callable[[Script], list[Any]]


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (lambda _: [told({}, 503)], "page 2: .*503"),
        (lambda s: [told([], link=link(f"{s.url}/x?page=3"))], "empty page that announces another"),
        (lambda s: [told([{"id": 1}], link=link(f"{s.url}/x?page=3"))], "circles"),
        (lambda s: [told([{"id": 2}], link=link(f"{s.url}/x?page=2"))], "circles"),
        (lambda _: [told([{"id": 2}], link=link("http://localhost:9/x?page=3"))], "another host"),
        (lambda _: [page()], "text/html"),
        (lambda _: [told({"message": "what"})], "did not answer with a list"),
        (lambda _: [told([{"id": 2}], x_github_sso="partial-results; organizations=1")], "hides the rest"),
    ],
)
def test_what_breaks_a_listing_is_told_with_what_came(script: Script, rest: Bad, words: str) -> None:
    """A failed page is not an empty page: the rows before it stand, and the problem beside them."""
    script.replies = [told([{"id": 1}], link=link(f"{script.url}/x?page=2")), *rest(script)]

    rows, problem = listing(script.http(), "/x")

    assert {"id": 1} in rows
    assert problem is not None
    assert re.search(words, problem), problem


def test_a_refused_credential_ends_a_listing(script: Script) -> None:
    """Nothing else would be answered either."""
    script.replies = [told({}, 401)]

    with pytest.raises(CredentialRefused):
        listing(script.http(), "/x")


def take(connection: Connection, numbers: list[int | None], total: int, cursor: str | None) -> list[Any]:
    """One page of a connection with these numbers; a cursor announces another."""
    rows = [None if n is None else {"databaseId": n} for n in numbers]
    info = {"hasNextPage": cursor is not None, "endCursor": cursor}
    body = {"totalCount": total, "pageInfo": info, "nodes": rows}
    return connection.take(body, "nodes", lambda node: node["databaseId"])


def test_a_connection_is_whole_when_the_total_agrees() -> None:
    """Two pages, three rows, three announced."""
    connection = Connection()
    take(connection, [1, 2], 3, "a")
    take(connection, [3], 3, None)

    assert connection.whole
    assert connection.expected == 3


def test_rows_that_shift_between_pages_are_kept_once() -> None:
    """Somebody joined while we read: row 2 came twice, and everybody is there."""
    connection = Connection()
    take(connection, [1, 2], 3, "a")
    fresh = take(connection, [2, 3, 4], 4, None)

    assert [row["databaseId"] for row in fresh] == [3, 4]
    assert connection.whole


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([([1, 2], 3, "a"), ([3], 4, None)], "3 arrived, 4 were announced"),
        ([([1, 2], 4, "a"), ([4], 3, None)], "changed while it was read"),
        ([([1, 2], 4, "a"), ([3], 4, "a")], "circles"),
        ([([1, 2], 4, "a"), ([1, 2], 4, "b")], "circles"),
        ([([1, 2], 4, "a"), ([], 4, "b")], "empty and announces another"),
        ([([1, 2], 4, "")], "circles"),
        ([([1, None], 2, None)], "1 rows that can't be read"),
    ],
)
def test_a_connection_that_does_not_add_up_is_not_whole(
    pages: list[tuple[list[int | None], int, str | None]], words: str
) -> None:
    """Each way in which pages can lie, told in words."""
    connection = Connection()
    for numbers, total, cursor in pages:
        take(connection, numbers, total, cursor)

    assert not connection.whole
    assert words in (connection.problem or "")


@pytest.mark.parametrize("body", [None, {}, {"nodes": None, "totalCount": 1, "pageInfo": {}}, []])
def test_a_page_of_another_shape_is_not_an_empty_page(body: object) -> None:
    """What can't be understood is not nothing."""
    connection = Connection()
    connection.take(body, "nodes", lambda node: node["databaseId"])

    assert not connection.whole
    assert not connection.more


def test_rate_limited_with_status_200_waits_and_asks_again(script: Script) -> None:
    """GraphQL says it inside a yes."""
    script.replies = [
        told({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}),
        told({"data": {"viewer": {"login": "ana"}}}),
    ]

    answer = query(script.http(), "query Me { viewer { login } }", {})
    assert answer.data == {"viewer": {"login": "ana"}}
    assert script.clock.waited >= 60


def test_partial_data_keeps_its_errors(script: Script) -> None:
    """What came stands, and what did not is named by its path."""
    error = {"type": "FORBIDDEN", "message": "no", "path": ["organization", "repositories", "nodes", 1]}
    script.replies = [told({"data": {"organization": {"id": "O"}}, "errors": [error]})]

    answer = query(script.http(), "query Q { x }", {})
    assert answer.at("organization") == {"id": "O"}
    assert answer.errors[0].path == ("organization", "repositories", "nodes", 1)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("INSUFFICIENT_SCOPES", ScopeMissing),
        ("FORBIDDEN", ScopeMissing),
        ("NOT_FOUND", Refused),
        ("MAX_NODE_LIMIT_EXCEEDED", Refused),
    ],
)
def test_no_data_at_all_is_an_error(script: Script, kind: str, error: type[ForgeError]) -> None:
    """Errors alone are raised as what they are."""
    script.replies = [told({"data": None, "errors": [{"type": kind, "message": "no"}]})]

    with pytest.raises(error):
        query(script.http(), "query Q { x }", {})


def test_a_query_that_stumbles_is_asked_again(script: Script) -> None:
    """With 502 and with 200: a query only reads."""
    wrong = {"errors": [{"message": "Something went wrong while executing your query."}]}
    script.replies = [told(wrong, 502), told({**wrong, "data": None}), told({"data": {"x": 1}})]

    assert query(script.http(), "query Q { x }", {}).data == {"x": 1}


def test_queries_go_beside_the_api_of_a_server_of_ones_own() -> None:
    """github.com has them below its API, a server beside it."""
    assert graphql_address("https://api.github.com/") == "https://api.github.com/graphql"
    assert graphql_address("https://git.example/api/v3") == "https://git.example/api/graphql"


def echo(request: Request) -> Response:
    """What was asked."""
    return told({"data": request.get_json()})


def test_a_query_carries_its_variables(script: Script) -> None:
    """Values never become part of the text."""
    script.replies = [echo]

    answer = query(script.http(), "query Q($a: String) { x }", {"a": 'x"}'})
    assert answer.data == {"query": "query Q($a: String) { x }", "variables": {"a": 'x"}'}}
