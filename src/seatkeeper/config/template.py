"""The commented configuration that ``seatkeeper init`` writes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from seatkeeper.config.fields import loopback

_TEXT = """\
# Who keeps a seat, and what decides it. Keep this file in git: a plan names the commit it came from.
# Every field: docs/configuration.md. After each change: seatkeeper check
version: 1

# The journal and everything observed. postgresql://… when several machines share it.
store: {store}

# Where the journal is kept as well, sealed: what is lost with the store can't be given back.
# second_place: {{folder: /mnt/elsewhere/seatkeeper, key: "${{COPY_KEY}}"}}   # openssl rand -base64 32

# Each run ends with a signed checkpoint: whoever writes the journal anew shows without the key.
# checkpoints: {{key: "${{CHECKPOINT_KEY}}", public_keys: [MCow…]}}   # openssl genpkey -algorithm ed25519

# The company's own record of people. It is only ever read.
sources:
  people:
{source}
    key: {key}                    # the stable key of a person; never an e-mail, those change
    # How old the record may be. Without it the record is taken to be as old as the reading.
    # fresh: {{query: "SELECT max(loaded_at) FROM people", within: 26h}}
    columns:                      # what is not plain text, or whose NULL is a fact; other NULLs are unknown
{columns}

forges:
  {forge}:
    kind: github
    api: {api}
    organization: {organization}
    # a secret is a variable, a file ({{file: PATH}}, chmod 600) or a program ({{command: [pass, show, gh]}});
    # a GitHub App in place of a token: {{app: {{id: 123, installation: 456, key: {{file: app.pem}}}}}}
    read: {{token: {read}}}       # all that observing, planning and checking ever use
    write: {{token: {write}}}     # only apply, follow and stop ask for it
{clock}    # credential_owner: {owner}   # no plan removes the person behind the credentials

# Whose account is whose. A proposed link waits until a person confirms it, in the file of links.
links:
  by:
{links}
{file}               # person,login,account_id,kind,note: what is written there wins

policy:
  # What each status means. A value that is not here, and no value at all, holds: nothing happens.
  status:
    column: {status}
    values: {values}
  # Leaving beyond the table: only TRUE counts, and missing data is never TRUE.
{leave}
  absent: hold                    # no longer in the source: hold, or {{propose_after: 14d}}
{join}
{access}
  manages: []                     # slugs of teams in which a move may take a place; elsewhere it only gives
  # A pin is what a named person says over the record; it lapses. Of an account, or of a person by the key:
  # pins: [{{account: LOGIN, pin: keep, owner: {owner}, reason: "why", until: 2030-01-31}}]
  pins: []

# How much may be lost before a person is asked. Empty: the defaults, which `seatkeeper check` explains.
limits: {{}}

# Who may propose and approve: one line a person, `E-MAIL ssh-ed25519 AAAA…`. Never read from a source.
people: {{approvers: {approvers}}}

# When the daily work is due, for whatever starts it, such as cron: this version starts nothing by itself.
schedule:
  zone: {zone}                     # also of everybody whose own time zone is not known
  leave: "0 6 * * *"
  join: "0 7,13 * * *"

# Who is told what, and how. Nothing leaves before `apply: {{notices: apply}}`: seatkeeper notices preview
# notices: {{mail: {{host: smtp.example.com, sender: {owner}}}, admins: [{owner}], address: email}}

# What a schedule may do without a person; what a person types needs no leave here.
# SEATKEEPER_APPLY=propose or off lowers it for one machine.
apply: {{leave: propose, join: propose, from_branch: main}}
"""

_CASES = """\
# What the policy must decide: a person and an account as a few columns, the decision, and why.
# seatkeeper test decides them, shows what decided, and tells what no case exercises.
day: {day}                 # the day on which all of it is decided
person: {person}           # what the record says where a case says nothing else
cases:
  - why: "the story: whoever has no status is held by name, and nothing is taken"
    person: {{{status}: }}
    expect: hold
    reason: missing-status
  - why: "the story: an exception for somebody else changes nothing for everybody else"
    expect: keep
    reason: stays
  - why: a status that nobody foresaw is held, whatever it looks like
    person: {{{status}: "something new"}}
    expect: hold
    reason: unforeseen-status
  - why: the first extract that says so takes nothing yet
    person: {{{status}: {left}}}
    seen_before: false
    expect: hold
    reason: first-seen
"""


@dataclass(frozen=True, slots=True)
class Starter:
    """What `init` was told. A column that is None is left out.

    `source` is a SQLAlchemy URL (or ``${NAME}``), or the path of a CSV or
    Parquet file. `read` and `write` name environment variables.
    """

    organization: str
    api: str = "https://api.github.com"
    forge: str = "main"
    source: str = "${HR_DATABASE_URL}"
    table: str = "people"
    key: str = "id"
    login: str | None = "github_login"
    email: str | None = "email"
    status: str = "status"
    keep: tuple[str, ...] = ("active", "on_leave")
    leave: tuple[str, ...] = ("inactive",)
    start: str | None = "start_date"
    end: str | None = "end_date"
    teams: str | None = None
    office: str | None = None
    others: tuple[str, ...] = ()
    join: str | None = None
    links: str | None = None
    owner: str = "ops@example.com"
    approvers: str = "approvers.allowed_signers"
    store: str = "sqlite:///seatkeeper.db"
    read: str = "GH_READ"
    write: str = "GH_WRITE"
    zone: str = "UTC"


def render(starter: Starter) -> str:
    """The text of a configuration that `load` accepts as it stands."""
    return _TEXT.format(
        store=_quoted(starter.store),
        source=_source(starter),
        key=_quoted(starter.key),
        columns=_columns(starter),
        forge=_quoted(starter.forge),
        api=_quoted(starter.api),
        organization=_quoted(starter.organization),
        read=_quoted(f"${{{starter.read}}}"),
        write=_quoted(f"${{{starter.write}}}"),
        clock=_clock(starter),
        owner=_quoted(starter.owner),
        links=_links(starter),
        file=f"  file: {_quoted(starter.links)}" if starter.links else "  # file: links.csv",
        status=_quoted(starter.status),
        values=_values(starter),
        leave=_leave(starter),
        join=_join(starter),
        access=_access(starter),
        approvers=_quoted(starter.approvers),
        zone=_quoted(starter.zone),
    )


def render_cases(starter: Starter, day: date) -> str:
    """The text of the first cases, which the policy of `render` decides as they say."""
    told = {starter.status: starter.keep[0]}
    if "department" in starter.others:
        told["department"] = "eng"
    if starter.office is not None:  # where nobody knows the zone, it is the last day on Earth
        told[starter.office] = starter.zone
    first = _CASES.format(
        day=day,
        person=_inline(told),
        status=_quoted(starter.status),
        left=_quoted(starter.leave[0]),
    )
    return first + "".join(_one_case(*line) for line in _more_cases(starter, day))


_Case = tuple[str, dict[str, str], str, str]
"""Why, what the record says, what else stands in the case, and the decision expected."""


def _more_cases(starter: Starter, day: date) -> Iterator[_Case]:
    for value in starter.leave:
        yield f"{value} means gone", {starter.status: value}, "", "leave"
    for value in starter.keep[1:]:
        yield f"{value} keeps everything", {starter.status: value}, "", "keep"
    if starter.end is not None:
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        yield "the last day was yesterday", {starter.end: str(before)}, "", "leave"
        yield "today is the last day, and whoever works here today stays", {starter.end: str(day)}, "", "keep"
        yield "the last day is known and still to come", {starter.end: str(after)}, "", "keep"
    outside = "    account: none\n"
    begun = {starter.start: str(day)} if starter.start else {}
    yield "the first day is today, so an invitation goes out", begun, outside, "join"
    if "department" in starter.others:
        yield "a department that the join rule does not name", {"department": "sales"}, outside, "keep"
    if starter.start is not None:
        yield "the first day is tomorrow", {starter.start: str(day + timedelta(days=1))}, outside, "keep"
    yield "whoever has gone is not let in again", {starter.status: starter.leave[0]}, outside, "keep"


def _one_case(why: str, person: dict[str, str], more: str, expect: str) -> str:
    told = f"    person: {_inline(person)}\n" if person else ""
    return f"  - why: {_quoted(why)}\n{told}{more}    expect: {expect}\n"


def _inline(values: dict[str, str]) -> str:
    return f"{{{', '.join(f'{_quoted(name)}: {_quoted(value)}' for name, value in values.items())}}}"


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar, which every JSON string is."""
    return json.dumps(text, ensure_ascii=False)


def _source(starter: Starter) -> str:
    suffix = starter.source.rpartition(".")[2].lower()
    if suffix in {"csv", "parquet"} and "://" not in starter.source:
        return f"    kind: {suffix}\n    path: {_quoted(starter.source)}"
    names = (
        starter.key,
        starter.email,
        starter.login,
        starter.status,
        starter.start,
        starter.end,
        starter.teams,
        starter.office,
    )
    told = [name for name in dict.fromkeys((*names, *starter.others)) if name is not None]
    query = f"SELECT {', '.join(told)} FROM {starter.table}"
    return f"    kind: sql\n    url: {_quoted(starter.source)}\n    query: {_quoted(query)}"


def _columns(starter: Starter) -> str:
    told: dict[str | None, str] = {
        starter.start: "{type: date, role: start}                # the first day",
        starter.end: "{type: date, missing: none, role: end}   # the last day; NULL says there is none",
        starter.teams: "{type: list}",
        starter.office: "{role: zone}                            # an IANA time zone",
        **dict.fromkeys(starter.others, "{type: text}"),
    }
    lines = [f"      {_quoted(name)}: {text}" for name, text in told.items() if name is not None]
    return "\n".join(lines) or "      {}"


def _clock(starter: Starter) -> str:
    if not loopback(starter.api):
        return ""
    return "    clock: simulator              # a simulated forge has its own time; only on this machine\n"


def _links(starter: Starter) -> str:
    told = ((starter.login, "confirmed, match: login"), (starter.email, "proposed, match: email"))
    lines = [f"    - {{column: {_quoted(name)}, trust: {trust}}}" for name, trust in told if name is not None]
    return "\n".join(lines) or "    []"


def _values(starter: Starter) -> str:
    means = {**dict.fromkeys(starter.keep, "keep"), **dict.fromkeys(starter.leave, "leave")}
    return f"{{{', '.join(f'{_quoted(value)}: {what}' for value, what in means.items())}}}"


def _leave(starter: Starter) -> str:
    if starter.end is None:
        return '  # leave: {when: "end_date < as_of", over: [active]}'
    over = ", ".join(_quoted(value) for value in starter.keep[:1])
    return f"  leave: {{when: {_quoted(f'{starter.end} < as_of')}, over: [{over}]}}"


def _join(starter: Starter) -> str:
    first = starter.keep[0].replace("'", "''") if starter.keep else "active"
    when = starter.join or f"{starter.status} = '{first}'"
    return f"  join: {{when: {_quoted(when)}}}"


def _access(starter: Starter) -> str:
    if starter.teams is None:
        return "  access: []                      # such as [{when: \"team = 'web'\", grant: [{team: web}]}]"
    return f"  access: [{{grant: [{{teams_from: {_quoted(starter.teams)}}}]}}]"
