"""What it costs to tell ten thousand people something."""

import time

import pytest

from seatkeeper.model.notice import Word
from seatkeeper.workflow.announce import queue
from seatkeeper.workflow.post import posted, setting
from seatkeeper.workflow.wording import write
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import notified

MANY = 10_000
SECONDS = 10.0
AT = "2026-03-02T14:00:00+00:00"


@pytest.mark.slow
def test_ten_thousand_notices_are_queued_and_written_in_ten_seconds_of_cpu(
    story: Approved, mail_server: MailServer
) -> None:
    """Both parts of each, with its own link, from the outbox as it lies in the journal."""
    with notified(story, mail_server) as company:
        desk, organization, post = company.office.desk, story.plan.organization, company.office.post
        words = [
            Word(
                "removed",
                f"run/{n}",
                {
                    "account": str(n), "login": f"user{n}", "name": f"User {n}", "at": AT,
                    "lost": ["1 organization: acme (member)", "2 teams: core (member), web (member)"],
                },
                "person",
                (f"user{n}@acme.example",),
                f"account {n}",
            )
            for n in range(MANY)
        ]  # fmt: skip
        started = time.process_time()
        assert queue(desk, organization, *words) == MANY
        written = {
            write(one.notice, one.notice.word.facts, setting(desk, organization, post, one.notice), None).text
            for one in posted(desk, organization)
        }
        taken = time.process_time() - started
    assert len(written) == MANY
    assert taken < SECONDS, f"{taken:.1f} s of CPU"
