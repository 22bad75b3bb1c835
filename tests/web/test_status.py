"""The status page over a real socket: whose it is, what it says, and what nobody can make it do."""

import http.client
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import uvicorn

from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.rules.ticket import Ticket, issue
from seatkeeper.web.app import create_app
from seatkeeper.workflow.answer import blocked, given
from tests.parts.mail import MailServer
from tests.parts.servers import free_port
from tests.workflow.approved import Approved, Prepared, approved, prepare
from tests.workflow.notified import KEY, Notified, notified


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("signed"))


@dataclass
class Browser:
    """As much of a browser as a text browser is."""

    port: int
    company: Notified

    def ticket(self, account: AccountId, *, key: bytes = KEY.encode(), days: float = 1) -> str:
        expires = self.company.office.desk.clock.now() + timedelta(days=days)
        return issue(key, Ticket(self.company.story.plan.organization.id, account, expires))

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {"Content-Type": "application/x-www-form-urlencoded"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        connection.request(method, path, urlencode(form) if form else None, told)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text

    def page(self, ticket: str) -> str:
        status, _, text = self.ask("GET", f"/status/{ticket}")
        assert status == 200
        return text

    def send(self, ticket: str, what: str, why: str = "", seal: str | None = None, **headers: str) -> int:
        found = re.search(r'name="form" value="([^"]+)"', self.page(ticket))
        assert found
        form = {"what": what, "why": why, "form": found[1] if seal is None else seal}
        return self.ask("POST", f"/status/{ticket}/answer", form, **headers)[0]


@pytest.fixture
def browser(signed: Prepared, tmp_path: object, mail_server: MailServer) -> Iterator[Browser]:
    with (
        approved(signed, tmp_path / "copy") as story,  # type: ignore[operator]  # a path
        notified(story, mail_server) as company,
    ):
        story.apply()
        app = create_app(company.office.desk, story.plan.organization, KEY.encode())
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Browser(port, company)
        server.should_exit = True
        thread.join(timeout=20)


def leaver(story: Approved) -> AccountId:
    return story.change("leave").account


def test_it_says_where_one_stands_and_nothing_of_anybody_else(browser: Browser) -> None:
    """The leaver reads of a loss, the joiner of an invitation with its own link."""
    story = browser.company.story
    gone, asked = story.change("leave"), story.change("join")
    text = browser.page(browser.ticket(gone.account))
    assert "Access was taken from your account" in text
    assert gone.login in text
    assert [c.login for c in story.plan.changes if c.login != gone.login and c.login in text] == []
    assert "You have been invited, and have no access before you accept" in browser.page(
        browser.ticket(asked.account)
    )


def test_back_is_said_only_once_it_was_read(browser: Browser) -> None:
    """Not while the invitation waits, and not when it is accepted and nobody has looked."""
    story = browser.company.story
    for change in story.plan.changes:
        assert not re.search(r"\b(back|restored)\b", browser.page(browser.ticket(change.account)))


def test_a_get_changes_nothing(browser: Browser) -> None:
    """However often."""
    store = browser.company.office.desk.store
    before = store.head()
    for _ in range(3):
        browser.page(browser.ticket(leaver(browser.company.story)))
    assert store.head() == before


def test_an_answer_is_written_down_with_its_time_and_shown(browser: Browser) -> None:
    """And whoever is blocked comes first."""
    story, desk = browser.company.story, browser.company.office.desk
    ticket = browser.ticket(leaver(story))
    assert browser.send(ticket, "blocked", "<b>release</b> today") == 303
    (one,) = given(desk, story.plan.organization)
    assert (one.what, one.why) == ("blocked", "<b>release</b> today")
    assert list(blocked(desk, story.plan.organization)) == [leaver(story)]
    text = browser.page(ticket)
    assert "&lt;b&gt;release&lt;/b&gt; today" in text
    assert browser.send(ticket, "working") == 303
    assert list(blocked(desk, story.plan.organization)) == []


def test_whose_account_it_is_becomes_a_proposal(browser: Browser) -> None:
    """A person confirms it; the page decides nothing."""
    story = browser.company.story
    assert browser.send(browser.ticket(leaver(story)), "not-mine") == 303
    (link,) = browser.company.office.desk.store.entries(kinds={"link"})
    assert link.payload
    assert link.payload["proposed"] == "not-mine"


def test_no_ticket_that_we_did_not_seal_opens_anything(browser: Browser) -> None:
    """Forged, guessed, changed, expired, another organization's, another key's: all the same 404."""
    story = browser.company.story
    good = browser.ticket(leaver(story))
    other = browser.ticket(story.change("join").account)
    parts, other_parts = good.split("."), other.split(".")
    foreign = Ticket(
        OrganizationId("999"), leaver(story), browser.company.office.desk.clock.now() + timedelta(1)
    )
    tickets = [
        browser.ticket(leaver(story), key=b"x" * 40),
        browser.ticket(leaver(story), days=-0.001),
        ".".join([*parts[:2], other_parts[2], *parts[3:]]),
        ".".join([*parts[:3], str(int(parts[3]) + 86_400), parts[4]]),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good + ".x",
        good.upper(),
        ".".join([*parts[:4], "0" * 64]),
        "x",
        "1....",
        issue(KEY.encode(), foreign),
    ]
    answers = {browser.ask("GET", f"/status/{t}")[0::2] for t in tickets}
    assert answers == {(404, '{"detail":"Not Found"}')}
    assert {browser.ask("POST", f"/status/{t}/answer", {"what": "mine"})[0] for t in tickets} == {404}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str], browser: Browser) -> None:
    """Even where it knows the seal."""
    assert browser.send(browser.ticket(leaver(browser.company.story)), "blocked", **headers) == 403


@pytest.mark.parametrize("seal", ["", "0" * 64, "ü"])
def test_a_form_without_its_seal_is_refused(seal: str, browser: Browser) -> None:
    """And a large one, and one that says what no button says."""
    ticket = browser.ticket(leaver(browser.company.story))
    assert browser.send(ticket, "blocked", seal=seal) == 403
    assert browser.send(ticket, "reply") == 400
    assert browser.send(ticket, "blocked", "x" * 9_000) == 413
    assert list(given(browser.company.office.desk, browser.company.story.plan.organization)) == []


def test_a_page_runs_nothing_and_tells_nobody_its_address(browser: Browser) -> None:
    """No script, no inline style, nothing from elsewhere; it works on a phone and in a text browser."""
    status, headers, text = browser.ask("GET", f"/status/{browser.ticket(leaver(browser.company.story))}")
    assert status == 200
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert not re.search(r"<script|style=|<style|javascript:|\son\w+=", text)
    assert 'name="viewport"' in text
    assert re.findall(r'(?:src|href)="([^"]+)"', text) == ["/static/page.css"]


def test_nobody_fills_the_journal_by_clicking(browser: Browser) -> None:
    """Twenty answers a day are enough for anybody."""
    ticket = browser.ticket(leaver(browser.company.story))
    assert [browser.send(ticket, "working") for _ in range(21)][-2:] == [303, 429]
