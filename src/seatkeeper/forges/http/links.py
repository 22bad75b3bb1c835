"""REST listings: pages that follow a ``Link`` header, and the word whether all of them came."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from seatkeeper.errors import CredentialRefused, ForgeError, Unintelligible
from seatkeeper.forges.http.client import Http

_NEXT = re.compile(r'<([^>]*)>[^,]*;\s*rel="?next"?')


class Listing(NamedTuple):
    """The rows that came; `problem` is why they may not be all, None when they are."""

    rows: list[dict[str, Any]]
    problem: str | None = None


def next_page(headers: Mapping[str, str]) -> str | None:
    """The address of the next page, if there is one."""
    found = _NEXT.search(headers.get("link", ""))
    return found[1] if found else None


def listing(http: Http, path: str, params: Mapping[str, str] | None = None, *, most: int = 10_000) -> Listing:
    """Every page of a listing, at most `most` of them. A failed page is told, never taken for an empty one.

    Raises only `CredentialRefused`: nothing else we ask would be answered either.
    """
    rows: list[dict[str, Any]] = []
    pages = 0
    try:
        for pages, page in enumerate(_pages(http, path, params), 1):
            rows.extend(page)
            if pages > most:
                return Listing(rows, f"only the first {most} pages were read")
    except CredentialRefused:
        raise
    except ForgeError as error:
        return Listing(rows, f"page {pages + 1}: {error.what}")
    return Listing(rows)


def _pages(http: Http, path: str, params: Mapping[str, str] | None) -> Any:  # noqa: ANN401  # see below
    seen_urls: set[str] = set()
    seen_pages: set[bytes] = set()
    url: str | None = path
    while url is not None:
        answer = http.get(url, {"per_page": "100", **(params or {})} if url == path else None)
        if not isinstance(answer.body, list) or not all(isinstance(row, dict) for row in answer.body):
            raise Unintelligible(f"GET {path} did not answer with a list")
        url = next_page(answer.headers)
        if url is not None and not answer.body:
            raise Unintelligible(f"GET {path} gave an empty page that announces another")
        if (url is not None and url in seen_urls) or (answer.body and answer.content in seen_pages):
            raise Unintelligible(f"GET {path} goes in circles: a page came twice")
        seen_urls.add(url or "")
        seen_pages.add(answer.content)
        yield answer.body
