"""What it costs to plan the restore of 100 people from a journal of a million entries.

The journal is made once, in the schema as it is: nine tenths of it before the
run in question, then a day of joiners, after which `--at` is asked for the
moment of the run, then the rest. The forge answers from memory, so that what
is measured is our own process. Prints one JSON object a line: name, value,
unit, limit, ok.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.restoring.memory import MemoryForge, WorldClock, journal
from tests.restoring.story import Story

from seatkeeper.forges.simulator.world import World
from seatkeeper.journal.chain import SALT_BYTES, seal
from seatkeeper.journal.entry import Line
from seatkeeper.journal.fold import write_grants
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import direct, membership, team_place
from seatkeeper.model.ids import AccountId, Digest, RepositoryId, TeamId
from seatkeeper.model.run import Draft

LIMIT_SECONDS = 2.0
APART = timedelta(seconds=30)
"""A million entries are a year of them."""
A_DAY = int(timedelta(days=1) / APART)
SEATS, TEAMS, REPOSITORIES = 3_500, 300, 5_000
PEOPLE, PLACES, DIRECT = 100, 5, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder, journal(Path(folder)) as store:
        path = Path(folder) / "journal.db"
        world, people = company()
        story = Story(MemoryForge(world), store, WorldClock(world))
        story.observe()
        fill(store, path, world, entries * 9 // 10)
        world.advance(60)
        run = story.take(people)
        fill(store, path, world, A_DAY, takes=False)
        measure(story, entries, at=run.started)
        fill(store, path, world, entries // 10 - A_DAY)
        measure(story, entries, runs=(run.id,))
        measure(story, entries, accounts=tuple(f"user{n}" for n in range(PEOPLE)))
        measure(story, entries, teams=("t0",))


def measure(story: Story, entries: int, **selection: object) -> None:
    """Plan the restore of these hundred, and print what it cost."""
    began = time.process_time()
    plan = story.restore(**selection).plan
    spent = time.process_time() - began
    if (len(plan.changes), len(plan.owed)) != (PEOPLE, PEOPLE * (1 + PLACES + DIRECT)):
        raise SystemExit(f"{len(plan.changes)} people and {len(plan.owed)} grants were planned")
    figure = {
        "name": f"restore of {PEOPLE} people from {entries:,} entries, by {next(iter(selection))}",
        "value": round(spent, 2),
        "unit": "s CPU",
        "limit": LIMIT_SECONDS,
        "ok": spent <= LIMIT_SECONDS,
    }
    print(json.dumps(figure), flush=True)


def company() -> tuple[World, list[AccountId]]:
    """A world of 3,500 seats; a hundred are in one team and four more each, and hold twenty repositories."""
    world = World("acme", "9001", base_role="read")
    for owner in ("ana", "ben"):
        world.member(world.account(owner), "owner")
    everybody = [world.member(world.account(f"user{n}")) for n in range(SEATS)]
    teams = [world.team(f"t{n}") for n in range(TEAMS)]
    repositories = [world.repository(f"r{n}") for n in range(REPOSITORIES)]
    for n, one in enumerate(everybody[:PEOPLE]):
        world.place(one, teams[0])
        for place in range(PLACES - 1):
            world.place(one, teams[1 + (n * 7 + place * 31) % (TEAMS - 1)])
        for place in range(DIRECT):
            world.direct(one, repositories[(n * 13 + place * 97) % REPOSITORIES], "write")
    return world, everybody[:PEOPLE]


def fill(store: SqlStore, path: Path, world: World, amount: int, *, takes: bool = True) -> None:
    """Entries of other runs about other people, as apply writes them, chained onto what is there."""
    lease = store.acquire("9001", "benchmark", world.now(), timedelta(days=1000))
    connection = sqlite3.connect(path)
    seq, head = connection.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    last, now = (seq, Digest(head)), world.now()
    columns = ", ".join(name for name in Line._fields if name not in {"salt", "body"})
    marks = ", ".join("?" * (len(Line._fields) - 2))
    with connection:
        for n in range(amount):
            at = now + n * APART
            draft = _draft(n, lease.epoch, takes=takes)
            line = seal(draft, after=last, at=at, epoch=lease.epoch, salt=bytes(SALT_BYTES))
            *fields, salt, body = line
            connection.execute(f"INSERT INTO entries ({columns}) VALUES ({marks})", fields)
            connection.execute(
                "INSERT INTO payloads (seq, salt, body) VALUES (?, ?, ?)", (line.seq, salt, body)
            )
            last = (line.seq, Digest(line.hash))
    connection.close()
    store.release(lease)
    world.advance(amount * APART.total_seconds())


def _draft(number: int, part: int, *, takes: bool) -> Draft:
    """An intent or an outcome of a leaver, or of a joiner, with a place and a repository."""
    step, answer = divmod(number, 2)
    account = AccountId(str(500_000 + step // 4))
    grants = {
        membership(account, "9001"),  # type: ignore[arg-type]  # the organization's id
        team_place(account, TeamId(str(1001 + step % TEAMS))),
        direct(account, RepositoryId(str(1001 + step % REPOSITORIES)), "write"),
    }
    names = (f"run-{part}-{step // 400}", f"change-{part}-{step // 4}", f"step-{part}-{step}")
    payload: dict[str, object] = {
        "account": account,
        "login": f"former{step // 4}",
        "action": "take" if takes else "give",
    }
    if answer:
        payload |= {
            "result": "confirmed",
            "why": "read back",
            "lost": write_grants(grants if takes else ()),
            "gained": write_grants(() if takes else grants),
            "foreseen": False,
        }
        return Draft("outcome", "9001", payload, *names)
    payload |= {
        "grants": write_grants(grants),
        "before": write_grants(grants),
        "because": "status says inactive",
    }
    return Draft("intent", "9001", payload, *names)


if __name__ == "__main__":
    main()
