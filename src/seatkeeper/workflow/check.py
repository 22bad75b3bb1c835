"""Check: what stands in the way, each finding with its remedy. It reads, and writes nothing anywhere."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Literal, NamedTuple

from seatkeeper.errors import NotCovered, SeatkeeperError
from seatkeeper.model.people import Column, Extract
from seatkeeper.model.policy import Policy
from seatkeeper.model.snapshot import Credential
from seatkeeper.rules.predicate import Use, admit
from seatkeeper.workflow.attrition import allowances, attrition
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.revoke import unreviewed

COVERAGE = 5
ENDING = timedelta(days=14)
SLOW_CLOCK, WRONG_CLOCK = 60.0, 600.0
"""Seconds from which a difference of clocks is told, and from which no date can be trusted."""

Severity = Literal["fine", "note", "warning", "problem"]


class Finding(NamedTuple):
    """One thing that was looked at."""

    severity: Severity
    about: str
    told: str
    remedy: str = ""
    exit_code: int = 0


def check(desk: Desk) -> list[Finding]:
    """Look at every part in turn; one that fails does not keep the next from being looked at."""
    looks: tuple[tuple[str, Callable[[Desk], list[Finding]]], ...] = (
        ("policy", _policy),
        ("source", _source),
        ("forge", _forge),
        ("regime", _regime),
        ("journal", _journal),
        ("second place", _second_place),
        ("limits", _limits),
    )
    findings: list[Finding] = []
    for about, look in looks:
        try:
            findings += look(desk)
        except SeatkeeperError as error:
            findings.append(_problem(about, error))
    return findings


def _problem(about: str, error: SeatkeeperError) -> Finding:
    told = f"{error.what} {error.arithmetic}".strip()
    return Finding("problem", about, told, error.remedy, error.exit_code)


def _policy(desk: Desk) -> list[Finding]:
    today = desk.clock.now().date()
    commit = f", commit {desk.policy.commit[:12]}" if desk.policy.commit else ", not in a clean checkout"
    findings = [Finding("fine", "policy", f"digest {desk.policy.digest[:16]}{commit}")]
    for pin in desk.policy.pins:
        if pin.until < today:
            told = f"the pin on {pin.scope} lapsed on {pin.until}"
            findings.append(
                Finding(
                    "warning", "policy", told, f"see whom it holds: seatkeeper pins; then ask {pin.owner}"
                )
            )
    if desk.policy.status is None:
        findings.append(
            Finding(
                "warning", "policy", "there is no table of status values", "add policy.status to the file"
            )
        )
    return findings


def _source(desk: Desk) -> list[Finding]:
    extract, people = desk.source.read()
    freshness = "as of" if extract.as_of_told else "read at (the source does not say how fresh it is)"
    told = f"{extract.rows:,} people, {freshness} {extract.as_of:%Y-%m-%d %H:%M} UTC"
    if not extract.whole:
        return [Finding("problem", "source", extract.problem or told, "look at the source", exit_code=5)]
    return [
        Finding("fine", "source", told),
        *_rules(desk.policy, extract.columns),
        *_statuses(desk, extract, people.to_pylist()),
    ]


def _rules(policy: Policy, columns: tuple[Column, ...]) -> list[Finding]:
    """Every rule that the gate refuses: a plan would stop at the first of them."""
    rules: list[tuple[str, Use, frozenset[str]]] = []
    if policy.leave:
        rules.append((policy.leave.when, "leave", policy.leave.missing_ok))
    if policy.join:
        rules.append((policy.join, "join", frozenset()))
    rules += [(rule.when, "access", frozenset()) for rule in policy.access if rule.when]
    rules += [(pin.when, "pin", frozenset()) for pin in policy.pins if pin.when]
    findings = []
    for text, use, missing_ok in rules:
        try:
            admit(text, columns, use=use, missing_ok=missing_ok)
        except SeatkeeperError as error:
            findings.append(_problem("policy", error))
    return findings


def _statuses(desk: Desk, extract: Extract, people: list[dict[str, object]]) -> list[Finding]:
    """Every status value that the source holds, how many people have it, and what it means."""
    findings = []
    for value, count, means in statuses(desk.policy, people):
        shown = "missing" if value is None else repr(value)
        severity: Severity = "note" if means == "hold" else "fine"
        remedy = (
            "" if means != "hold" else f"say what it means in policy.status.values, or mend {extract.source}"
        )
        findings.append(Finding(severity, f"status {shown}", f"{count:,} people: {means}", remedy))
    return findings


class Status(NamedTuple):
    """A value of the status column (None: missing), how many records have it, and what it means."""

    value: str | None
    records: int
    means: Literal["keep", "leave", "hold"]


def statuses(policy: Policy, people: Iterable[Mapping[str, object]]) -> list[Status]:
    """Every status value that these records hold, the most frequent first; none without a table."""
    table = policy.status
    if table is None:
        return []
    values = (person.get(table.column) for person in people)
    counted = Counter(None if value is None else str(value) for value in values)
    return [
        Status(value, records, "hold" if value is None else table.values.get(value, "hold"))
        for value, records in counted.most_common()
    ]


def _forge(desk: Desk) -> list[Finding]:
    organization = desk.reader.organization()
    seen = desk.reader.credential()
    findings = [
        Finding("fine", "forge", f"{organization.login} (id {organization.id}), as {seen.account.login}"),
        Finding("fine", "connection", seen.way),
        *_credential(desk, seen),
        *_time(desk, seen),
    ]
    if desk.credential_owner is None:
        findings.append(
            Finding(
                "warning",
                "forge",
                "nobody is named as the owner of the credential, so its owner could approve",
                f"add forges.{desk.forge}.credential_owner",
            )
        )
    if not desk.adopted(organization):
        findings.append(
            Finding(
                "note", "forge", "not adopted yet: nothing can be removed", "seatkeeper plan, then approve it"
            )
        )
    return findings


def _credential(desk: Desk, seen: Credential) -> Iterator[Finding]:
    """What the reading credential lacks, what it should not have, and when it ends."""
    about, where = "credential", f"forges.{desk.forge}.read"
    if seen.lacks:
        told = f"the reading credential lacks {'; and '.join(seen.lacks)}"
        yield Finding("problem", about, told, f"give {where} that right: docs/permissions.md", COVERAGE)
    if seen.excess:
        told = f"the reading credential may do more than reading needs: {', '.join(seen.excess)}"
        yield Finding("warning", about, told, f"give {where} a token that may only read")
    if seen.until is not None and seen.until - desk.clock.now() < ENDING:
        told = f"the reading credential ends on {seen.until:%Y-%m-%d %H:%M} UTC"
        yield Finding("warning", about, told, f"make another one for {where}")


def _time(desk: Desk, seen: Credential) -> Iterator[Finding]:
    """End dates, windows and expiries are counted by this machine's clock, so it has to be right."""
    if seen.at is None:
        return
    off = (desk.clock.now() - seen.at).total_seconds()
    told = f"this machine's clock is {abs(off):,.0f} s {'ahead of' if off > 0 else 'behind'} the forge's"
    remedy = "set this machine's clock by NTP, then: seatkeeper check"
    if abs(off) >= WRONG_CLOCK:
        yield Finding("problem", "clock", told, remedy, exit_code=1)
    elif abs(off) >= SLOW_CLOCK:
        yield Finding("warning", "clock", told, remedy)
    else:
        yield Finding("fine", "clock", f"this machine's and the forge's are within {SLOW_CLOCK:g} s")


def _regime(desk: Desk) -> list[Finding]:
    """Who owns membership here, what is read-only for us, and whom to ask for that."""
    here = desk.reader.capabilities
    owner = here.membership_owner
    told = f"{here.regime}: membership is decided by {owner or 'us'}"
    if here.suspends_without_loss:
        told += "; whoever leaves is suspended on the whole server, and keeps what they hold"
    if here.read_only:
        told += f"; never written here: {'; '.join(here.read_only)}"
    severity: Severity = "warning" if owner is not None else "note" if here.read_only else "fine"
    return [Finding(severity, "regime", told, f"ask {here.ask}" if here.ask else "")]


def _journal(desk: Desk) -> list[Finding]:
    seq, head = desk.store.head()
    findings = [Finding("fine", "journal", f"{seq:,} entries, head {head[:16]}")]
    extracts = desk.store.extracts(desk.source_name, desk.clock.now() - timedelta(days=8))
    if not any(e.whole for e in extracts):
        told = "no earlier extract is kept, so a leaver without an end date is held until a second one agrees"
        findings.append(Finding("note", "journal", told, "seatkeeper observe, today and tomorrow"))
    findings += [
        Finding(
            "warning",
            "revocations",
            f"{one.person} revoked {one.login} on {one.at:%Y-%m-%d}, and nobody has reviewed it",
            f"seatkeeper revoke {one.login} --review --key KEY",
        )
        for one in unreviewed(desk)
    ]
    return findings


def _second_place(desk: Desk) -> list[Finding]:
    """The journal is the restore; whatever takes the store must not take both."""
    about = "second place"
    if desk.look_at_copy is None:
        told = "the journal is in one place only: whoever loses it can give nobody anything back"
        return [Finding("warning", about, told, "name a second_place in the file")]
    label, through, pieces = desk.look_at_copy()
    seq = desk.store.head()[0]
    told = f"{label}: {through:,} of {seq:,} entries in {pieces:,} pieces, the last one read back"
    if through < seq:
        return [Finding("warning", about, told, "the next entry copies the rest; else type check again")]
    return [Finding("fine", about, told)]


def _limits(desk: Desk) -> list[Finding]:
    """What the limits allow, and whether people leave faster than that."""
    try:
        organization = desk.reader.organization()
    except SeatkeeperError:
        return []  # that the forge can't be reached has been said of the forge
    try:
        seen = attrition(desk, organization)
    except NotCovered as error:
        told = "what they allow depends on how many people have a seat, and nothing was observed yet"
        return [Finding("note", "limits", told, error.remedy)]
    findings = [Finding("fine", "limits", allowances(desk.limits, seen.seats))]
    allowed = desk.limits.foreseen_week.allows(seen.seats)
    if seen.worst is None:
        told = "no column says when people end, so nobody can tell when a limit will be hit"
        findings.append(Finding("note", "limits", told, "give the column of the last day `role: end`"))
    elif seen.worst > allowed:
        told = f"{seen.worst:,} people end in the 7 days until {seen.until}, and {allowed:,} may go unasked"
        findings.append(
            Finding("warning", "limits", told, "an approver will be asked; or set limits.foreseen_week")
        )
    else:
        told = (
            f"at most {seen.worst:,} people end in any 7 days from 90 days ago to 30 ahead: no limit is hit"
        )
        findings.append(Finding("fine", "limits", told))
    return findings
