"""One event is one notice and one Message-ID; what fails is tried again, and nothing is called delivered."""

from collections.abc import Iterator

import pytest

from seatkeeper.model.notice import Word
from seatkeeper.workflow.announce import queue
from seatkeeper.workflow.post import targets
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import OPS, Notified, notified

TRIPPED = Word(
    "tripped", "trip-1", {"what": "The guard everyone stops this.", "guards": ["everyone: 3,499 of 3,500"]}
)


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    with notified(story, mail_server) as made:
        yield made


def say(company: Notified, *words: Word) -> int:
    return queue(company.office.desk, company.story.plan.organization, *words)


def test_the_same_event_told_twice_is_one_notice(company: Notified) -> None:
    """Whoever tells it again need not know that it was told."""
    assert say(company, TRIPPED, TRIPPED) == 1
    assert say(company, TRIPPED._replace(facts={**TRIPPED.facts, "what": "again"})) == 0
    assert say(company, TRIPPED._replace(event="trip-2")) == 1
    assert [p.notice.word.event for p in company.outbox()] == ["trip-1", "trip-2"]


def test_a_word_without_its_facts_is_refused_where_it_is_spoken(company: Notified) -> None:
    """Not when somebody tries to send it."""
    with pytest.raises(ValueError, match="guards"):
        say(company, TRIPPED._replace(facts={"what": "x"}))


@pytest.mark.parametrize(("switch", "queued", "sent"), [("off", 0, 0), ("propose", 1, 0), ("apply", 1, 1)])
def test_nothing_leaves_before_the_switch_says_apply(
    switch: str, queued: int, sent: int, story: Approved, mail_server: MailServer
) -> None:
    """Off queues nothing, propose can be previewed, apply sends."""
    with notified(story, mail_server, switch=switch) as company:
        assert say(company, TRIPPED) == queued
        company.send()
        assert len(mail_server.received) == sent


def test_what_failed_goes_again_under_the_same_id_and_what_was_accepted_does_not(
    story: Approved, mail_server: MailServer
) -> None:
    """One of two admins' servers is busy: the other one is told once."""
    busy = "busy@acme.example"
    mail_server.refuse[busy] = "450 later"
    with notified(story, mail_server, admins=f"{OPS}, {busy}") as company:
        say(company, TRIPPED)
        assert company.send() == {"accepted": 1, "failed": 1}
        assert company.send() == {}  # not yet
        mail_server.refuse.clear()
        story.world.advance(120)
        assert company.send() == {"accepted": 1}
        story.world.advance(86_400)
        assert company.send() == {}

    assert [one.to for one in mail_server.received] == [OPS, busy]
    assert len(set(mail_server.ids())) == 1


def test_a_server_that_takes_a_mail_and_denies_it_gets_the_same_mail(company: Notified) -> None:
    """A second copy has the first one's Message-ID, so that a mailbox shows one."""
    company.server.after_data = "451 did I?"
    say(company, TRIPPED)
    company.send()
    company.server.after_data = ""
    company.story.world.advance(120)
    company.send()

    first, second = company.server.received
    assert first.mail["Message-ID"] == second.mail["Message-ID"]
    assert first.part("plain") == second.part("plain")


def test_a_claim_whose_process_died_goes_again_only_by_mail(company: Notified) -> None:
    """Killed between claim and result: mail may be repeated under its id, a chat may not."""
    say(company, TRIPPED)
    channel = company.office.post.channels["mail"]

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    object.__setattr__(company.office.post, "channels", {"mail": type("C", (), {"send": die})()})
    with pytest.raises(Died):
        company.send()
    object.__setattr__(company.office.post, "channels", {"mail": channel})
    (one,) = company.outbox()
    assert one.told[OPS].state == "claimed"
    assert company.send() == {}
    company.story.world.advance(16 * 60)
    assert company.send() == {"accepted": 1}


def test_a_refusal_for_good_is_kept_and_not_tried_again(company: Notified) -> None:
    """It stays in the outbox with its reason."""
    company.server.refuse["*"] = "550 nobody here"
    say(company, TRIPPED)
    assert company.send() == {"refused": 1}
    company.story.world.advance(86_400)
    assert company.send() == {}
    assert "550" in company.outbox()[0].told[OPS].why


def test_a_server_that_is_down_is_left_alone_after_three_tries_a_round(company: Notified) -> None:
    """A hundred messages don't wait for a hundred timeouts; all of them go later."""
    company.server.refuse["*"] = "450 later"
    say(company, *(TRIPPED._replace(event=f"trip-{n}") for n in range(8)))
    assert company.send() == {"failed": 3}
    company.server.refuse.clear()
    company.story.world.advance(3_600)
    assert company.send() == {"accepted": 8}
    assert len(set(company.server.ids())) == 8


def test_messages_about_one_thing_are_one_thread(company: Notified) -> None:
    """Every later one answers the first that arrived."""
    words = [TRIPPED._replace(event=f"trip-{n}", about="incident 7") for n in range(3)]
    for word in words:
        say(company, word)
        company.send()

    first, second, third = (one.mail for one in company.server.received)
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == third["In-Reply-To"] == first["Message-ID"]


def test_quiet_hours_keep_back_what_can_wait(story: Approved, mail_server: MailServer) -> None:
    """A guard that tripped wakes somebody; a chase does not."""
    lacks = {"columns": ["status"], "since": "2026-11-15T06:00:00+00:00", "number": 1, "times": 2}
    held = Word("held", "h", {"login": "a", "name": "A", **lacks})
    with notified(story, mail_server, more='  quiet: ["00:00", "23:59"]') as company:
        say(company, TRIPPED, held)
        assert company.send() == {"accepted": 1}

    assert "guard tripped" in mail_server.received[0].mail["Subject"]


def test_nothing_is_ever_called_delivered(company: Notified) -> None:
    """What a server took is accepted."""
    say(company, TRIPPED)
    company.send()
    (one,) = company.outbox()

    assert [one.told[t].state for t in targets(one.notice, company.office.desk.notices)] == ["accepted"]
