"""Links: whose account is whose, on the last observation, with what says so."""

from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.links import Link
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.plan import decide_on
from seatkeeper.workflow.recall import recall


def looked_over(desk: Desk, organization: Organization) -> tuple[list[Link], set[str]]:
    """Every account, and the keys of everybody in the record; an ambiguous one with the people who fit."""
    seen = recall(desk, organization)
    decisions = decide_on(desk, seen)
    fitting = decisions.candidates()
    links = decisions.links()
    decisions.close()
    told = [
        link._replace(evidence=f"fits {', '.join(fitting[link.account])}")
        if link.account in fitting
        else link
        for link in links
    ]
    return told, {str(key) for key in seen.people.column(seen.extract.key).to_pylist()}
