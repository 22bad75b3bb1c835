"""Preview: what is due, exactly as it would be sent now. Reads, and sends nothing."""

from typing import NamedTuple

from seatkeeper.journal.outbox import thread
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.post import Post, due_now, posted, setting, truth
from seatkeeper.workflow.wording import write


class Preview(NamedTuple):
    """One notice for one target: headers and text as they would be sent, or why nothing would be."""

    id: str
    target: str
    text: str
    html: str = ""


def previews(desk: Desk, organization: Organization, post: Post, begins: str = "") -> list[Preview]:
    """The notices that are due and whose id begins so, in order."""
    everything = posted(desk, organization)
    waiting = [(p, t) for p in everything if p.notice.id.startswith(begins) for t in due_now(desk, p)]
    words = truth(desk, organization, (one.notice for one, _ in waiting))
    found = []
    for one, target in waiting:
        notice, word = one.notice, words.get(one.notice.id)
        if word is None:
            why = "waits for a reading that confirms it" if notice.id in words else "overtaken: not sent"
            found.append(Preview(notice.id, target, f"{notice.word.kind} to {target}: {why}"))
            continue
        written = setting(desk, organization, post, notice)
        message = write(notice, word.facts, written, thread(everything, notice, target))
        answers = f"In-Reply-To: <{message.answers}>\n" if message.answers else ""
        head = f"To: {target}\nSubject: {message.subject}\nMessage-ID: <{message.id}>\n{answers}"
        found.append(Preview(notice.id, target, f"{head}\n{message.text}", message.html))
    return found
