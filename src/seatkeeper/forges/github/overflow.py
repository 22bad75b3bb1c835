"""Further pages of what did not fit beside its team or repository, several in one call."""

from collections.abc import Sequence

from seatkeeper.errors import CredentialRefused, ForgeError
from seatkeeper.forges.github import queries
from seatkeeper.forges.github.findings import Nested
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.graphql import query
from seatkeeper.forges.http.pool import Pool


def read_overflow(http: Http, pool: Pool, nested: Sequence[Nested]) -> None:
    """Follow each of these until it is whole or says why it can't be."""
    while open_ones := [one for one in nested if one.connection.more]:
        size = queries.OVERFLOW_PER_CALL
        batches = [open_ones[start : start + size] for start in range(0, len(open_ones), size)]
        pool.run([lambda batch=batch: _turn(http, batch) for batch in batches])  # type: ignore[misc]


def _turn(http: Http, batch: Sequence[Nested]) -> None:
    variables: dict[str, object] = {}
    for n, one in enumerate(batch):
        variables[f"id{n}"] = one.node
        variables[f"after{n}"] = one.connection.cursor
    try:
        answer = query(http, queries.overflow([one.kind for one in batch]), variables)
    except CredentialRefused:
        raise
    except ForgeError as error:
        for one in batch:
            one.connection.fail(f"page {one.connection.pages + 1}: {error.what}")
        return
    for n, one in enumerate(batch):
        if told := answer.error_at(f"page{n}", one.kind):
            one.connection.fail(told.message)
        else:
            one.take((answer.at(f"page{n}") or {}).get(one.kind))
