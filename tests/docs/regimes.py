"""docs/regimes.md: under each regime, the requests that the planner's own steps come to."""

from seatkeeper.forges.github.calls import call
from seatkeeper.forges.github.capabilities import REGIMES
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, Resource, direct, membership, signing_in, team_place
from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId
from seatkeeper.model.plan import Step
from seatkeeper.rules.effects import letting_in
from seatkeeper.rules.steps import joining, leaving, returning

SOMEBODY = AccountId("1")
SEAT = membership(SOMEBODY, OrganizationId("1"))
HELD: frozenset[Grant] = frozenset(
    {SEAT, team_place(SOMEBODY, TeamId("1")), direct(SOMEBODY, RepositoryId("1"), "write")}
)
"""A member with a place in one team and one repository of their own."""
ACTIVE = signing_in(SOMEBODY, OrganizationId("1"))
NAMES = {Resource("team", "1"): "TEAM", Resource("repository", "1"): "REPO"}
NOTHING: frozenset[Grant] = frozenset()

_HEAD = """# Regimes: who decides who is in

An organization on GitHub is under one of several regimes, and in some of them somebody else lets people in
and out. `seatkeeper check` finds out which by reading alone, and says who owns membership, what Seatkeeper
never writes there, and whom to ask. What is only known from recollection takes the path on which nobody
loses anything, until `seatkeeper conformance` has found out on a scratch organization what is so.

| regime | told by |
|---|---|
| `plain` | none of the below |
| `saml` | the organization has an identity provider |
| `scim` | the identity provider provisions identities there |
| `emu` | groups of the enterprise's own identity provider can be listed: accounts are the enterprise's |
| `ghes` | the server tells which version is installed |
| `ghes+suspension` | the same; it tells who is suspended, and `write` says `site_admin: true` |
| `synced`, on top | the identity provider's groups are synced with teams |
| `enterprise-teams`, on top | a team of the enterprise is in the organization |

## What is done about a joiner, a leaver, and somebody who comes back

For a person with one team and one repository of their own, made from the connector's capabilities and the
planner's steps; a test carries the same steps out on a simulated forge under each regime.

| regime | a join | a leave | a restore |
|---|---|---|---|
"""

_OWNERS = """
A suspension shuts somebody out of the whole server, its other organizations included, and takes no grant from
them: for as long as it lasts they hold no seat, are no owner, and count as one person who lost something. A
joiner who is suspended is never let in unasked. Whoever is outside the organization loses what they hold
there one by one, as everywhere. A server whose accounts are suspended by LDAP Sync refuses it; leave
`site_admin` out there, and leaves are removals.

Wherever a team lets people in by itself (a team of the enterprise, or of one of the provider's groups), a
leave of somebody in it is held: what is removed here would stay, or be refused.

## Who owns membership, what is read-only, and whom to ask

| regime | membership is decided by | never written by us | ask |
|---|---|---|---|
"""

_RECALLED = """
## What is recalled, and found out by conformance

Each is taken to be so; one that was found not to be so is no longer counted on, for the same API under the
same regime: that whoever is let in must accept, that a suspension takes nothing, that a reinstatement may
bring the membership alone, and that an invitation that reinstates may name teams.

| regime | recalled |
|---|---|
"""


def calls(kind: str, regime: Capabilities) -> list[tuple[str, bool]]:
    """The requests that a join, a leave or a restore comes to, and whether each waits for an acceptance."""
    held = HELD | {ACTIVE} if regime.suspends_without_loss else HELD
    lost = letting_in(held) or held
    steps = {
        "join": lambda: joining(NOTHING, HELD, regime),
        "leave": lambda: leaving(lost, regime),
        "restore": lambda: returning(held - lost, held, regime, native=regime.reinstate_days is not None),
    }[kind]()
    offered = {grant for step in steps if step.invites for grant in step.grants}
    due = [step for step in steps if not (step.after_acceptance and offered.issuperset(step.grants))]
    return [(_request(step, regime), step.after_acceptance) for step in due]


def _request(step: Step, regime: Capabilities) -> str:
    told = call(step, "ORG", "LOGIN", NAMES, invitations=regime.asks_with_teams)
    return f"{told.method} {told.path}"


def _cell(kind: str, regime: Capabilities) -> str:
    if regime.membership_owner is not None:
        return f"held: decided by {regime.membership_owner}"
    parts, waits = [], False
    for request, after in calls(kind, regime):
        if after and not waits:
            days = f" within {regime.acceptance_days} days" if regime.acceptance_days else ""
            parts.append(f"once they accept{days}:")
            waits = True
        parts.append(f"`{request}`")
    if kind == "restore" and regime.reinstate_days is not None:
        parts[0] += f" (role `reinstate`, within {regime.reinstate_days} days; later as a join)"
        parts.append("where the reinstatement did not bring them")
    return "<br>".join(parts)


def page() -> str:
    """The page."""
    rows = [
        f"| `{name}` | {_cell('join', one)} | {_cell('leave', one)} | {_cell('restore', one)} |"
        for name, one in REGIMES.items()
    ]
    owners = [
        f"| `{name}` | {one.membership_owner or 'us'} | {'; '.join(one.read_only) or 'nothing'} "
        f"| {one.ask or 'nobody'} |"
        for name, one in REGIMES.items()
    ]
    recalled = [
        f"| `{name}` | {', '.join(f'`{fact}`' for fact in one.recalls) or 'nothing'} |"
        for name, one in REGIMES.items()
    ]
    return "\n".join(
        [_HEAD + "\n".join(rows), _OWNERS + "\n".join(owners), _RECALLED + "\n".join(recalled), ""]
    )
