"""Announce: the one door through which anything is told to anybody.

To be told is a fact in the journal before it is a message: `queue` writes it down and never waits for a
server, and `seatkeeper notices` sends what is due. The same event queued twice is one notice.
"""

from seatkeeper.journal.outbox import write_notice
from seatkeeper.model.ids import NoticeId
from seatkeeper.model.notice import FACTS, Word
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.codec import canonical, sha256
from seatkeeper.workflow.desk import Desk

ID_LENGTH = 32


def queue(desk: Desk, organization: Organization, *words: Word) -> int:
    """Queue these words, once each however often they are queued; how many were new.

    A word for ``admins`` needs no address. Nothing is queued while ``apply: {notices: off}``, and nothing
    leaves before ``apply``. Raises ValueError where a word lacks a fact that its template tells.
    """
    if desk.notices.switch == "off":
        return 0
    fresh = {}
    for word in words:
        missing = FACTS[word.kind] - word.facts.keys()
        if missing:
            raise ValueError(f"a {word.kind} notice needs {', '.join(sorted(missing))}")
        fresh[identify(organization, word)] = word
    known = {e.change for e in desk.store.entries(kinds={"notice"}, organization=organization.id)}
    drafts = [write_notice(organization.id, name, word) for name, word in fresh.items() if name not in known]
    desk.store.append(drafts, desk.clock.now())
    return len(drafts)


def identify(organization: Organization, word: Word) -> NoticeId:
    """The id of a word: its event and whom it addresses, not the address, which may change meanwhile."""
    told = [organization.id, word.kind, word.event, word.audience]
    return NoticeId(sha256(canonical(told))[:ID_LENGTH])
