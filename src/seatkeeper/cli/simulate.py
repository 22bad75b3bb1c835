"""`seatkeeper simulate`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatkeeper.errors import UsageError
from seatkeeper.forges.simulator.regime import REGIMES

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.regime import RegimeName
    from seatkeeper.forges.simulator.world import World

    WritePeople = Callable[[str], None]


COMPANY_SEATS = 3500


@click.command("simulate")
@click.option(
    "--kind", type=click.Choice(["github"]), default="github", show_default=True, help="Whose wire."
)
@click.option(
    "--roster", type=click.Path(path_type=Path), help="A roster file; an invented company without one."
)
@click.option("--organization", help="Which organization of the roster.")
@click.option("--seats", default=COMPANY_SEATS, show_default=True, help="How large the invented company is.")
@click.option("--seed", default=1, show_default=True, help="What the invention starts from.")
@click.option(
    "--regime",
    type=click.Choice(REGIMES),
    default="plain",
    show_default=True,
    help="Whose accounts they are, and who decides who is in.",
)
@click.option("--port", default=0, show_default=True, help="A port on loopback; 0 takes a free one.")
@click.option(
    "--people", type=click.Path(path_type=Path), help="Write the invented people into this SQLite file."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the announced line into this file as well."
)
@click.option("--json", is_flag=True, expose_value=False, help="The line is JSON anyway; so are errors then.")
def command(  # one parameter for each option
    kind: str,
    roster: Path | None,
    organization: str | None,
    seats: int,
    seed: int,
    regime: "RegimeName",
    port: int,
    people: Path | None,
    out: Path | None,
) -> None:
    """Serve a simulated forge on loopback until interrupted; prints one JSON line with URL and tokens.

    It is a model of the forge: it shows what Seatkeeper would do, not what
    the real one will answer.
    """
    from seatkeeper.forges.simulator.regime import settle
    from seatkeeper.forges.simulator.serve import run

    if roster is not None:
        world, folk = _from_roster(roster, organization, seed)
    else:
        world, folk = _invented(seats, seed)

    settle(world, regime)

    def announce(told: str) -> None:
        facts = {"kind": kind, **json.loads(told)}
        if people is not None:
            facts["people"] = f"sqlite:///{people.resolve()}"
        line = json.dumps(facts)
        if out is not None:
            out.write_text(line + "\n", encoding="utf-8")
        click.echo(line)

    if people is not None:
        folk(f"sqlite:///{people.resolve()}")
    run(world, port, announce)


def _from_roster(roster: Path, organization: str | None, seed: int) -> tuple["World", "WritePeople"]:
    from seatkeeper.demo.people_db import write_database
    from seatkeeper.demo.roster_people import people_for_roster
    from seatkeeper.forges.simulator.roster import world_from_roster

    try:
        document = json.loads(roster.read_text(encoding="utf-8"))
        named = organization or document["orgs"][0]["org"]
        folk = people_for_roster(document, organization=named, seed=seed)
        world = world_from_roster(document, named, seed)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration) as error:
        raise UsageError(
            f"{roster} could not be read as a roster: {type(error).__name__}.",
            remedy="Without --roster a company is invented: seatkeeper simulate",
        ) from error
    for login in folk.joiners:
        world.account(login)
    return world, lambda url: write_database(url, folk.people, world.now())


def _invented(seats: int, seed: int) -> tuple["World", "WritePeople"]:
    from seatkeeper.demo.company import LEAST_SEATS, invent
    from seatkeeper.demo.people_db import write_database

    if seats < LEAST_SEATS:
        raise UsageError(
            f"An invented company has at least {LEAST_SEATS} seats.",
            arithmetic=f"asked for: {seats}",
            remedy=f"Ask for more: seatkeeper simulate --seats {LEAST_SEATS}",
        )
    share = seats / COMPANY_SEATS
    company = invent(seats, max(20, round(300 * share)), max(40, round(5000 * share)), seed=seed)
    return company.world(), lambda url: write_database(url, company.people, company.loaded_at())
