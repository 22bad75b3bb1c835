"""Named attempts to get past approvals, guards and switches: none passes, and each is in the journal.

One company is prepared once. An attempt works on a copy of its folder and
journal beside the one forge, at which nothing may change whatever is tried.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.progress import Silent
from seatkeeper.errors import SeatkeeperError
from seatkeeper.model.ids import Digest, ForgeName
from seatkeeper.model.plan import Plan
from seatkeeper.model.run import Draft
from seatkeeper.model.schedule import Work
from seatkeeper.rules import planfile
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute
from seatkeeper.workflow.statement import statement
from tests.faults.bench import typed
from tests.workflow.place import ANA, BEN, CHLOE, Workplace, workplace

pytestmark = pytest.mark.slow

APPLY = "apply: {leave: apply, join: apply, from_branch: main}"
PROPOSE = APPLY.replace(": apply", ": propose")
MALLORY = "mallory@acme.example"


class Shifted:
    """A clock that somebody moved."""

    def __init__(self, clock: Any, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> datetime:
        """See `ports.Clock`."""
        moment: datetime = self._clock.now() + self._by
        return moment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)


@dataclass
class Night:
    """A copy of the place: `approved` is small and signed, `waiting` has one more, `wrong` trips."""

    place: Workplace
    approved: Computed
    waiting: Computed
    wrong: Computed

    @property
    def desk(self) -> Desk:
        """The desk, as configured when it was opened."""
        return self.place.office.desk

    def key(self, person: str) -> str:
        """Somebody's private key."""
        return self.place.stage.key(person)

    def apply(self, tried: Computed, desk: Desk | None = None, work: Work | None = None) -> object:
        """Try to carry a plan out."""
        writer = self.place.office.writer
        at = desk or self.desk
        return apply(at, writer, tried.plan, tried.digest, tried.file, holder="mallory", work=work)

    def approve(self, tried: Computed, person: str, *waive: str, desk: Desk | None = None) -> object:
        """Sign a plan, or a waiver of it."""
        return approve(desk or self.desk, tried.plan, tried.digest, self.key(person), waive=frozenset(waive))

    def at(self, **other: Any) -> Desk:
        """The desk with something else about it, and the same doors."""
        return replace(self.desk, build_reader=lambda: self.desk.reader, **other)

    def moved(self, **by: float) -> Desk:
        """The desk by a clock that was moved."""
        return self.at(clock=Shifted(self.desk.clock, timedelta(**by)))

    def configured(self, old: str, new: str) -> None:
        """Somebody edits the configuration."""
        text = self.place.config.read_text("utf-8")
        assert old in text
        self.place.config.write_text(text.replace(old, new), "utf-8")

    def anew(self, then: "Callable[[Night], object]") -> object:
        """What a new process sees and does."""
        with self.place.reopened() as place:
            return then(replace(self, place=place))

    def git(self, *words: str) -> None:
        """Something is done to the checkout."""
        told = ["git", "-c", "user.name=m", "-c", f"user.email={MALLORY}", *words]
        subprocess.run(told, cwd=self.place.config.parent, check=True, capture_output=True)

    def said(self, kind: str, payload: dict[str, object]) -> None:
        """Something is written into the journal as if it had been said."""
        entry = Draft(kind, self.approved.plan.organization.id, payload)  # type: ignore[arg-type]  # as told
        self.desk.store.append([entry], self.desk.clock.now())


Tries = Callable[[Night], object]


class Attempt(NamedTuple):
    """Its name, and what is tried."""

    name: str
    tries: Tries


def edited(name: str, change: Callable[[Plan], Plan]) -> Attempt:
    """The approved plan with a field changed and its digest made anew, proposed again by Ana."""

    def tries(night: Night) -> object:
        forged = change(night.approved.plan)
        file = planfile.encode(forged)
        tried = Computed(forged, file, planfile.digest(file), night.approved.decisions)
        propose(night.desk, forged, tried.digest, night.key(ANA))
        return night.apply(tried)

    return Attempt(f"a plan edited and digested anew: {name}", tries)


def first_change(**fields: Any) -> Callable[[Plan], Plan]:
    return lambda p: replace(p, changes=(replace(p.changes[0], **fields), *p.changes[1:]))


EDITED = (
    edited("no verdicts", lambda p: replace(p, verdicts=())),
    edited("no holds", lambda p: replace(p, holds=())),
    edited("a change left out", lambda p: replace(p, changes=p.changes[1:])),
    edited("a change twice", lambda p: replace(p, changes=(*p.changes, p.changes[0]))),
    edited("another account", first_change(account="1")),
    edited("another login", first_change(login="root")),
    edited("another name", first_change(name="Nobody")),
    edited("another reason", first_change(reason="revoked")),
    edited("kinder words", first_change(because="It is nothing.")),
    edited("a revocation, which no limit counts", first_change(kind="revoke")),
    edited("a leaver long foreseen", first_change(foreseen=True)),
    edited("no steps", first_change(steps=())),
    edited("everything taken", first_change(after=frozenset())),
    edited("evidence left out", first_change(evidence=())),
    edited("the last wave", first_change(wave=99)),
    edited("a restore, which only gives", lambda p: replace(p, kind="restore")),
    edited("a backlog, with its own budget", lambda p: replace(p, kind="backlog")),
    edited("a younger plan", lambda p: replace(p, computed_at=p.computed_at + timedelta(minutes=3))),
    edited("another policy", lambda p: replace(p, basis=p.basis._replace(policy_digest=Digest("0" * 64)))),
    edited("a later journal", lambda p: replace(p, basis=p.basis._replace(journal_seq=10**6))),
    edited(
        "another snapshot", lambda p: replace(p, basis=p.basis._replace(snapshot_digest=Digest("0" * 64)))
    ),
    edited("another organization", lambda p: replace(p, organization=p.organization._replace(login="x"))),
    edited("another forge", lambda p: replace(p, forge=ForgeName("other"))),
    edited("other counts", lambda p: replace(p, counts={})),
    edited("no names", lambda p: replace(p, names={})),
)


def typed_file(name: str, change: Callable[[bytes], bytes], command: str = "apply") -> Attempt:
    """The file of the approved plan is changed where it lies, and the command is typed."""

    def tries(night: Night) -> object:
        folder = night.place.config.parent
        (folder / "plan.json").write_bytes(change(night.approved.file))
        more = [] if command == "apply" else ["--key", night.key(CHLOE)]
        said = typed([command, "plan.json", *more, "--json"], folder, dict(os.environ) | night.place.environ)
        return said.code

    return Attempt(f"{command} of a file {name}", tries)


def forced(data: bytes) -> bytes:
    told = json.loads(data) | {"force": True}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


FILES = tuple(
    typed_file(name, change, command)
    for command in ("apply", "approve")
    for name, change in (
        ("with a word changed", lambda d: d.replace(b'"reason":"', b'"reason":"x', 1)),
        ("with an account changed", lambda d: d.replace(b'"account":"', b'"account":"9', 1)),
        ("with a field more", forced),
        ("laid out anew", lambda d: json.dumps(json.loads(d), indent=1).encode()),
        ("cut short", lambda d: d[:-2]),
    )
)


def unsigned(night: Night, **fields: object) -> dict[str, object]:
    """An approval of the waiting plan as it would stand in the journal, without its signature."""
    plan = night.waiting.plan
    payload: dict[str, object] = {
        "person": BEN,
        "plan": night.waiting.digest,
        "changes": sorted(change.digest for change in plan.changes),
        "baseline": False,
        "waives": [],
        "expires": (night.desk.clock.now() + timedelta(days=2)).isoformat(),
        "statement": "",
        "signature": "",
    }
    return payload | fields


def signed(
    night: Night, person: str, payload: dict[str, object], what: Any = "approval"
) -> dict[str, object]:
    """The same with a true signature of somebody over what it says."""
    said = statement(
        what,
        night.waiting.plan.organization,
        plan=Digest(str(payload["plan"])),
        changes=frozenset(payload["changes"]),  # type: ignore[call-overload]  # a list of digests
        expires=datetime.fromisoformat(str(payload["expires"])),
    )
    return payload | {
        "statement": said.decode(),
        "signature": night.desk.signatures.sign(said, night.key(person)),
    }


def journaled(name: str, write: Callable[[Night], dict[str, object]], kind: str = "approval") -> Attempt:
    """An approval that nobody gave is put into the journal, and the waiting plan is tried."""

    def tries(night: Night) -> object:
        night.said(kind, write(night))
        return night.apply(night.waiting)

    return Attempt(f"an approval put into the journal: {name}", tries)


def replayed(night: Night) -> dict[str, object]:
    """This morning's approval under the name of another plan."""
    entry = next(iter(night.desk.store.entries(kinds={"approval"})))
    assert entry.payload is not None
    return dict(entry.payload) | {
        "plan": night.waiting.digest,
        "changes": unsigned(night)["changes"],
        "expires": unsigned(night)["expires"],
    }


JOURNALED = (
    journaled("without a signature", unsigned),
    journaled("Ana signed and Ben is named", lambda n: signed(n, ANA, unsigned(n))),
    journaled("signed by the proposer", lambda n: signed(n, ANA, unsigned(n, person=ANA))),
    journaled(
        "signed before it was widened",
        lambda n: signed(n, BEN, unsigned(n, changes=[])) | {"changes": unsigned(n)["changes"]},
    ),
    journaled(
        "signed before it was prolonged",
        lambda n: signed(n, BEN, unsigned(n)) | {"expires": "2099-01-01T00:00:00+00:00"},
    ),
    journaled("a proposal's signature", lambda n: signed(n, BEN, unsigned(n), "proposal")),
    journaled("a release's signature", lambda n: signed(n, BEN, unsigned(n), "release")),
    journaled("this morning's, replayed for another plan", replayed),
    journaled("of nothing at all", lambda n: signed(n, BEN, unsigned(n, changes=[]))),
    journaled("a waiver that waives nobody's trip", lambda n: unsigned(n, waives=["losses-run"]), "waiver"),
)


def without(person: str) -> Tries:
    """An approver is taken out of the file, and the plan they approved is tried."""

    def tries(night: Night) -> object:
        file = night.place.config.parent / "approvers.allowed_signers"
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith(person)), "utf-8")
        return night.apply(night.approved)

    return tries


def waive_all(person: str, *, but: int = 0, then: Tries | None = None) -> Tries:
    """The trips of the wrong plan are waived by somebody, and it is tried."""

    def tries(night: Night) -> object:
        guards = sorted(verdict.guard for verdict in night.wrong.plan.tripped)
        assert len(guards) > 1
        night.approve(night.wrong, person, *guards[but:])
        return (then or (lambda n: n.apply(n.wrong)))(night)

    return tries


def again(night: Night) -> Computed:
    """The same plan, computed a minute later."""
    night.desk.clock.sleep(1)
    computed = compute(night.desk, observe(night.desk))
    computed.decisions.close()
    return computed


PEOPLE = (
    Attempt("apply what nobody approved", lambda n: n.apply(n.waiting)),
    Attempt("apply what nobody proposed", lambda n: n.apply(again(n))),
    Attempt("approve one's own plan", lambda n: n.approve(n.waiting, ANA)),
    Attempt("approve what nobody proposed", lambda n: n.approve(again(n), BEN)),
    Attempt(
        "approve as the credential's owner",
        lambda n: n.approve(n.waiting, BEN, desk=n.at(credential_owner=BEN)),
    ),
    Attempt(
        "apply on the credential owner's approval",
        lambda n: n.apply(n.approved, n.at(credential_owner=BEN)),
    ),
    Attempt("approve with a stranger's key", lambda n: n.approve(n.waiting, MALLORY)),
    Attempt("waive with a stranger's key", lambda n: n.approve(n.wrong, MALLORY, "selection")),
    Attempt("apply on the word of an approver who left", without(BEN)),
    Attempt("apply what nobody can be found to have approved", without("")),
    Attempt("apply a plan that trips, unwaived", lambda n: n.apply(n.wrong)),
    Attempt("waive what one proposed", waive_all(ANA)),
    Attempt("waive all trips but one", waive_all(CHLOE, but=1)),
    Attempt("waive, and have nobody approve", waive_all(CHLOE)),
    Attempt(
        "waive, and apply another computation of the same", waive_all(CHLOE, then=lambda n: n.apply(again(n)))
    ),
    Attempt("a waiver as the approval of another plan", waive_all(CHLOE, then=lambda n: n.apply(n.waiting))),
    Attempt("waive a guard that did not trip", lambda n: n.approve(n.wrong, CHLOE, "owners-floor")),
    Attempt("waive a guard that is none", lambda n: n.approve(n.wrong, CHLOE, "everything")),
    Attempt("waive on a plan without a trip", lambda n: n.approve(n.approved, CHLOE, "losses-run")),
    Attempt(
        "a waiver as the owner of the credential",
        lambda n: n.approve(n.wrong, CHLOE, "selection", desk=n.at(credential_owner=CHLOE)),
    ),
)


def by_a_clock(**moved: float) -> Tries:
    """The approved plan is tried by a clock that was moved."""
    return lambda night: night.apply(night.approved, night.moved(**moved))


CLOCKS = (
    *(
        Attempt(f"the clock is {name}", by_a_clock(**by))
        for name, by in (
            ("an hour back", {"hours": -1}),
            ("a day back", {"days": -1}),
            ("a month back", {"days": -30}),
            ("five hours on", {"hours": 5}),
            ("three days on", {"days": 3}),
            ("a year on", {"days": 365}),
        )
    ),
)


def changed_policy(name: str, old: str, new: str) -> Attempt:
    """The configuration is edited between the approval and the run."""

    def tries(night: Night) -> object:
        night.configured(old, new)
        return night.anew(lambda n: n.apply(n.approved))

    return Attempt(f"the policy changed since the approval: {name}", tries)


CHANGED = tuple(
    changed_policy(name, "limits: {}", f"limits: {{{field}}}")
    for name, field in (
        ("a larger run", "run: 999"),
        ("a larger day", "day: 999"),
        ("a larger week", "week: 999"),
        ("more foreseen leavers", "foreseen_run: 999"),
        ("a larger factor", "approver_factor: 99"),
        ("a larger share", "approver_share: 100 %"),
        ("whole teams", "team_share: 100 %"),
        ("owners too", "owners: 9"),
        ("one owner is enough", "owners_floor: 1"),
        ("older plans", "snapshot_hours: 24"),
        ("a second extract sooner", "second_extract_hours: 1"),
        ("a source that may shrink", "shrink_share: 100 %"),
        ("more holds", "hold_points: 100 %"),
        ("foreseen sooner", "foreseen_days: 1"),
    )
)


ATTEMPTS = (*EDITED, *FILES, *JOURNALED, *PEOPLE, *CLOCKS, *CHANGED)


@pytest.fixture(scope="session")
def prepared_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Adopted and committed; one plan is approved, one waits, and one is wrong."""
    folder = tmp_path_factory.mktemp("night")
    with workplace(folder, edits=((PROPOSE, APPLY),)) as place:
        place.adopt()
        place.only_one_has_left()
        place.commit()
        key = place.stage.key(MALLORY)
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True, capture_output=True
        )
        approved = place.sign(place.plan())
        people = place.stage.database.read_bytes()
        place.left_long_ago(1)
        waiting = place.plan()
        place.left_long_ago(20)
        wrong = place.plan()
        for one in (waiting, wrong):
            propose(place.office.desk, one.plan, one.digest, place.stage.key(ANA))
        place.stage.database.write_bytes(people)
        yield Night(place, approved, waiting, wrong)


@pytest.fixture
def night(prepared_night: Night, tmp_path: Path) -> Iterator[Night]:
    """A copy of it beside the same forge."""
    whole = prepared_night.place
    folder = tmp_path / "copy"
    shutil.copytree(whole.config.parent, folder)
    stage, environ = replace(whole.stage, folder=folder), dict(whole.environ)
    config = folder / whole.config.name
    with open_office(config, environ, Silent()) as office:
        place = replace(whole, stage=stage, config=config, environ=environ, office=office)
        yield replace(prepared_night, place=place)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name.replace(" ", "-"))
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """Refused with a reason or left waiting; the forge is as it was, and the journal tells of the attempt."""
    world, store = night.place.forge.world, night.desk.store
    before, seq = (len(world.log.writes()), world.grants()), store.head()[0]

    with suppress(SeatkeeperError):
        assert attempt.tries(night) in {6, 7}

    assert (len(world.log.writes()), world.grants()) == before
    told = [e.payload for e in store.entries(kinds={"refusal", "trip"}, after_seq=seq) if e.payload]
    assert told
    assert all(entry.get("why") or entry.get("what") for entry in told)


def test_every_attempt_has_a_name_of_its_own() -> None:
    """So that a failure says what got past."""
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS) >= 85
