"""Every way in which a plan, a signature or a person can be the wrong one: nothing is carried out."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from seatkeeper.bootstrap import open_office
from seatkeeper.cli.plans import read_plan, write_plan
from seatkeeper.cli.progress import Silent
from seatkeeper.model.ids import ForgeName, OrganizationId, TeamId
from seatkeeper.model.plan import Plan, Verdict
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules import planfile
from seatkeeper.workflow.approve import propose
from seatkeeper.workflow.plan import planned
from tests.faults.bench import ANA, BEN, Bench
from tests.faults.case import Case, check

pytestmark = pytest.mark.slow

Breaks = Callable[[Bench], object]


def nothing(_bench: Bench) -> None:
    """The plan is as it was this morning: proposed, and approved by nobody."""


def bytes_of(change: Callable[[bytes], bytes]) -> Breaks:
    """Another file where the plan was; this morning's was approved."""

    def breaks(bench: Bench) -> None:
        bench.approve()
        bench.plan.write_bytes(change(bench.plan.read_bytes()))

    return breaks


def fields(change: Callable[[dict[str, object]], object]) -> Breaks:
    """The same plan as canonical JSON with a field changed."""

    def edit(data: bytes) -> bytes:
        told = json.loads(data)
        change(told)
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    return bytes_of(edit)


def another(change: Callable[[Plan], Plan]) -> Breaks:
    """A whole plan of another content, proposed by Ana and approved by Ben."""

    def breaks(bench: Bench) -> None:
        propose_another(change)(bench)
        bench.approve()

    return breaks


def propose_another(change: Callable[[Plan], Plan], *, here: bool = True) -> Breaks:
    """A whole plan of another content, proposed by Ana; computed `here` unless told otherwise."""

    def breaks(bench: Bench) -> None:
        file = planfile.encode(change(read_plan(bench.plan)[0]))
        write_plan(bench.plan, file)
        plan, digest = planfile.decode(file), planfile.digest(file)
        with open_office(bench.config, bench.environ, Silent()) as office:
            if here:
                office.desk.store.append([planned(plan, digest)], office.desk.clock.now())
            propose(office.desk, plan, digest, bench.key(ANA))

    return breaks


def elsewhere(plan: Plan) -> Plan:
    """The plan of another organization, whose digests are right for it."""
    other = Organization(OrganizationId("9002"), "umbrella")
    changes = tuple(
        replace(c, digest=planfile.change_digest(other.id, c.account, c.before, c.after, c.reason))
        for c in plan.changes
    )
    return replace(plan, organization=other, changes=changes)


def tripped(guard: str, *, waivable: bool, code: int = 4) -> Callable[[Plan], Plan]:
    """The plan with this guard tripped."""
    verdict = Verdict(guard, "trips", "5 of 3 allowed", (), waivable, code)
    return lambda plan: replace(plan, verdicts=(*plan.verdicts, verdict))


def approved(then: Breaks = nothing) -> Breaks:
    """Ben approves; then something happens."""

    def breaks(bench: Bench) -> None:
        bench.approve()
        then(bench)

    return breaks


def later(hours: float) -> Breaks:
    """Time passes."""
    return lambda bench: bench.world.advance(hours * 3600)


def a_folder(bench: Bench) -> None:
    bench.plan.unlink()
    bench.plan.mkdir()


def a_strangers_key(bench: Bench) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "m@x.example", "-f", bench.key("mallory")]
    subprocess.run(command, check=True, capture_output=True)


def a_key_of_junk(bench: Bench) -> None:
    (bench.folder / "mallory").write_text("-----BEGIN NOTHING-----\n", encoding="utf-8")
    (bench.folder / "mallory").chmod(0o600)


def no_approvers_file(bench: Bench) -> None:
    (bench.folder / "approvers.allowed_signers").unlink()


def nobody_named(bench: Bench) -> None:
    (bench.folder / "approvers.allowed_signers").write_text("# nobody yet\n", encoding="utf-8")


def ben_left(bench: Bench) -> None:
    file = bench.folder / "approvers.allowed_signers"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith(BEN)), encoding="utf-8")


def no_people_section(bench: Bench) -> None:
    bench.configure("people: {approvers:", "# people: {approvers:")


def ben_owns_the_credential(bench: Bench) -> None:
    bench.configure('# credential_owner: "ops@example.com"', f"credential_owner: {BEN}")


def an_unsigned_plan(bench: Bench) -> None:
    assert bench.run("plan", "--out", "new.json").code == 3


def overtaken(bench: Bench) -> None:
    """A later plan was carried out first."""
    again = bench.run("plan", "--out", "later.json", "--key", "{ana}")
    assert again.code == 3
    assert bench.run("approve", "later.json", "--key", "{ben}").code == 0
    assert bench.run("apply", "later.json").code == 0


def another_id(bench: Bench) -> None:
    bench.world.organization_id = OrganizationId("9003")


def everybody_moved(bench: Bench) -> None:
    """Meanwhile each leaver of the plan lost a place, and each joiner was let in by somebody else."""
    world, plan = bench.world, read_plan(bench.plan)[0]
    for change in plan.changes:
        place = next((g.resource.id for g in change.lost if g.resource.kind == "team"), None)
        if place is None:
            world.member(change.account)
        else:
            assert world.displace(change.account, TeamId(place))


CASES = (
    Case("no plan file", lambda b: b.plan.unlink(), "apply plan.json", "UsageError", 2),
    Case("a plan that is a folder", a_folder, "apply plan.json", "UsageError", 2),
    Case("an empty plan file", bytes_of(lambda _: b""), "apply plan.json", "PlanRefused", 7),
    Case("a plan that is not JSON", bytes_of(lambda d: d[:-1]), "apply plan.json", "PlanRefused", 7),
    Case("a plan that is not text", bytes_of(lambda _: b"\xff\xfe\x00"), "show plan.json", "PlanRefused", 7),
    Case(
        "a plan nested beyond reason", bytes_of(lambda _: b"[" * 100_000), "show plan.json", "PlanRefused", 7
    ),
    Case(
        "a plan in another layout",
        bytes_of(lambda d: json.dumps(json.loads(d), indent=1).encode()),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan with a field twice",
        bytes_of(lambda d: d.replace(b"{", b'{"kind":"daily",', 1)),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan with an unknown field",
        fields(lambda t: t.update(force=True)),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan without its verdicts",
        fields(lambda t: t.pop("verdicts")),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan of a later format",
        fields(lambda t: t.update(format="99")),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan with a change edited",
        bytes_of(lambda d: d.replace(b'"reason":"', b'"reason":"x', 1)),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan with an account swapped",
        bytes_of(lambda d: d.replace(b'"account":"', b'"account":"9', 1)),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan edited where no digest looks",
        fields(lambda t: t.update(counts={})),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case(
        "a plan with verdicts that no guard gave",
        propose_another(lambda p: replace(p, verdicts=()), here=False),
        "approve plan.json --key {ben}",
        "PlanRefused",
        7,
    ),
    Case("another organization's plan", another(elsewhere), "apply plan.json", "PlanRefused", 7),
    Case(
        "another forge's plan",
        another(lambda p: replace(p, forge=ForgeName("other"))),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case("an organization that got another id", approved(another_id), "apply plan.json", "PlanRefused", 7),
    Case("an old plan", approved(later(5)), "apply plan.json", "PlanRefused", 7),
    Case(
        "a plan of the future",
        another(lambda p: replace(p, computed_at=p.computed_at + timedelta(hours=1))),
        "apply plan.json",
        "PlanRefused",
        7,
    ),
    Case("a plan overtaken by another", approved(overtaken), "apply plan.json", "PlanRefused", 7),
    Case("a plan nobody approved", nothing, "apply plan.json", "ApprovalError", 6),
    Case("an approval that expired", approved(later(24 * 5)), "apply plan.json", "ApprovalError", 6),
    Case("an approver who left", approved(ben_left), "apply plan.json", "ApprovalError", 6),
    Case("a self-approval", nothing, "approve plan.json --key {ana}", "ApprovalError", 6),
    Case(
        "an approval by the credential's owner",
        ben_owns_the_credential,
        "approve plan.json --key {ben}",
        "ApprovalError",
        6,
    ),
    Case("an unknown signer", a_strangers_key, "approve plan.json --key {mallory}", "ApprovalError", 6),
    Case("an unknown proposer", a_strangers_key, "plan --key {mallory}", "ApprovalError", 6),
    Case("a key of junk", a_key_of_junk, "approve plan.json --key {mallory}", "ApprovalError", 6),
    Case("a key that is not there", nothing, "approve plan.json --key gone", "ApprovalError", 6),
    Case("no approvers file", no_approvers_file, "approve plan.json --key {ben}", "ApprovalError", 6),
    Case(
        "an approvers file that names nobody",
        nobody_named,
        "approve plan.json --key {ben}",
        "ApprovalError",
        6,
    ),
    Case(
        "no approvers in the configuration",
        no_people_section,
        "approve plan.json --key {ben}",
        "ConfigurationError",
        2,
    ),
    Case(
        "approving what nobody proposed", an_unsigned_plan, "approve new.json --key {ben}", "ApprovalError", 6
    ),
    Case(
        "waiving a guard that did not trip",
        nothing,
        "approve plan.json --waive losses-run --key {chloe}",
        "UsageError",
        2,
    ),
    Case(
        "waiving a guard that is none",
        nothing,
        "approve plan.json --waive everything --key {chloe}",
        "UsageError",
        2,
    ),
    Case(
        "waiving a hard floor",
        propose_another(tripped("owners-floor", waivable=False)),
        "approve plan.json --waive owners-floor --key {chloe}",
        "ApprovalError",
        6,
    ),
    Case(
        "waiving as the approver",
        another(tripped("losses-run", waivable=True)),
        "approve plan.json --waive losses-run --key {ben}",
        "ApprovalError",
        6,
    ),
    Case(
        "a tripped guard nobody waived",
        another(tripped("losses-run", waivable=True)),
        "apply plan.json",
        "GuardTripped",
        4,
    ),
    Case(
        "a tripped floor",
        another(tripped("owners-floor", waivable=False)),
        "apply plan.json",
        "GuardTripped",
        4,
    ),
    Case(
        "a trip of coverage",
        another(tripped("people-not-whole", waivable=False, code=5)),
        "apply plan.json",
        "NotCovered",
        5,
    ),
    Case("every account drifted", approved(everybody_moved), "apply plan.json", "drifted", 7),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_the_wrong_plan_or_person_changes_nothing(case: Case, bench: Bench) -> None:
    """Edited, old, foreign, unapproved or approved by the wrong one: named, and not a request sent."""
    check(case, bench)
