"""Answer: what an affected person says, in the journal; it moves them up, and decides nothing by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from seatkeeper.errors import UsageError
from seatkeeper.journal.answers import Answer, What, answers
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk

A_DAY = 20
"""Answers of one account in a day: enough for anybody, too few to fill a disk."""
LONGEST = 500
PAGE = "status page"


def answer(
    desk: Desk,
    organization: Organization,
    account: AccountId,
    what: What,
    why: str = "",
    *,
    by: str = PAGE,
    at: datetime | None = None,
    person: PersonKey | None = None,
) -> None:
    """Write an answer down; `at` is when it was given, where that was earlier than now.

    Whose account it is is proposed as a link, which a person confirms.
    """
    now = desk.clock.now()
    if (
        by == PAGE
        and sum(a.at > now - timedelta(days=1) for a in given(desk, organization, account)) >= A_DAY
    ):
        raise UsageError("This was answered often enough today.", remedy="Try again tomorrow.")
    payload = {"account": account, "what": what, "why": why[:LONGEST], "by": by}
    if at is not None:
        payload["at"] = at.isoformat()
    drafts = [Draft("answer", organization.id, payload)]
    if what in {"mine", "not-mine"}:
        told = {"account": account, "person": person or "", "proposed": what, "by": by}
        drafts.append(Draft("link", organization.id, told))
    desk.store.append(drafts, now)


def given(
    desk: Desk, organization: Organization, account: AccountId | None = None, since: datetime | None = None
) -> tuple[Answer, ...]:
    """The answers of everybody, or of one account."""
    return answers(
        desk.store.entries(
            kinds={"answer"},
            organization=organization.id,
            since=since,
            accounts=None if account is None else {account},
        )
    )


def blocked(desk: Desk, organization: Organization, days: int = 14) -> Sequence[AccountId]:
    """Whose latest word is that they are blocked, in the order in which they first said so lately."""
    since = desk.clock.now() - timedelta(days=days)
    latest: dict[AccountId, What] = {}
    for one in given(desk, organization, since=since):
        latest[one.account] = one.what
    return [account for account, what in latest.items() if what == "blocked"]
