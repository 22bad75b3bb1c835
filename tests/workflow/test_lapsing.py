"""The owner of a pin hears once, and in time, that its last day is near; never of one that was renewed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from seatkeeper.model.policy import Pin
from seatkeeper.model.run import Draft
from tests.parts.mail import MailServer
from tests.workflow.approved import ANA, Approved
from tests.workflow.notified import OPS, Notified, notified

pytestmark = pytest.mark.slow


@pytest.fixture
def company(story: Approved, mail_server: MailServer) -> Iterator[Notified]:
    with notified(story, mail_server) as made:
        yield made


def pinned(company: Notified, *pins: Pin) -> None:
    """The configuration holds these pins now."""
    desk = company.office.desk
    object.__setattr__(desk, "policy", replace(desk.policy, pins=pins))


def a_pin(company: Notified, days: int, **told: Any) -> Pin:
    """Ana keeps somebody until so many days from now."""
    until = (company.story.world.now() + timedelta(days=days)).date()
    return replace(Pin("keep", ANA, "legal hold, INC-12", until, account="user3"), **told)


def lapsing(company: Notified) -> list[tuple[str, str]]:
    """To whom it was queued and of whom."""
    words = [one.notice.word for one in company.outbox() if one.notice.word.kind == "pin-lapsing"]
    return [(word.to[0] if word.to else word.audience, str(word.facts["login"])) for word in words]


def test_the_owner_is_told_once_for_each_pin_and_date(company: Notified) -> None:
    """Two weeks ahead unless told otherwise, whenever the outbox is filled, and again for a later date."""
    pinned(company, a_pin(company, 15))
    company.tell()
    assert lapsing(company) == []
    company.story.world.advance(86_400)
    for _ in range(3):
        company.tell()
    assert lapsing(company) == [(ANA, "user3")]
    pinned(company, a_pin(company, 9, person="E7", account=None), a_pin(company, 3))
    company.tell()
    assert sorted(lapsing(company)) == [(ANA, "person E7"), (ANA, "user3"), (ANA, "user3")]


def test_what_is_told_is_true_when_it_is_sent(company: Notified) -> None:
    """A pin that was renewed, taken away or is over by then is not told of."""
    pinned(company, a_pin(company, 3), a_pin(company, 4, account="user4"), a_pin(company, 5, account="user5"))
    company.tell()
    pinned(company, a_pin(company, 300), a_pin(company, 5, account="user5"))
    company.send()
    (mail,) = [one for one in company.server.received if one.to == ANA]
    assert "The keep pin on user5 ends on" in str(mail.mail["Subject"])
    text = re.sub(r"\s+", " ", mail.part("plain"))
    assert "legal hold, INC-12" in text
    assert "After it the pin only proposes" in text


def test_what_one_run_has_pinned_is_one_word_and_an_owner_without_address_is_told_by_the_admins(
    company: Notified,
) -> None:
    """A restore of hundreds is no hundreds of mails; what waits until it is lifted is never told."""
    desk, organization = company.office.desk, company.story.plan.organization
    pin = {"kind": "keep", "owner": "ana", "reason": "restored by run 7"}
    until = (company.story.world.now() + timedelta(days=5)).date()
    for number, last in enumerate([until, until, until, until.max]):
        told = {**pin, "account": f"{number}", "until": last.isoformat()}
        desk.store.append([Draft("pin", organization.id, told)], desk.clock.now())
    company.tell()
    assert lapsing(company) == [("admins", "#0, #1, #2")]
    company.send()
    assert [one.to for one in company.server.received if "pin" in str(one.mail["Subject"])] == [OPS]


def test_the_words_are_spanish_where_the_company_is(story: Approved, mail_server: MailServer) -> None:
    """Owners are told in the company's own language."""
    with notified(story, mail_server, more="  default_language: es") as company:
        pinned(company, a_pin(company, 3))
        company.tell()
        company.send()
    (mail,) = [one for one in mail_server.received if one.to == ANA]
    assert "termina el" in str(mail.mail["Subject"])
    assert "solo propone" in mail.part("plain")
