"""The law of a connection, for any pages whatever."""

from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.forges.http.cursors import Connection

numbers = st.lists(st.none() | st.integers(0, 6), max_size=5)
pages = st.lists(st.tuples(numbers, st.integers(0, 8), st.none() | st.sampled_from("abc")), max_size=6)


@given(pages)
def test_what_is_whole_has_every_announced_row_once(
    given_pages: list[tuple[list[int | None], int, str | None]],
) -> None:
    """Whatever comes: whole means that as many rows came as were announced last, none twice, none unread."""
    connection = Connection()
    taken: list[int | None] = []
    for rows, total, cursor in given_pages:
        if not connection.more:
            break
        body = {
            "totalCount": total,
            "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor},
            "nodes": [None if n is None else {"databaseId": n} for n in rows],
        }
        connection.take(body, "nodes", lambda node: node["databaseId"])
        taken += rows

    kept = [row["databaseId"] for row in connection.rows]
    assert len(kept) == len(set(kept))
    if connection.whole:
        assert len(kept) == connection.expected
        assert set(kept) == set(taken)
    else:
        assert connection.problem or connection.more
