"""How long a run takes in the forge's own time, beside what the forge's published limits allow.

Virtual time: the simulator's clock moves only while our process waits, so the
figure is the waiting and nothing else. The floor is computed from the writes
a plan needs, by a function that knows nothing of the limiter.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from seatkeeper.bootstrap import Office, open_office, people_as_of
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.mixture import PLAIN, Mixture
from seatkeeper.demo.stage import CAST, Stage, starter
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.limits import Limits, Loss
from seatkeeper.model.plan import Change, Plan
from seatkeeper.model.policy import Access
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute

ALLOWED = 1.1
SEATS, TEAMS, REPOSITORIES = 540, 60, 300

WRITE_SECONDS = 1.0
WINDOWS = ((60.0, 80), (3600.0, 500))
"""Seconds, and how many calls that create content the forge takes within them."""
POINTS = (60.0, 900 // 5)
"""Seconds, and how many writes of five points each."""

EVERYBODY = Loss(10_000, None, 1.0, 1.0)
UNLIMITED = Limits(
    EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY, team_floor=10_000, team_share=1.0
)


@dataclass(frozen=True)
class Case:
    """A day to be carried out; `content` says whether the forge limits the creation of content."""

    name: str
    mixture: Mixture
    content: bool
    access: tuple[Access, ...] = ()


STAFF = PLAIN._replace(inactive=100, ended=0, foreseen=0, joiner=50, invited=0, future=0, free_seats=60)
QUIET = STAFF._replace(inactive=1, joiner=1)
HANDBOOK = (Access("status = 'active'", repositories={"handbook": "read"}),)
CASES = (
    Case("100 leave and 50 join, content limited", STAFF, content=True),
    Case("100 leave and 50 join", STAFF, content=False),
    Case("everybody is given a repository, content limited", QUIET, content=True, access=HANDBOOK),
    Case("everybody is given a repository", QUIET, content=False, access=HANDBOOK),
)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder, forge_of(case) as (company, forge):
            seconds, plan = carried_out(Path(folder), case, company, forge)
            sent = forge.world.log.writes()
        floor = least(needed(plan), content=case.content)
        line = {"name": f"{case.name}: {len(sent)} writes", "value": round(seconds, 1), "unit": "virtual s"}
        print(json.dumps(line | {"floor": round(floor, 1), "ok": seconds <= ALLOWED * floor}), flush=True)


@contextmanager
def forge_of(case: Case) -> Iterator[tuple[Company, Simulator]]:
    """The company of a case, and its forge with the published limits on."""
    company = invent(SEATS, TEAMS, REPOSITORIES, mixture=case.mixture)
    world = company.world()
    world.limits.content = case.content
    world.repository("handbook")
    with Simulator(world) as forge:
        yield company, forge


def carried_out(folder: Path, case: Case, company: Company, forge: Simulator) -> tuple[float, Plan]:
    """Adopt, plan and apply; the virtual seconds of the last, and what was carried out."""
    stage = Stage(folder)
    stage.make_keys()
    config = stage.configure("seatkeeper.yaml", starter(company, forge.url))
    environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token}
    with open_office(config, environ, Silent()) as office:
        desk = prepared(office, case, company, stage)
        planned(desk, stage)
        computed = planned(desk, stage)
        began = forge.world.now()
        state = apply(desk, office.writer, computed.plan, computed.digest, computed.file, holder="benchmark")
        took = (forge.world.now() - began).total_seconds()
    results = state.results()
    if results["confirmed"] < len(computed.plan.changes) or sum(results.values()) != results["confirmed"]:
        raise SystemExit(f"{case.name}: not carried out, so its time means nothing: {results}")
    return took, computed.plan


def prepared(office: Office, case: Case, company: Company, stage: Stage) -> Desk:
    """A desk with the record as read a week ago and yesterday, and limits that stop nobody."""
    for days in (8, 1):
        stage.load(company, days)
        source = people_as_of(office, company.now - timedelta(days=days))
        office.desk.store.keep_extract(*source.read())
    stage.load(company, 0)
    policy = replace(office.desk.policy, access=case.access or office.desk.policy.access)
    return replace(office.desk, limits=UNLIMITED, policy=policy)


def planned(desk: Desk, stage: Stage) -> Computed:
    """Observed, planned, proposed and approved; the first is the baseline."""
    computed = compute(desk, observe(desk))
    computed.decisions.close()
    ana, ben, _ = CAST
    propose(desk, computed.plan, computed.digest, stage.key(ana))
    approve(desk, computed.plan, computed.digest, stage.key(ben))
    return computed


def needed(plan: Plan) -> list[bool]:
    """The fewest writes that carry a plan out, gives first: whether each creates content.

    One call removes a member with all their grants. One invites a joiner, and
    what comes after acceptance is no part of the run. A mover needs one a grant.
    """
    return [creates for change in plan.changes for creates in _writes(change)]


def _writes(change: Change) -> list[bool]:
    if change.kind in ("leave", "join"):
        return [change.kind == "join"]
    given = {grant.resource: grant.resource.kind == "repository" for grant in change.after - change.before}
    taken = {grant.resource for grant in change.before} - {grant.resource for grant in change.after}
    return [*given.values(), *(False for _ in taken)]


def least(writes: Sequence[bool], *, content: bool) -> float:
    """Seconds from the first write to the last when each goes as soon as the published limits let it."""
    at: list[float] = []
    creating: list[float] = []
    span, most = POINTS
    for creates in writes:
        moment = at[-1] + WRITE_SECONDS if at else 0.0
        if len(at) >= most:
            moment = max(moment, at[-most] + span)
        if creates and content:
            for seconds, count in WINDOWS:
                if len(creating) >= count:
                    moment = max(moment, creating[-count] + seconds)
            creating.append(moment)
        at.append(moment)
    return at[-1]


if __name__ == "__main__":
    main()
