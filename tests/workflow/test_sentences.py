"""Random stories: whatever happens in whatever order, no mail says more than was true as it arrived."""

from pathlib import Path
from random import Random

import pytest

from seatkeeper.demo.mailbox import Mailbox
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.takings import Selection
from tests.parts.mail import MailServer
from tests.workflow.approved import Approved
from tests.workflow.notified import Notified, notified

ACTS = 9


def accept(company: Notified, chance: Random) -> None:
    """Somebody accepts, and the product does not know yet."""
    asked = [invited.account for invited in company.story.world.pending()]
    if asked:
        company.story.world.accept(chance.choice(sorted(filter(None, asked))))


def expel(company: Notified, chance: Random) -> None:
    """An owner removes somebody by hand behind the product's back."""
    story = company.story
    inside = sorted(c.account for c in story.plan.changes if story.world.members.get(c.account) == "member")
    if inside:
        with story.world.lock:
            story.world.remove_member(chance.choice(inside))


def displace(company: Notified, chance: Random) -> None:
    """Somebody loses a place in a team by hand."""
    world = company.story.world
    placed = [
        (change.account, team)
        for change in company.story.plan.changes
        if change.account in world.members
        for team in sorted(world.accounts[change.account].teams)
    ]
    if placed:
        with world.lock:
            world.displace(*chance.choice(placed))


def give_back(company: Notified, chance: Random) -> None:
    """A restore of one of those who lost something, named, is signed and started."""
    story = company.story
    one = chance.choice([change.login for change in story.plan.changes if change.lost])
    made = restore(story.office.desk, story.plan.organization, Selection(accounts=(one,)))
    story.sign(made.plan, made.digest)
    story.carry_out(made.plan, made.digest, made.file)


def follow(company: Notified, chance: Random) -> None:
    """Time passes, and what waits is followed."""
    company.story.world.advance(chance.choice((60, 7_200, 90_000)))
    company.story.follow()


SEEDS = (
    pytest.param(0, marks=pytest.mark.slow),
    *(pytest.param(n, marks=pytest.mark.nightly) for n in range(1, 40)),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sentence_claims_more_than_the_world_shows(
    seed: int, story: Approved, mail_server: MailServer, tmp_path: Path
) -> None:
    """Judged by the simulator alone, each mail as soon as it has arrived."""
    chance = Random(seed)
    mailbox = Mailbox(tmp_path / "mailbox", story.world)
    with notified(story, mail_server) as company:
        story.apply()
        for act in chance.choices((accept, accept, expel, displace, give_back, follow, follow), k=ACTS):
            act(company, chance)
            company.tell_and_send()
            mailbox.folder.mkdir(exist_ok=True)
            for number, one in enumerate(mail_server.received):
                (mailbox.folder / f"{number:04}.eml").write_bytes(one.mail.as_bytes())
            mailbox.look()
            said = mailbox.last["Subject"] if mailbox.last else ""
            assert mailbox.untrue == 0, f"after {act.__name__}: {said}"
    assert mailbox.sent > 3
