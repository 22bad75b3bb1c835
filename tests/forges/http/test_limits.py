"""We wait as long as a forge asks, by our own clock, and not a request goes out before."""

import threading
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from seatkeeper.errors import RateLimited
from seatkeeper.forges.http.graphql import query
from seatkeeper.forges.http.limiter import WINDOW, Limiter, Patience, seconds_told
from seatkeeper.forges.http.pool import Pool
from tests.forges.http.hostile import START, Hourglass, Script, told


def test_retry_after_in_seconds_is_honoured(script: Script) -> None:
    """429 with a header: exactly that long."""
    script.replies = [told({}, 429, retry_after="17"), told({"id": 1})]

    assert script.http().get("/user").body == {"id": 1}
    assert script.at[1] - script.at[0] == timedelta(seconds=17)


def test_retry_after_as_a_date_is_honoured(script: Script) -> None:
    """HTTP allows a date as well."""
    when = format_datetime(START + timedelta(seconds=90), usegmt=True)
    script.replies = [told({}, 403, retry_after=when), told({"id": 1})]

    assert script.http().get("/user").body == {"id": 1}
    assert script.clock.waited == 90


def test_429_without_a_word_about_time_waits_a_minute_and_then_longer(script: Script) -> None:
    """A minute, two, four: doubled each time."""
    script.replies = [told({}, 429), told({}, 429), told({}, 429), told({"id": 1})]

    assert script.http().get("/user").body == {"id": 1}
    assert [b - a for a, b in zip(script.at, script.at[1:], strict=False)] == [
        timedelta(seconds=60),
        timedelta(seconds=120),
        timedelta(seconds=240),
    ]


def test_a_secondary_limit_is_known_by_its_message_alone(script: Script) -> None:
    """403, no header at all, only words."""
    words = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
    script.replies = [told(words, 403), told({"id": 1})]

    assert script.http().get("/user").body == {"id": 1}
    assert script.clock.waited >= 60


def test_a_spent_budget_waits_for_its_reset_before_the_next_request(script: Script) -> None:
    """The answer was fine; the next request would not be."""
    reset = str(int((START + timedelta(seconds=300)).timestamp()))
    spent = told({"id": 1}, x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    script.replies = [spent, told({"id": 2}, x_ratelimit_remaining="4999")]
    http = script.http()

    http.get("/user")
    assert script.clock.waited == 0
    http.get("/user")
    assert 300 <= (script.at[1] - script.at[0]).total_seconds() <= 302


def test_no_call_goes_out_before_retry_after_even_from_another_errand(script: Script) -> None:
    """A limit that was too long for one call holds back every other."""
    script.replies = [told({}, 429, retry_after="600"), told({"id": 1})]
    http = script.http(Patience(seconds=60))

    for _ in range(3):
        with pytest.raises(RateLimited):
            http.get("/user")
    assert len(script.asked) == 1
    script.clock.sleep(600)
    assert http.get("/user").body == {"id": 1}


def test_being_refused_again_and_again_ends(script: Script) -> None:
    """Five refusals, then an error: going on may get the integration banned."""
    script.replies = [told({}, 429, retry_after="1")]

    with pytest.raises(RateLimited, match="refused 5 times"):
        script.http().get("/user")
    assert len(script.asked) == 5


def test_writes_keep_their_pause_and_reads_do_not_wait_for_it(script: Script) -> None:
    """A second between two writes; a read in between goes at once."""
    script.replies = [told({})]
    http = script.http()

    http.write("PUT", "/orgs/acme/memberships/a", {"role": "member"})
    http.get("/user")
    assert script.clock.waited == 0
    http.write("PUT", "/orgs/acme/memberships/b", {"role": "member"})
    assert (script.at[2] - script.at[0]).total_seconds() >= 1


def test_reads_are_paced_below_what_the_forge_publishes() -> None:
    """However fast the forge answers: never more than 900 in any minute."""
    clock = Hourglass()
    limiter = Limiter(clock, write_seconds=1.0, patience=Patience())
    times = []
    for _ in range(4 * WINDOW["core"]):
        limiter.enter("core", writes=False)
        times.append(clock.now())

    for first, next_but_900 in zip(times, times[900:], strict=False):
        assert next_but_900 - first >= timedelta(seconds=60)


def test_a_retry_after_that_is_no_time_tells_nothing() -> None:
    """Neither seconds nor a date."""
    assert seconds_told("soon", START) is None
    assert seconds_told("-5", START) is None


def test_queries_go_out_one_at_a_time_and_other_reads_beside_them() -> None:
    """GitHub counts the time its answers to queries take: no two are ever under way together."""
    under_way = {"/graphql": 0, "/user": 0}
    most = dict(under_way)
    lock = threading.Lock()
    together = threading.Barrier(2)

    def slowly(request: Request) -> Response:
        with lock:
            under_way[request.path] += 1
            most[request.path] = max(most[request.path], under_way[request.path])
        if request.path == "/user":
            together.wait(10)
        time.sleep(0.02)
        with lock:
            under_way[request.path] -= 1
        return told({"data": {}})

    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        script = Script(server, [slowly])
        http = script.http()
        pool = Pool(script.clock, 4)
        pool.run([lambda: query(http, "query Q { x }", {}).data for _ in range(8)])
        pool.run([lambda: http.get("/user").body for _ in range(2)])
        http.close()

    assert most == {"/graphql": 1, "/user": 2}
