"""The schedule does nothing that its switch, its checkout and a standing approval do not allow together."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from seatkeeper.model.schedule import Work
from seatkeeper.workflow.plan import Computed
from seatkeeper.workflow.standing import stand
from seatkeeper.workflow.statement import statement
from tests.security.night import APPLY, PROPOSE, Attempt, Night, Tries, named, nobody_gets_past
from tests.workflow.place import BEN, CHLOE

pytestmark = pytest.mark.slow

LEAVE: tuple[Work, ...] = ("leave",)
APPROVERS = "approvers.allowed_signers"


def standing(then: Tries) -> Tries:
    """Ben has approved the schedule's plans; then something is done, and its leaves are due."""

    def tries(night: Night) -> object:
        night.place.stand()
        then(night)
        return night.anew(lambda n: n.place.scheduled("leave"))

    return tries


def with_variable(name: str, value: str, written: str, why: str) -> Attempt:
    """The environment says something else than the configuration."""

    def then(night: Night) -> None:
        if written != APPLY:
            night.configured(APPLY, written)
            night.place.commit()
        night.place.environ[name] = value

    return Attempt(f"{name}={value} with `{written[7:]}`", standing(then), why)


def behind_git(flag: str) -> Attempt:
    """Git is told not to see that the approvers are others now."""

    def then(night: Night) -> None:
        night.git("update-index", flag, APPROVERS)
        file = night.place.config.with_name(APPROVERS)
        file.write_text(file.read_text("utf-8") + "# one more\n", "utf-8")

    name = f"git told to look away from the approvers: {flag}"
    return Attempt(name, standing(then), f"{APPROVERS} is not as it is in the commit")


def a_link(night: Night) -> None:
    """Where git has a link, what it leads to can be anything."""
    config = night.place.config
    elsewhere = config.with_name("elsewhere.yaml")
    elsewhere.write_text(config.read_text("utf-8"), "utf-8")
    config.unlink()
    config.symlink_to(elsewhere)
    night.git("add", config.name)
    night.git("commit", "-q", "-m", "a link")


def ahead(night: Night) -> None:
    """A commit that nobody else has seen."""
    night.git("clone", "-q", "--bare", ".", "upstream.git")
    night.git("remote", "add", "origin", "upstream.git")
    night.git("fetch", "-q", "origin")
    night.git("branch", "-q", "--set-upstream-to=origin/main")
    night.place.commit()


def other_approvers(night: Night) -> None:
    """The file's name is the environment's, and the file is nobody's."""
    night.configured(f'"{APPROVERS}"', '"${APPROVERS}"')
    shutil.copy(night.place.config.with_name(APPROVERS), night.place.config.with_name("mine"))
    night.place.environ["APPROVERS"] = "mine"
    night.place.commit()
    night.anew(lambda n: n.place.stand())


def forgotten(name: str) -> Tries:
    """Git is told to forget a file that stays where it is."""

    def then(night: Night) -> None:
        night.git("rm", "-q", "--cached", name)
        night.git("commit", "-q", "-m", "gone")

    return standing(then)


OFF = APPLY.replace("leave: apply", "leave: off")
UNCLEAN = "the checkout is not clean"

SWITCHES = (
    with_variable("SEATKEEPER_APPLY", "apply", PROPOSE, "apply.leave is propose"),
    with_variable("SEATKEEPER_APPLY_LEAVE", "apply", PROPOSE, "apply.leave is propose"),
    with_variable("SEATKEEPER_APPLY", "apply", OFF, "apply.leave is off"),
    with_variable("SEATKEEPER_APPLY_LEAVE", "apply", OFF, "apply.leave is off"),
    with_variable("SEATKEEPER_APPLY_LEAVE", "propose", APPLY, "lowers apply.leave to propose"),
    with_variable("SEATKEEPER_APPLY", "off", APPLY, "lowers apply.leave to off"),
    Attempt(
        "a checkout that is not clean",
        standing(lambda n: n.configured("limits: {}", "limits: {run: 99}")),
        UNCLEAN,
    ),
    Attempt(
        "an edit that only says more",
        standing(lambda n: n.configured("limits: {}", "limits: {}  # fine")),
        UNCLEAN,
    ),
    Attempt(
        "a branch of one's own",
        standing(lambda n: n.git("checkout", "-q", "-b", "mine")),
        "the checkout is of mine",
    ),
    Attempt(
        "no branch at all",
        standing(lambda n: n.git("checkout", "-q", "--detach")),
        "the checkout is of no branch",
    ),
    Attempt(
        "no checkout at all",
        standing(lambda n: shutil.rmtree(n.place.config.parent / ".git")),
        "lies in no git checkout",
    ),
    Attempt("a configuration git does not know", forgotten("seatkeeper.yaml"), UNCLEAN),
    Attempt("approvers git does not know", forgotten(APPROVERS), "is not as it is in the commit"),
    Attempt("a configuration that is a link", standing(a_link), UNCLEAN),
    Attempt("commits that only this machine has", standing(ahead), "ahead"),
    Attempt("approvers named by the environment", standing(other_approvers), "mine is not as it is"),
    behind_git("--assume-unchanged"),
    behind_git("--skip-worktree"),
)


def carried_out(write: Tries, work: Work = "leave") -> Tries:
    """Something is done about standing approvals, and what the schedule has planned is carried out."""

    def tries(night: Night) -> object:
        write(night)
        return night.apply(night.due, work=work)

    return tries


def as_standing(**fields: object) -> Tries:
    """A standing approval is put into the journal as Ben would have given it, but for some fields."""

    def tries(night: Night) -> None:
        organization, policy = night.due.plan.organization, night.desk.policy.digest
        expires = night.desk.clock.now() + timedelta(days=30)
        works = frozenset({"leave"})
        said = statement("standing", organization, plan=policy, works=works, expires=expires)
        told: dict[str, object] = {
            "person": BEN,
            "policy": policy,
            "works": sorted(works),
            "expires": expires.isoformat(),
            "statement": said.decode(),
            "signature": night.desk.signatures.sign(said, night.key(BEN)),
        }
        night.said("standing", told | fields)

    return tries


def stood(**at: Any) -> Tries:
    """Ben approves the schedule's leaves, at another desk."""

    def tries(night: Night) -> object:
        desk = night.moved(**at) if "days" in at else night.at(**at)
        return stand(desk, night.due.plan.organization, LEAVE, night.key(BEN))

    return tries


def by_word(tried: Callable[[Night], Computed]) -> Tries:
    """The schedule's small plans are approved, and its word is given for another plan."""

    def tries(night: Night) -> object:
        night.place.stand()
        return night.apply(tried(night), work="leave")

    return tries


def due_with(people: int) -> Tries:
    """So many more have left in the record when the schedule's leaves are due."""

    def tries(night: Night) -> object:
        night.place.stand()
        night.place.left_long_ago(people)
        return night.place.scheduled("leave")

    return tries


NOBODY = "Nobody has approved this policy's leave for the schedule."
NOT_SIGNED = "what the journal says was approved is not what was signed"
ELSEWHERE = "This plan file was not computed with this journal."

STANDING = (
    Attempt("the schedule without anybody's approval", lambda n: n.place.scheduled("leave"), NOBODY),
    Attempt(
        "the schedule's plan without the schedule", lambda n: n.apply(n.due), "nobody signed the proposal"
    ),
    Attempt("a standing approval for the other work", carried_out(lambda n: n.place.stand("join")), NOBODY),
    Attempt("a standing approval of thirty days ago", carried_out(stood(days=-30.01)), NOBODY),
    Attempt(
        "a standing approval by the credential's owner", stood(credential_owner=BEN), "owns the credential"
    ),
    Attempt(
        "a standing approval by whoever owns the credential now",
        lambda n: (n.place.stand(), n.apply(n.due, n.at(credential_owner=BEN), work="leave"))[1],
        NOBODY,
    ),
    Attempt("a standing approval, widened", carried_out(as_standing(works=["join", "leave"])), NOT_SIGNED),
    Attempt(
        "a standing approval, prolonged",
        carried_out(as_standing(expires="2099-01-01T00:00:00+00:00")),
        NOT_SIGNED,
    ),
    Attempt(
        "a standing approval in another's name",
        carried_out(as_standing(person=CHLOE)),
        f"the journal names {CHLOE}, but {BEN} signed it",
    ),
    Attempt(
        "a standing approval without a signature",
        carried_out(as_standing(signature="")),
        "the signature",
    ),
    Attempt("a standing approval of another policy", carried_out(as_standing(policy="0" * 64)), NOBODY),
    Attempt("the schedule's word for a plan made by hand", by_word(lambda n: n.approved), ELSEWHERE),
    Attempt("the schedule's word for what needs an approver", by_word(lambda n: n.waiting), ELSEWHERE),
    Attempt("the schedule's word for a wrong list", by_word(lambda n: n.wrong), ELSEWHERE),
    Attempt("a plan of joins as the work of leaving", by_word(lambda n: n.again("join")), ELSEWHERE),
    Attempt("more leavers than may go unattended", due_with(2), "asks for an approver"),
    Attempt("a list of nearly everybody", due_with(60), "The guard selection stops this plan"),
)


ATTEMPTS = (*SWITCHES, *STANDING)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)
