"""What admins hear: of a plan that waits, a trip, a time at which nothing ran, and one line a day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.brake import stop
from seatkeeper.workflow.post import posted, send_due
from seatkeeper.workflow.tell import tell
from seatkeeper.workflow.watch import waiting
from tests.parts.mail import MailServer, Received
from tests.workflow.notified import KEY, OPS, SECTION
from tests.workflow.place import ANA, BEN, Workplace, workplace

pytestmark = pytest.mark.slow

WRITTEN = "apply: {leave: propose, join: propose, from_branch: main}"
PROPOSE = "apply: {leave: propose, join: propose, notices: apply, from_branch: main}"
HOUR = 3600.0


class Admins:
    """A company whose admins are told. Verbs read like the story they tell."""

    def __init__(self, place: Workplace, server: MailServer) -> None:
        self.place, self.server = place, server

    def at(self, hour: int, minute: int = 0) -> None:
        """Time passes until that hour on the wall."""
        now = self.place.forge.world.now().astimezone(ZoneInfo(self.place.office.desk.zone))
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.place.forge.world.advance(((then - now) % timedelta(days=1)).total_seconds())

    def hear(self, word: str) -> list[Received]:
        """The timer runs; every mail to the admins so far whose subject has this word."""
        desk, organization = self.place.office.desk, self.place.office.known_organization()
        tell(desk, organization)
        send_due(desk, organization, self.place.office.post, holder="test")
        return [m for m in self.server.received if m.to == OPS and word in str(m.mail["Subject"])]

    def states(self, kind: str) -> list[str]:
        """How far the notices of this kind got with the admins."""
        desk, organization = self.place.office.desk, self.place.office.known_organization()
        found = (one for one in posted(desk, organization) if one.notice.word.kind == kind)
        return [one.told[OPS].state if OPS in one.told else "due" for one in found]


@pytest.fixture
def admins(tmp_path: Path, mail_server: MailServer) -> Iterator[Admins]:
    """A small company, adopted, that tells its admins; leavers at six, joiners at seven."""
    section = SECTION.format(port=mail_server.port, admins=OPS, more='  digest: "08:30"')
    edits = ((WRITTEN, PROPOSE + section), ('join: "0 7,13 * * *"', 'join: "0 7 * * *"'))
    with workplace(tmp_path, edits=edits, secrets={"STATUS_KEY": KEY}) as place:
        place.adopt()
        yield Admins(place, mail_server)


def test_a_plan_that_the_schedule_leaves_to_people_is_told_once_while_it_waits(admins: Admins) -> None:
    """However often the timer runs; approved, it waits no more, and is not told any more."""
    admins.at(6)
    done = admins.place.scheduled("leave")
    assert done.computed
    for _ in range(3):
        (mail,) = admins.hear("waits for approval")
    leaves = sum(change.kind == "leave" for change in done.computed.plan.changes)
    assert f"{leaves} leave" in mail.part("plain")
    assert done.computed.digest in mail.part("plain")

    desk = admins.place.office.desk
    assert [one.plan for one in waiting(desk, done.computed.plan.organization)] == [done.computed.digest]
    admins.place.sign(done.computed)
    assert waiting(desk, done.computed.plan.organization) == []


def test_a_plan_that_was_approved_before_the_mail_left_is_overtaken(admins: Admins) -> None:
    """Nobody is sent to look for what is done; the server was down meanwhile."""
    computed = admins.place.plan()
    desk = admins.place.office.desk
    propose(desk, computed.plan, computed.digest, admins.place.stage.key(ANA))
    admins.server.refuse["*"] = "451 later"
    admins.hear("waits for approval")
    approve(desk, computed.plan, computed.digest, admins.place.stage.key(BEN))
    admins.server.refuse.clear()
    admins.place.forge.world.advance(HOUR)

    assert admins.hear("waits for approval") == []
    assert admins.states("plan-waiting") == ["overtaken"]


def test_a_guard_that_stops_the_schedule_is_told_with_its_arithmetic(admins: Admins) -> None:
    """And not as a plan that waits: no approval helps it."""
    admins.place.left_long_ago(20)
    admins.at(6)
    done = admins.place.scheduled("leave")
    assert done.computed
    assert done.computed.plan.tripped

    (mail,) = admins.hear("a guard tripped")
    assert done.computed.plan.tripped[0].guard in mail.part("plain")
    assert admins.hear("waits for approval") == []


def test_a_time_at_which_nothing_ran_is_told_once_an_hour_later(admins: Admins) -> None:
    """Not before, as it may be late; and not where it ran, whatever came of it."""
    admins.at(6)
    admins.place.scheduled("leave")
    admins.at(7, 59)
    assert admins.hear("did not run") == []

    admins.at(8, 1)
    for _ in range(3):
        (mail,) = admins.hear("did not run")
    assert "join was due on" in mail.part("plain")
    assert "07:00" in mail.part("plain")


def test_what_the_brake_or_the_switch_held_back_did_run(admins: Admins) -> None:
    """The schedule started and was told no: that is no missed time."""
    stop(admins.place.office.desk, admins.place.office.known_organization(), "wait", ANA)
    admins.at(6)
    admins.place.scheduled("leave")
    admins.at(7)
    admins.place.scheduled("join")
    admins.at(8, 15)

    assert admins.hear("did not run") == []


def test_one_line_a_day_tells_what_was_done_what_waits_and_what_comes(admins: Admins) -> None:
    """Each counted against what the forge shows, and nothing told twice by the next one."""
    admins.place.only_one_has_left()
    admins.at(6)
    morning = admins.place.scheduled("leave")
    assert morning.computed
    admins.place.sign(morning.computed)
    gone = sum(told.progressed == "confirmed" for told in admins.place.apply(morning.computed).changes)
    assert gone
    admins.at(7)
    admins.place.scheduled("join")
    admins.at(8, 29)
    assert admins.hear(f": {gone} left") == []

    admins.at(8, 31)
    for _ in range(3):
        (first,) = admins.hear(f": {gone} left")
    held = len(morning.computed.plan.holds)
    assert f"{held} held" in str(first.mail["Subject"])
    assert "1 to look at" in str(first.mail["Subject"])
    text = first.part("plain")
    assert f"- left, read as gone: {gone}" in text.splitlines()
    assert "waits for approval: plan" in text
    assert "leave is due next on" in text

    admins.at(8, 30)
    (second,) = [m for m in admins.hear("left") if m is not first]
    assert ": 0 left, 0 joined" in str(second.mail["Subject"])
    until = next(line for line in text.splitlines() if line.startswith("Since ")).split(" until ")[1]
    assert until.partition(",")[0] in second.part("plain")


def test_the_digest_of_a_company_that_needs_nothing_says_so(admins: Admins) -> None:
    """Honest in both directions."""
    for hour, work in ((6, "leave"), (7, "join")):
        admins.at(hour)
        computed = admins.place.scheduled(work).computed  # type: ignore[arg-type]  # words of Work
        if computed and computed.plan.changes:
            admins.place.sign(computed)
    admins.at(8, 31)

    (mail,) = admins.hear("nothing waits for you")
    said = datetime.fromisoformat(mail.part("plain").split(" until ")[1][:16])
    assert said.date() == admins.place.forge.world.now().date()
