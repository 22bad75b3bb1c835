"""Whoever judges the story's mails by the world's truth does find the untrue one."""

from pathlib import Path

import pytest

from seatkeeper.channels.mail import FolderChannel
from seatkeeper.demo.company import invent
from seatkeeper.demo.mailbox import Mailbox
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.ids import AccountId, NoticeId
from seatkeeper.model.notice import NO_NOTICES, Notice, NoticeKind, Word
from seatkeeper.workflow.wording import Setting, write

SPACE = "1 organization: acme (member)"


def arrive(folder: Path, world: World, kind: NoticeKind, login: str, listed: str) -> None:
    """A mail of this kind, in the product's own words, about an account that is said to have or miss this."""
    at = "2026-03-01T06:00:00+00:00"
    told = {
        "login": login, "name": login, "read_at": at, "at": at, "expected": at, "until": "", "accept": "",
        "held": [listed], "missing": [listed], "lost": [listed], "residue": [], "before": 0, "returns": True,
    }  # fmt: skip
    word = Word(kind, f"{kind}/{login}", told, "person", ("a@acme.example",))
    notice = Notice(NoticeId(f"{kind}{login}{listed[:5]}"), world.organization_id, world.now(), word)
    message = write(notice, told, Setting(world.organization_login, "UTC", NO_NOTICES), None)
    FolderChannel(folder, "seats@acme.example").send(message, "a@acme.example")


@pytest.mark.parametrize(
    ("kind", "inside", "untrue"),
    [
        ("back", True, 0),
        ("back", False, 2),
        ("removed", False, 0),
        ("removed", True, 1),
        ("invited", True, 1),
        ("invited", False, 1),
        ("restoring", True, 1),
        ("restoring", False, 0),
    ],
)
def test_a_mail_that_says_more_than_is_so_is_counted(
    kind: NoticeKind,
    inside: bool,  # noqa: FBT001  # the truth of a row
    untrue: int,
    tmp_path: Path,
) -> None:
    """A member told that they are gone, somebody outside told that they are in, an invitation nobody sent."""
    company = invent(60, 6, 12, seed=3)
    world = company.world()
    member = next(a for a in company.members() if company.roles[a.id] == "member")
    login, mailbox = member.login, Mailbox(tmp_path, world)
    if not inside:
        with world.lock:
            world.remove_member(AccountId(member.id))
    arrive(tmp_path, world, kind, login, SPACE)
    mailbox.look()
    assert (mailbox.sent, mailbox.untrue) == (1, untrue)
    mailbox.look()
    assert mailbox.sent == 1
