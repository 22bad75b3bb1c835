"""The status page: one person's own state, by a signed link, without login and without JavaScript.

A GET changes nothing. Whoever has no good ticket learns nothing, not even whether there is such a page.
"""

import hmac
from typing import Annotated, cast, get_args
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from seatkeeper.errors import UsageError
from seatkeeper.journal.answers import What
from seatkeeper.model.ids import PersonKey
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.ticket import Ticket, admit, seal
from seatkeeper.workflow.addressees import NOBODY, addressees
from seatkeeper.workflow.answer import answer, given
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.situation import Situation, situations
from seatkeeper.workflow.tell import facts
from seatkeeper.workflow.wording import FALLBACK, language_of, templates

LONGEST_FORM = 8_192
SAID = frozenset(get_args(What)) - {"reply"}


async def fields(request: Request) -> dict[str, str]:
    """The fields of a small form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise HTTPException(413)
    return dict(parse_qsl(body.decode("utf-8", "replace")))


Form = Annotated[dict[str, str], Depends(fields)]


def status_pages(desk: Desk, organization: Organization, key: bytes) -> APIRouter:
    """The pages of everybody in one organization."""
    router = APIRouter()

    def admitted(ticket: str) -> Ticket:
        found = admit(key, ticket, desk.clock.now())
        if found is None or found.organization != organization.id:
            raise HTTPException(404)
        return found

    @router.get("/status/{ticket}")
    def show(ticket: str) -> Response:
        mine = admitted(ticket)
        one = situations(desk, organization, mine.account).get(mine.account)
        language = _language(desk, one)
        said = given(desk, organization, mine.account)
        page = templates(desk.zone).select_template([f"{n}/page.html" for n in (language, FALLBACK)])
        told = facts(desk, one) if one else {}
        form = seal(key, "form", ticket)
        shown = page.render(
            told, state=one.state if one else "", organization=organization.login, said=said, form=form,
            at_form=f"/status/{ticket}/answer",
        )  # fmt: skip
        return HTMLResponse(shown)

    @router.post("/status/{ticket}/answer")
    def take(ticket: str, request: Request, form: Form) -> Response:
        mine = admitted(ticket)
        what = form.get("what", "")
        if not _from_here(request) or not hmac.compare_digest(
            seal(key, "form", ticket).encode(), form.get("form", "").encode()
        ):
            raise HTTPException(403)
        if what not in SAID:
            raise HTTPException(400)
        try:
            answer(
                desk, organization, mine.account, cast("What", what), form.get("why", ""),
                person=_person(desk, organization, mine),
            )  # fmt: skip
        except UsageError as too_often:
            raise HTTPException(429, too_often.what) from None
        return RedirectResponse(f"/status/{ticket}", status_code=303)

    return router


def _from_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours; browsers say so, and a text browser may say nothing."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in {None, "same-origin", "none"}:
        return False
    return origin in {None, "null"} or urlsplit(str(origin)).netloc == request.headers.get("host")


def _language(desk: Desk, one: Situation | None) -> str:
    told = NOBODY
    if one is not None and desk.notices.language is not None:
        told = addressees(desk, {one.change.person}).get(one.change.person, NOBODY)
    return language_of(told.language, desk.notices.default_language)


def _person(desk: Desk, organization: Organization, mine: Ticket) -> PersonKey | None:
    one = situations(desk, organization, mine.account).get(mine.account)
    return one.change.person if one else None
