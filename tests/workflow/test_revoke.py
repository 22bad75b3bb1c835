"""Security's button: one account, now, on one person's word, whatever else waits or is stopped."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.demo.stage import Stage
from seatkeeper.errors import ApprovalError, Braked, LeaseLost, UsageError
from seatkeeper.model.grants import account_subject
from seatkeeper.model.ids import AccountId, RepositoryId
from seatkeeper.model.plan import Step
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import AccountState
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.pinning import lift
from seatkeeper.workflow.plan import compute, planned
from seatkeeper.workflow.protocol import LEASE
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.revoke import review, revocation, unreviewed
from seatkeeper.workflow.statement import statement
from seatkeeper.workflow.takings import Selection
from tests.faults.bench import Said, typed
from tests.workflow.approved import ANA, BEN, CHLOE, Approved

pytestmark = pytest.mark.slow

CALLS = 35
"""Five of them tell the regime the organization is under."""


def somebody(story: Approved, *, owner: bool = False) -> AccountId:
    """A member nobody plans anything with, with teams and repositories."""
    busy = {change.account for change in story.plan.changes} | {story.world.operator}
    truth = story.company.truth
    role = "owner" if owner else "member"
    with story.world.lock:
        return max(
            (
                a
                for a, held in story.world.members.items()
                if held == role and a not in busy and login(story, a) not in {*truth.held, *truth.kept}
            ),
            key=lambda a: (len(story.world.accounts[a].direct) < 20, len(story.world.accounts[a].direct)),
        )


def login(story: Approved, account: AccountId) -> str:
    return story.world.accounts[account].login


def seat(story: Approved, command: str) -> Said:
    """Type a command as somebody would."""
    words = command.format(**{p.partition("@")[0]: Stage(story.folder).key(p) for p in (ANA, BEN, CHLOE)})
    return typed([*words.split(), "--json"], story.folder, story.environ)


def test_it_is_done_within_a_minute_without_the_record_or_a_whole_reading(story: Approved) -> None:
    """No people, no list of members, a handful of calls; the forge's time tells how long."""
    account = somebody(story)
    Stage(story.folder).database.unlink()
    asked, started = len(story.world.log.requests), story.world.now()
    seen = len(list(story.office.desk.store.entries(kinds={"observation"})))

    (run,) = story.revoke(login(story, account))

    assert story.held(account) == frozenset()
    assert {change.progressed for change in run.changes} == {"confirmed"}
    assert (story.world.now() - started).total_seconds() <= 60
    assert len(story.world.log.requests) - asked <= CALLS
    assert len(list(story.office.desk.store.entries(kinds={"observation"}))) == seen


def test_what_it_had_and_who_said_so_is_on_disk_before_the_first_write(story: Approved) -> None:
    """Law 4, and the pin that keeps the account out with it."""
    account = somebody(story)
    had = story.held(account)
    known: list[set[str]] = []

    def look(_step: Step, _state: AccountState) -> None:
        with story.reopened() as elsewhere:
            state = elsewhere.run()
            assert state.plan.changes[0].before == had
            known.append({e.kind for e in elsewhere.office.desk.store.entries(run=state.id)})

    story.revoke(login(story, account), before=look)

    assert known[0] == {"run-started", "pin", "intent"}


def test_a_brake_that_is_set_does_not_stop_it_and_stays(story: Approved) -> None:
    """A stop for a wrong list must not keep a stolen account in."""
    account = somebody(story)
    story.stop()

    story.revoke(login(story, account))

    assert story.held(account) == frozenset()
    assert story.office.desk.brake(story.plan.organization) is not None
    with pytest.raises(Braked):
        story.apply()


def test_a_brake_set_meanwhile_stops_it_after_one_more_step_and_signing_again_goes_on(
    story: Approved,
) -> None:
    """Law 10 holds for this too; whoever then signs has seen the brake."""
    account = somebody(story)
    story.world.removal_takes_direct = False

    def stops(_step: Step, _state: AccountState) -> None:
        with story.reopened() as elsewhere:
            elsewhere.stop()

    with pytest.raises(Braked):
        story.revoke(login(story, account), before=stops)
    assert len(story.world.log.writes()) == 1
    assert story.held(account)

    story.world.advance(60)
    story.revoke(login(story, account))

    assert story.held(account) == frozenset()
    writes = [(w.method, w.path) for w in story.world.log.writes()]
    assert len(writes) == len(set(writes))


def test_nobody_but_an_approver_can(story: Approved, tmp_path: Path) -> None:
    """A key that the approvers file does not name is nobody's word."""
    stranger = Stage(tmp_path)
    stranger.make_keys()
    account = somebody(story)

    def never(*_told: object) -> None:
        raise AssertionError

    with pytest.raises(ApprovalError):
        story.revoke(login(story, account), by=str(Path("..") / tmp_path.name / "chloe"), before=never)

    assert story.world.log.writes() == []


def test_a_plain_proposal_is_no_revocation(story: Approved) -> None:
    """What is carried out on one signature alone was signed as a revocation."""
    desk = story.office.desk
    made = revocation(desk, login(story, somebody(story)), "reason")
    said = statement("proposal", made.plan.organization, plan=made.digest)
    signature = desk.signatures.sign(said, Stage(story.folder).key(CHLOE))
    payload = {"person": CHLOE, "plan": made.digest, "statement": said.decode(), "signature": signature}
    proposed = Draft("proposal", made.plan.organization.id, payload)
    desk.store.append([planned(made.plan, made.digest), proposed], desk.clock.now())

    with pytest.raises(ApprovalError, match="not approved"):
        apply(desk, story.office.writer, made.plan, made.digest, made.file, holder="mallory")

    assert story.world.log.writes() == []


def test_the_owners_floor_holds(story: Approved) -> None:
    """The last two owners stay, and nothing else of them is taken either."""
    with story.world.lock:
        for spare in [o for o in story.world.owners() if o != story.world.operator][1:]:
            story.world.member(spare, "member")
    observe(story.office.desk)
    account = somebody(story, owner=True)
    before = story.held(account)

    said = seat(story, f"revoke {login(story, account)} --now --reason breach --key {{chloe}}")

    assert said.code == 4
    assert "must stay" in said.facts["held"][0]
    assert story.held(account) == before
    assert story.world.log.writes() == []


def test_an_owner_beyond_the_floor_goes_and_the_owners_are_counted_on_the_forge(story: Approved) -> None:
    """What was last seen is not believed: another owner who went meanwhile is missed."""
    account = somebody(story, owner=True)
    with story.world.lock:
        for other in [o for o in story.world.owners() if o not in {account, story.world.operator}]:
            story.world.member(other, "member")
    (run,) = story.revoke(login(story, account))[:1]

    assert run.changes[0].progressed == "drifted"
    assert story.world.members[account] == "owner"


def test_an_open_invitation_is_withdrawn(story: Approved) -> None:
    """Whoever was asked in and has not come yet does not come in by it."""
    joiner = story.change("join")
    story.apply()

    story.revoke(joiner.login)

    with story.world.lock:
        assert story.world.pending(joiner.account) == []
    assert len(story.effects(joiner.account, "invitation-cancelled")) == 1
    assert story.follow()[joiner.login].startswith("not let in: ")


@pytest.mark.parametrize("kind", ["bot", "outside"])
def test_bots_and_people_outside_are_no_exception(story: Approved, kind: str) -> None:
    """Security's button asks what an account holds, not what it is."""
    with story.world.lock:
        accounts = story.world.accounts.values()
        bot = next(a.id for a in accounts if a.login.endswith("bot") and a.id in story.world.members)
        outside = next(a.id for a in accounts if a.direct and a.id not in story.world.members)
    account = bot if kind == "bot" else outside
    assert story.held(account)

    story.revoke(login(story, account))

    assert story.held(account) == frozenset()


def test_a_repository_that_is_gone_holds_nothing_up(story: Approved) -> None:
    """It is told as not read; everything else is taken."""
    account = somebody(story)
    with story.world.lock:
        gone = min(story.world.accounts[account].direct)
        story.world.delete_repository(gone)

    said = seat(story, f"revoke {login(story, account)} --now --reason breach --key {{chloe}}")

    assert story.held(account) == frozenset()
    assert [len(run["changes"]) for run in said.facts["runs"]] == [1]
    assert said.facts["runs"][0]["changes"][0]["state"] == "confirmed"
    assert len(said.facts["remains"]["unread"]) == 1
    assert said.code == 1, "what could not be read is not called gone"


def test_what_is_given_while_it_is_being_taken_is_taken_as_well(story: Approved) -> None:
    """An accomplice is not faster than the button."""
    account = somebody(story)
    given: list[RepositoryId] = []

    def accomplice(_step: Step, _state: AccountState) -> None:
        if not given:
            with story.world.lock:
                given.append(
                    next(r for r in story.world.repositories if r not in story.world.accounts[account].direct)
                )
                story.world.removal_takes_direct = False
                story.world.direct(account, given[0], "admin")

    with story.reopened() as elsewhere:
        elsewhere.revoke(login(story, account), before=accomplice)

    left = {g.resource.id for g in story.held(account)}
    assert left <= set(given), "law 6: what is given where nobody saw it can escape, and nothing else"


def test_it_does_not_wait_for_whoever_holds_the_organization(story: Approved) -> None:
    """The run that was under way stops before its next step, as at a brake, and can be gone on with."""
    account = somebody(story)
    desk, organization = story.office.desk, story.plan.organization
    busy = desk.store.acquire(organization.id, "a long run", desk.clock.now(), LEASE)

    said = seat(story, f"revoke {login(story, account)} --now --reason breach --key {{chloe}}")

    assert said.code == 0, said
    assert story.held(account) == frozenset()
    with pytest.raises(LeaseLost):
        desk.store.renew(busy, desk.clock.now(), LEASE)


def test_whoever_was_revoked_is_not_asked_in_again_until_a_person_lifts_the_pin(story: Approved) -> None:
    """Neither the schedule nor a restore; once it is lifted, a restore gives back what was taken."""
    account = somebody(story)
    had, name = story.held(account), login(story, account)
    (run,) = story.revoke(name)
    desk, organization = story.office.desk, story.plan.organization

    story.world.advance(60)
    computed = compute(desk, observe(desk))
    computed.decisions.close()
    assert account not in {change.account for change in computed.plan.changes}
    assert "pinned-out" in {hold.reason for hold in computed.plan.holds if hold.login == name}
    assert restore(desk, organization, Selection(runs=(run.id,))).plan.changes == ()

    lift(desk, organization, account, "it was lost and found", Stage(story.folder).key(BEN))

    (change,) = restore(desk, organization, Selection(runs=(run.id,))).plan.changes
    assert change.after == had


def test_a_second_person_reviews_it_afterwards(story: Approved) -> None:
    """It waits, visibly, until somebody else has signed it."""
    name = login(story, somebody(story))
    story.revoke(name)
    desk, organization, stage = story.office.desk, story.plan.organization, Stage(story.folder)

    assert [(one.login, one.person) for one in unreviewed(desk)] == [(name, CHLOE)]
    assert seat(story, "status").facts["unreviewed"][0]["login"] == name
    assert any(f["about"] == "revocations" for f in seat(story, "check").facts["findings"])
    with pytest.raises(ApprovalError):
        review(desk, organization, name, stage.key(CHLOE))

    review(desk, organization, name, stage.key(BEN))

    assert unreviewed(desk) == []


def test_a_review_that_a_second_person_did_not_sign_is_none(story: Approved) -> None:
    """Not in Ben's name without his signature, not by Chloe's own, and not of nothing."""
    name = login(story, somebody(story))
    story.revoke(name)
    desk, organization = story.office.desk, story.plan.organization
    run, expires = story.run(), story.world.now() + timedelta(days=2)
    taken = [c.change.digest for c in run.changes]
    for person, signer, changes in ((BEN, BEN, []), (CHLOE, CHLOE, taken), (BEN, CHLOE, taken)):
        said = statement(
            "approval", organization, plan=run.digest, changes=frozenset(changes), expires=expires
        )
        told: dict[str, object] = {
            "person": person,
            "plan": run.digest,
            "changes": changes,
            "baseline": False,
            "waives": [],
            "expires": expires.isoformat(),
            "statement": said.decode(),
            "signature": desk.signatures.sign(said, Stage(story.folder).key(signer)),
        }
        desk.store.append([Draft("approval", organization.id, told)], story.world.now())

    assert [(one.login, one.person) for one in unreviewed(desk)] == [(name, CHLOE)]
    (noted,) = (e.payload or {} for e in desk.store.entries(kinds={"refusal"}))
    assert noted["why"] == f"the journal names {BEN}, but {CHLOE} signed it"


def test_what_it_took_is_what_a_restore_and_the_limits_know(story: Approved) -> None:
    """The same journal as every run's."""
    account = somebody(story)
    had = story.held(account)
    story.revoke(login(story, account))

    events = [e for e in story.office.desk.losses(story.plan.organization) if e.account == account]

    assert frozenset(g for e in events for g in e.lost) == had
    assert {g.subject for g in had} == {account_subject(account)}


def test_a_recycled_login_is_asked_about(story: Approved) -> None:
    """A stranger who took the login over is not shut out in its former owner's place, nor the other way."""
    account = somebody(story)
    name = login(story, account)
    with story.world.lock:
        story.world.rename(account, "somebody-else")
        stranger = story.world.account(name)

    with pytest.raises(UsageError, match="taken over"):
        story.revoke(name)
    story.revoke(account)

    assert story.held(account) == frozenset()
    assert story.world.accounts[stranger].login == name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("revoke {who}", 3),
        ("revoke {who} --now --reason breach", 2),
        ("revoke {who} --now --key {{chloe}}", 2),
        ("revoke nobody-at-all --now --reason breach --key {{chloe}}", 2),
        ("revoke {who} --review --key {{ben}}", 2),
    ],
)
def test_the_command_line_says_what_it_wants(story: Approved, words: str, code: int) -> None:
    """Without --now it only shows; unsigned, without a reason or for nobody it does nothing."""
    said = seat(story, words.format(who=login(story, somebody(story))))

    assert said.code == code, said
    assert story.world.log.writes() == []


def test_what_remains_is_listed(story: Approved) -> None:
    """Keys, tokens, apps, other organizations and outside access are no grants: a person looks."""
    account = somebody(story)
    said = seat(story, f"revoke {login(story, account)} --now --reason breach --key {{chloe}}")

    told = said.facts["remains"]
    assert said.facts["revoked"] is True
    assert told["grants"] == told["unread"] == []
    assert json.dumps(told["elsewhere"]).count(":") >= 5
    for word in ("deploy keys", "tokens", "apps", "other organizations", "outside access"):
        assert any(word in line for line in told["elsewhere"])
    terminal = typed(["status"], story.folder, story.environ)
    assert "nobody has reviewed" in terminal.out.replace("\n", " ")
