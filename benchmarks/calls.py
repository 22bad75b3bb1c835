"""How many calls a full snapshot takes, beside the fewest that the pages allow.

The forge counts, in its own log; the floor is computed from the invented
company by functions that know nothing of the reader. The design allows
1.05 of 2·⌈U/100⌉ + ⌈T/50⌉ + ⌈R/50⌉ + overflow pages, plus listings.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from math import ceil

from seatkeeper.cli.progress import Silent
from seatkeeper.clock import SystemClock
from seatkeeper.config.secrets import Secret
from seatkeeper.demo.company import Company, invent
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.model.ids import ForgeName, TeamId

PEOPLE_A_PAGE, NODES_A_PAGE, ALLOWED = 100, 50, 1.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, default=3500)
    parser.add_argument("--teams", type=int, default=300)
    parser.add_argument("--repositories", type=int, default=5000)
    told = parser.parse_args()
    company = invent(told.seats, told.teams, told.repositories)
    queries, listings = counted(company)
    listed = listing_pages(company)
    floor = query_pages(company)
    for name, value, bound in (
        ("calls of a snapshot: GraphQL", queries, {"limit": ALLOWED * floor}),
        ("calls of a snapshot: listings", listings, {"limit": listed}),
        ("calls of a snapshot: all", queries + listings, {"limit": ALLOWED * floor + listed}),
    ):
        print(json.dumps({"name": name, "value": value, "unit": "calls", **bound}))


def counted(company: Company) -> tuple[int, int]:
    """GraphQL queries and other calls of one snapshot, as the forge's log has them; it must be complete."""
    with Simulator(company.world()) as forge:
        reader = GitHubReader(
            forge=ForgeName("acme"),
            api=forge.url,
            organization=company.organization.login,
            token=Secret(forge.read_token),
            clock=SystemClock(),
        )
        snapshot = reader.snapshot(Silent())
        reader.close()
        if not snapshot.coverage.complete or snapshot.grants != frozenset(company.grants):
            raise SystemExit("the snapshot does not show what is there, so its calls mean nothing")
        paths = [request.path for request in forge.world.log.requests]
    queries = sum(path == "/graphql" for path in paths)
    return queries, len(paths) - queries


def query_pages(company: Company) -> int:
    """The pages by the budget's formula; every page of a nested list beyond the first is one of overflow."""
    people = len(company.members())
    return (
        2 * ceil(people / PEOPLE_A_PAGE)
        + ceil(len(company.teams) / NODES_A_PAGE)
        + ceil(len(company.repositories) / NODES_A_PAGE)
        + beyond_the_first(nested(company).values())
    )


def nested(company: Company) -> Counter[tuple[str, str]]:
    """How long each list inside a team or a repository is: its people, and a team's repositories.

    A team lists its parents' repositories, too.
    """
    direct: dict[str, set[str]] = {}
    lengths: Counter[tuple[str, str]] = Counter()
    for subject, resource, _ in company.grants:
        if subject.kind == "team":
            direct.setdefault(subject.id, set()).add(resource.id)
        elif resource.kind != "organization":
            lengths[resource.kind, resource.id] += 1
    parents = {team.id: team.parent for team in company.teams}
    for team in parents:
        listed: set[str] = set()
        above: TeamId | None = team
        while above is not None:
            listed |= direct.get(above, set())
            above = parents[above]
        lengths["repositories of team", team] = len(listed)
    return lengths


def beyond_the_first(lengths: Iterable[int]) -> int:
    """Pages of a hundred that do not come along with their owner."""
    return sum(max(1, ceil(length / PEOPLE_A_PAGE)) - 1 for length in lengths)


def listing_pages(company: Company) -> int:
    """Outside collaborators, pending and failed invitations, and the organization with its seats."""
    outside = sum(role == "outside" for role in company.roles.values())
    return sum(max(1, ceil(length / PEOPLE_A_PAGE)) for length in (outside, len(company.invited), 0)) + 1


if __name__ == "__main__":
    main()
