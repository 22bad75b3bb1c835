"""The application: its headers, its style, and the rooms that it opens."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import FastAPI, Request, Response

from seatkeeper.model.snapshot import Organization
from seatkeeper.web.status import status_pages
from seatkeeper.workflow.desk import Desk

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of a status page is what lets somebody see it
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def create_app(desk: Desk, organization: Organization, key: bytes) -> FastAPI:
    """Everything that is served of one organization; `key` opens the links to status pages."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(status_pages(desk, organization, key))

    @app.middleware("http")
    async def closed(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await go_on(request)
        answer.headers.update(HEADERS)
        return answer

    style = (files("seatkeeper.web") / "static" / "page.css").read_bytes()

    @app.get("/static/page.css")
    def page_style() -> Response:
        return Response(style, media_type="text/css")

    return app
