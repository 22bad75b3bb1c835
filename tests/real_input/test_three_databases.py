"""The same people out of SQLite, PostgreSQL and MariaDB, from the configuration to the plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from seatkeeper.bootstrap import open_office, people_as_of
from seatkeeper.cli.progress import Silent
from seatkeeper.demo.company import Company, invent
from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.stage import Stage, starter
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.ids import Digest
from seatkeeper.model.people import Extract
from seatkeeper.model.plan import Plan
from seatkeeper.workflow.observe import observe
from tests.workflow.place import Workplace

pytestmark = [pytest.mark.real, pytest.mark.slow]

EDITS = ("FROM staff", "FROM people"), ("username", "github_login")
"""The stage has a view over its SQLite; here each database is asked for its table itself."""


class Morning(NamedTuple):
    """What one database made of a morning: the readings of three days, and the plan."""

    extracts: tuple[Extract, ...]
    people: pa.Table
    plan: Plan


@contextmanager
def office_on(url: str, company: Company, forge: Simulator, stage: Stage, name: str) -> Iterator[Workplace]:
    """An office whose one configuration is the same for all but the database's address and the journal."""
    told = replace(starter(company, forge.url), source="${HR}", store=f"sqlite:///{name}.db")
    config = stage.configure(f"{name}.yaml", told, *EDITS)
    environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token, "HR": url}
    with open_office(config, environ, Silent()) as office:
        yield Workplace(forge, stage, config, environ, office, company)


def morning(room: Workplace) -> Morning:
    """The record read a week ago, yesterday and today; adopted, and planned."""
    company, url, desk = room.company, room.environ["HR"], room.office.desk
    for days in (8, 1):
        write_database(url, company.earlier(days), company.loaded_at(days))
        desk.store.keep_extract(*people_as_of(room.office, company.now - timedelta(days=days)).read())
    write_database(url, company.people, company.loaded_at())
    room.adopt()
    seen = observe(desk)
    plan = room.plan().plan
    return Morning(tuple(desk.store.extracts(seen.extract.source)), seen.people, plan)


def told_by(extract: Extract) -> tuple[int, Digest, bool, str | None]:
    """What of an extract may not depend on the database."""
    return extract.rows, extract.digest, extract.whole, extract.problem


def test_three_databases_tell_the_same_people_and_lead_to_the_same_changes(
    tmp_path: Path, postgres_url: str, mariadb_url: str
) -> None:
    """Tables, digests of each day, decisions held and changes planned are equal, and the changes are true."""
    company = invent(120, 12, 30, seed=5)
    stage = Stage(tmp_path)
    stage.make_keys()
    urls = {"sqlite": f"sqlite:///{tmp_path / 'hr.db'}", "postgresql": postgres_url, "mariadb": mariadb_url}
    mornings: dict[str, Morning] = {}
    with Simulator(company.world()) as forge:
        for name, url in urls.items():
            with office_on(url, company, forge, stage, name) as room:
                mornings[name] = morning(room)

    first = mornings.pop("sqlite")
    assert {c.login for c in first.plan.changes if c.kind == "leave"} == company.truth.leavers
    assert len({told_by(extract) for extract in first.extracts}) == 3
    assert first.extracts[-1].rows == len(company.people)
    assert len(first.plan.changes) > len(company.truth.leavers)
    for other in mornings.values():
        assert other.people.equals(first.people)
        assert [told_by(e) for e in other.extracts] == [told_by(e) for e in first.extracts]
        assert other.plan.changes == first.plan.changes
        assert {c.digest for c in other.plan.changes} == {c.digest for c in first.plan.changes}
        assert other.plan.holds == first.plan.holds
        assert other.plan.basis.extract_digest == first.plan.basis.extract_digest
