"""The policy as a model value, and the digest that says which policy it was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from seatkeeper.model.ids import Digest
from seatkeeper.model.policy import Access, Leave, LinkBy, Pin, Policy, StatusTable

if TYPE_CHECKING:
    from seatkeeper.config.schema import AccessRule, Configuration


def policy_of(configuration: Configuration, commit: str | None) -> Policy:
    """The policy of a configuration; `commit` holds exactly this text, if any does."""
    told = configuration.policy
    return Policy(
        digest=policy_digest(configuration),
        status=StatusTable(told.status.column, dict(told.status.values)) if told.status else None,
        leave=Leave(told.leave.when, frozenset(told.leave.over), frozenset(told.leave.missing_ok))
        if told.leave
        else None,
        join=told.join.when if told.join else None,
        absent_after=told.absent.propose_after,
        access=tuple(_access(rule) for rule in told.access),
        manages=frozenset(told.manages),
        pins=tuple(
            Pin(
                pin.pin,
                pin.owner,
                pin.reason,
                pin.until,
                account=pin.account,
                person=pin.person,
                when=pin.when,
                ticket=pin.ticket,
            )
            for pin in told.pins
        ),
        links=tuple(
            LinkBy(
                link.column, link.trust, link.match or ("email" if "mail" in link.column.lower() else "login")
            )
            for link in configuration.links.by
        ),
        commit=commit,
    )


def policy_digest(configuration: Configuration) -> Digest:
    """The sha256 over the canonical text of everything that decides.

    That is the policy, the links, the limits, what the source is asked and how
    its columns are read, the default time zone, and where a leave suspends.
    Comments, order of fields and where things are (URLs, paths, tokens) are not part of it.
    """
    import rfc8785  # noqa: PLC0415  # only planning needs it

    told = configuration.model_dump(mode="json")
    decides = {
        "policy": told["policy"],
        "links": told["links"]["by"],
        "limits": told["limits"],
        "sources": {
            name: {field: value for field, value in source.items() if field not in {"url", "path"}}
            for name, source in told["sources"].items()
        },
        "zone": told["schedule"]["zone"],
    }
    forges = configuration.forges.items()
    suspending = sorted(name for name, forge in forges if forge.write and forge.write.site_admin)
    if suspending:
        decides["suspending"] = suspending
    return Digest(hashlib.sha256(rfc8785.dumps(decides)).hexdigest())


def _access(rule: AccessRule) -> Access:
    lists = [given.teams_from for given in rule.grant if given.teams_from]
    return Access(
        when=rule.when,
        teams=tuple(given.team for given in rule.grant if given.team),
        teams_from=lists[0] if lists else None,
        repositories={
            given.repository: given.role for given in rule.grant if given.repository and given.role
        },
    )
