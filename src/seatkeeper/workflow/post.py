"""Post: hand over what is due, each message claimed in the journal first and its result written after it.

No run ever waits for this. A target that fails is tried again later under the same Message-ID; one that
failed thrice in a row is left alone for the rest of this round, so that a slow server holds up nobody else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from seatkeeper.errors import NotSent
from seatkeeper.journal.outbox import KINDS, outbox, thread, write_claim, write_told
from seatkeeper.model.ids import AccountId, NoticeId
from seatkeeper.model.notice import Notice, NoticeRules, Posted, TellResult, Word
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import Channel
from seatkeeper.rules.due import due
from seatkeeper.rules.ticket import Ticket, issue
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.tell import still_so
from seatkeeper.workflow.wording import Setting, write

MAIL: Final = "mail"
LEASE = timedelta(minutes=15)
IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Post:
    """The ways out by name, mail under `MAIL`; `key` signs links to status pages."""

    channels: Mapping[str, Channel]
    key: bytes | None = field(repr=False)

    def channel(self, target: str) -> Channel | None:
        """The way to an address, or the channel of that name."""
        return self.channels.get(MAIL if "@" in target else target)


def posted(desk: Desk, organization: Organization) -> tuple[Posted, ...]:
    """Every notice of the organization and what became of it."""
    return outbox(desk.store.entries(kinds=KINDS, organization=organization.id))


def targets(notice: Notice, rules: NoticeRules) -> tuple[str, ...]:
    """Where a notice goes."""
    return rules.admins if notice.word.audience == "admins" else notice.word.to


def setting(desk: Desk, organization: Organization, post: Post, notice: Notice) -> Setting:
    """What its message is written with; the link is good for a set time from when the notice was queued."""
    account, rules = notice.word.facts.get("account"), desk.notices
    link = ""
    if post.key is not None and rules.page and account and notice.word.audience == "person":
        ticket = Ticket(organization.id, AccountId(str(account)), notice.queued_at + rules.valid)
        link = f"{rules.page}/status/{issue(post.key, ticket)}"
    return Setting(organization.login, desk.zone, rules, link)


def send_due(desk: Desk, organization: Organization, post: Post, *, holder: str) -> Counter[TellResult]:
    """Send what is due; how many ended how. Nothing leaves unless `apply: {notices: apply}`.

    Raises `LeaseLost` while another process sends.
    """
    results: Counter[TellResult] = Counter()
    if desk.notices.switch != "apply":
        return results
    name = f"notices/{organization.id}"
    lease = desk.store.acquire(name, holder, desk.clock.now(), LEASE)
    try:
        everything = posted(desk, organization)
        waiting = [(one, target) for one in everything for target in due_now(desk, one)]
        true_now = truth(desk, organization, (one.notice for one, _ in waiting))
        row: Counter[str] = Counter()
        for one, target in waiting:
            way = MAIL if "@" in target else target
            word = true_now.get(one.notice.id)
            if row[way] >= IN_A_ROW or (word is None and one.notice.id in true_now):
                continue
            if lease.until - desk.clock.now() < LEASE / 2:
                lease = desk.store.renew(lease, desk.clock.now(), LEASE)
            result = _tell(desk, organization, post, everything, (one.notice, word, target))
            row[way] = row[way] + 1 if result == "failed" else 0
            results[result] += 1
        return results
    finally:
        desk.store.release(lease)


def due_now(desk: Desk, one: Posted) -> Iterable[str]:
    """The targets that this notice may be handed over to now."""
    now, rules = desk.clock.now(), desk.notices
    for target in dict.fromkeys(targets(one.notice, rules)):
        if due(one.notice, one.told.get(target), rules, now, desk.zone, by_mail="@" in target):
            yield target


def truth(
    desk: Desk, organization: Organization, notices: Iterable[Notice]
) -> Mapping[NoticeId, Word | None]:
    """The words as they are true now: None where no reading confirms them yet, absent where overtaken."""
    now = desk.clock.now()
    return still_so(desk, organization, [one for one in notices if not _past(one.word, now)])


def _past(word: Word, now: datetime) -> bool:
    """Whether a run that a word announces waits no more: to ask for a veto now would be too late."""
    return word.kind == "before-the-act" and datetime.fromisoformat(str(word.facts["until"])) <= now


def _tell(
    desk: Desk,
    organization: Organization,
    post: Post,
    everything: Sequence[Posted],
    what: tuple[Notice, Word | None, str],
) -> TellResult:
    notice, word, target = what
    if word is None:
        return _told(desk, notice, target, "overtaken", "something newer is true by now")
    channel = post.channel(target)
    if channel is None:
        return _told(desk, notice, target, "failed", "no channel is configured for it")
    root = thread(everything, notice, target)
    message = write(notice, word.facts, setting(desk, organization, post, notice), root)
    desk.store.append([write_claim(notice, target, message.text)], desk.clock.now())
    try:
        channel.send(message, target)
    except NotSent as no:
        return _told(desk, notice, target, "failed" if no.again else "refused", no.what)
    return _told(desk, notice, target, "accepted", "")


def _told(desk: Desk, notice: Notice, target: str, result: TellResult, why: str) -> TellResult:
    desk.store.append([write_told(notice, target, result, why)], desk.clock.now())
    return result
