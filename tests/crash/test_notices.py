"""Killed while people are being told: nobody is forgotten, and one event has one Message-ID."""

import pytest

from tests.crash.conftest import Nursery, Point
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import KEY, notified

pytestmark = pytest.mark.slow

POINTS = (
    Point("notice", "before"),
    Point("notice", "after"),
    Point("claimed", "before", 2),
    Point("claimed", "after", 2),
    Point("told", "before", 2),
    Point("told", "after", 2),
)


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_killed_telling_is_gone_on_with_under_the_same_ids(
    story: Approved, nursery: Nursery, mail_server: MailServer, point: Point
) -> None:
    """Between queue and send, between claim and send, between send and result: the timer comes again."""
    story.apply()
    with notified(story, mail_server) as company:
        story.environ = {**story.environ, "STATUS_KEY": KEY}
        assert nursery.type(story, "notices", point) == -9
        story.world.advance(16 * 60)
        company.tell_and_send()
        story.world.advance(16 * 60)
        company.tell_and_send()
        tellings = [(p.notice.id, to, t.state) for p in company.outbox() for to, t in p.told.items()]
        told = {(name, to) for name, to, state in tellings if state == "accepted"}
        assert len(told) == len(company.outbox()) > 2
    arrived = [(one.mail["Message-ID"], one.to) for one in mail_server.received]
    assert {(f"<{name}@acme.example>", to) for name, to in told} == set(arrived)
    twice = 1 if point == Point("told", "before", 2) else 0
    assert len(arrived) - len(set(arrived)) == twice, "only what may not have gone out goes again"
