"""The configuration as it may be written, field by field. What is not named here is refused.

The text under each field is its documentation: the JSON Schema and
docs/configuration.md are made from it.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from seatkeeper.config.credential import Credential, ScratchAccount, WriteCredential
from seatkeeper.config.fields import Cron, DatabaseUrl, Share, Span, Text, Zone
from seatkeeper.config.notices import Incidents, Notices
from seatkeeper.config.pins import PinEntry, PinsSection
from seatkeeper.config.place import Checkpoints, SecondPlace
from seatkeeper.model.people import ColumnRole, ColumnType, Missing
from seatkeeper.model.policy import StatusMeans, Trust
from seatkeeper.model.schedule import Switch


def _absence(value: object) -> object:
    return {} if value == "hold" else value


def _exactly(value: object) -> object:
    """A plain number of people, as the window that allows exactly so many."""
    text = str(value)
    return {"floor": text, "count": text, "share": "0", "least_share": "0"} if text.isdecimal() else value


def _first_version(value: object) -> object:
    return 1 if str(value) == "1" else value


class Section(BaseModel):
    """A mapping of the file: frozen, and with no field that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Declared(Section):
    """A declared column of a source."""

    type: ColumnType = "text"
    """What its values are; `list` is an array, a JSON array, or text parted by commas or semicolons."""
    missing: Missing = "unknown"
    """What NULL says: `unknown` is no evidence; `none` is a fact, as in "no end date"."""
    role: ColumnRole | None = None
    """What it means to the rules: first day, last day (inclusive), time zone, manager."""


class Fresh(Section):
    """How old the record may be before nothing is taken on its word."""

    query: Text | None = None
    """One value: when the source was loaded. A file without it is as old as the file."""
    within: Span
    """The oldest it may be."""


class SqlSource(Section):
    """A database, read by one query."""

    kind: Literal["sql"]
    """Any database that SQLAlchemy has a driver for."""
    url: DatabaseUrl = Field(repr=False)
    """Where it is. A relative SQLite file is relative to this file."""
    query: Text
    """Gives one row for each person. Its columns are the columns that rules may name."""
    key: Text
    """The column with a person's stable key."""
    columns: dict[Text, Declared] = {}
    """The columns that are not plain text, or whose NULL means something."""
    fresh: Fresh | None = None
    """None given: the record is as old as the reading, and reports say so."""


class FileSource(Section):
    """A table in a file, CSV or Parquet."""

    kind: Literal["csv", "parquet"]
    """The format of the file."""
    path: Text
    """Where it is, relative to this file."""
    key: Text
    """The column with a person's stable key."""
    columns: dict[Text, Declared] = {}
    """Every column that a rule names; those that status, links and access name need no entry."""
    fresh: Fresh | None = None
    """None given: the record is as old as the reading, and reports say so."""


class Forge(Section):
    """One organization on one forge."""

    kind: Literal["github"]
    """What speaks there."""
    api: Text = "https://api.github.com"
    """The root of its API; https, except on this machine."""
    organization: Text
    """The organization's login."""
    read: Credential
    """Reads members, teams and repositories. It need not be able to write."""
    write: WriteCredential | None = None
    """Carries out approved plans; no reading command asks for it."""
    credential_owner: Text | None = None
    """The login or e-mail of whoever owns the credentials, so that no plan removes them."""
    ca_file: Text | None = None
    """A certificate authority of your own, relative to this file."""
    workers: int = Field(4, ge=1, le=16)
    """How many requests may be under way at once while reading."""
    scratch: list[ScratchAccount] = []
    """Only for an organization made to be tried on: the accounts `seatkeeper conformance` may use there."""
    activity: bool = False
    """Whether last activity is asked for; it is personal data, so it is off unless you say so."""
    clock: Literal["system", "simulator"] = "system"
    """Whose time counts. `simulator` is for a simulated forge on this machine only."""


class LinkColumn(Section):
    """A column that tells which account is a person's."""

    column: Text
    """The column."""
    trust: Trust
    """`confirmed` decides; `proposed` waits for a person to confirm it."""
    match: Literal["login", "email"] | None = None
    """What it is compared with; none given: e-mail where the column's name has `mail` in it, else login."""


class Links(Section):
    """How persons and accounts belong together."""

    by: list[LinkColumn] = []
    """Columns in order of trust."""
    file: Text | None = None
    """A CSV file with the columns person, login and optionally account_id, kind, note. It wins."""


class Status(Section):
    """The table of status values: what each means. Any other value, and none, holds."""

    column: Text
    """The column with the status."""
    values: dict[Text, StatusMeans] = Field(min_length=1)
    """What each value means."""


class LeaveRule(Section):
    """Leaving beyond the table."""

    when: Text
    """A SQL boolean expression; only TRUE is evidence."""
    over: list[Text] = []
    """The keep values of the table that it may overrule."""
    missing_ok: list[Text] = []
    """Columns whose missing value it may take as evidence."""


class Absence(Section):
    """What to do about somebody who is no longer in a whole and healthy source: hold, unless told."""

    propose_after: Span | None = None
    """Proposed after so long, and always decided by a person."""


class JoinRule(Section):
    """Who gets a seat."""

    when: Text
    """A SQL boolean expression; only TRUE joins."""


class Given(Section):
    """One thing that is given: a team, the teams a column lists, or a repository with a role."""

    team: Text | None = None
    """A team's slug."""
    teams_from: Text | None = None
    """A column of type list, whose values are slugs."""
    repository: Text | None = None
    """A repository's name, beside `role`."""
    role: Text | None = None
    """The role on the repository: read, triage, write, maintain, admin, or the name of a custom role."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(part is not None for part in (self.team, self.teams_from, self.repository)) != 1:
            raise ValueError("should name exactly one of team, teams_from and repository")
        if (self.repository is None) != (self.role is None):
            raise ValueError("should name repository and role together")
        return self


class AccessRule(Section):
    """What people are given."""

    when: Text | None = None
    """Whom it is for; none given: everybody who joins."""
    grant: list[Given] = Field(min_length=1)
    """What it gives."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if sum(given.teams_from is not None for given in self.grant) > 1:
            raise ValueError("should have one teams_from; put the second in a rule of its own")
        named = [given.repository for given in self.grant if given.repository]
        if len(set(named)) != len(named):
            raise ValueError("should name each repository once")
        return self


class PolicySection(Section):
    """Who keeps a seat, who leaves, who joins, and with what access."""

    status: Status | None = None
    """The table of status values, which comes first."""
    leave: LeaveRule | None = None
    """Leaving beyond the table."""
    absent: Annotated[Absence, BeforeValidator(_absence, Literal["hold"] | Absence)] = Absence()
    """Somebody who is no longer in the source: `hold`, or `{propose_after: 14d}`."""
    join: JoinRule | None = None
    """Who gets a seat; none given: nobody joins."""
    access: list[AccessRule] = []
    """What joiners are given, and what movers are to have."""
    manages: list[Text] = []
    """Slugs of the teams in which a move may take a place; elsewhere it only gives."""
    pins: list[PinEntry] = []
    """What named people say over what the record says, each until a day."""


class Window(Section):
    """At most max(`floor`, min(`count`, `share` of seats), `least_share` of seats) people."""

    floor: int | None = Field(None, ge=0)
    """So many whatever the size."""
    count: int | None = Field(None, ge=0)
    """Never more than so many by share."""
    share: Share | None = None
    """The share of the seats."""
    least_share: Share | None = None
    """The share that large organizations get in any case."""


Loss = Annotated[Window, BeforeValidator(_exactly, Window | int)]
"""A window, or a number of people: exactly so many."""


class LimitsSection(Section):
    """How much may be lost before a person is asked. 0 means none, not "no limit"."""

    run: Loss | None = None
    """People who lose something in one run."""
    day: Loss | None = None
    """In 24 hours."""
    week: Loss | None = None
    """In 7 days."""
    foreseen_run: Loss | None = None
    """Leavers whose end date was known for a week, in one run."""
    foreseen_day: Loss | None = None
    """Likewise in 24 hours."""
    foreseen_week: Loss | None = None
    """Likewise in 7 days."""
    approver_factor: int | None = Field(None, ge=1)
    """How many times the limit one approver may allow."""
    approver_share: Share | None = None
    """The share of the seats beyond which one approver is not enough."""
    team_floor: int | None = Field(None, ge=0)
    """People who may lose a team in one run whatever its size."""
    team_share: Share | None = None
    """The share of a team that may lose it in one run."""
    owners: int | None = Field(None, ge=0)
    """Owners who may lose something in one run."""
    owners_floor: int | None = Field(None, ge=1)
    """Owners who must remain; nobody can waive it."""
    shrink_share: Share | None = None
    """By how much the source may shrink against its median."""
    shrink_rows: int | None = Field(None, ge=0)
    """And by at least so many rows."""
    hold_points: Share | None = None
    """By how much the share of held people may grow."""
    hold_people: int | None = Field(None, ge=0)
    """And by at least so many people."""
    link_points: Share | None = None
    """By how much the share of linked accounts may fall."""
    link_people: int | None = Field(None, ge=0)
    """And by at least so many accounts."""
    snapshot_hours: float | None = Field(None, gt=0, le=24, allow_inf_nan=False)
    """How old a plan may be when a run starts."""
    second_extract_hours: float | None = Field(None, ge=1, allow_inf_nan=False)
    """How far apart two extracts must be to say the same of a leaver."""
    foreseen_days: float | None = Field(None, ge=1, allow_inf_nan=False)
    """How long an end date must have been known to count as foreseen."""


class PeopleSection(Section):
    """Who may propose and approve."""

    approvers: Text
    """A file of allowed signers, as ssh-keygen reads it, relative to this file: person, then key."""


class Schedule(Section):
    """When the daily work is due."""

    zone: Zone = "UTC"
    """The time zone of the schedule, and of everybody whose own is not known."""
    leave: Cron | None = None
    """When leavers are looked for."""
    join: Cron | None = None
    """When joiners are looked for."""


class Apply(Section):
    """What the schedule may do by itself.

    SEATKEEPER_APPLY=propose (or off) may only lower it, as SEATKEEPER_APPLY_LEAVE, _JOIN and _NOTICES
    may each by itself.
    """

    leave: Switch = "propose"
    """Taking access."""
    join: Switch = "propose"
    """Giving access."""
    notices: Switch = "off"
    """Messages to people."""
    from_branch: Text | None = None
    """The branch whose clean checkout the schedule applies from."""


class Configuration(Section):
    """The whole file."""

    version: Annotated[Literal[1], BeforeValidator(_first_version, Literal[1])]
    """The version of this format."""
    store: DatabaseUrl = Field("sqlite:///seatkeeper.db", repr=False)
    """The journal and what was observed: SQLite or PostgreSQL."""
    second_place: SecondPlace | None = None
    """Where the journal is kept as well; none given: what is lost with the store can't be given back."""
    checkpoints: Checkpoints | None = None
    """Who signs where the journal stands as a run ends; none given: a journal written anew is not told."""
    sources: dict[Text, Annotated[SqlSource | FileSource, Field(discriminator="kind")]] = Field(
        min_length=1, max_length=1
    )
    """The company's record of people, by a name of your choice."""
    forges: dict[Text, Forge] = Field(min_length=1)
    """The organizations to keep in step, by names of your choice."""
    links: Links = Links()
    """How persons and accounts belong together."""
    policy: PolicySection
    """Who keeps a seat, who leaves, who joins, and with what access."""
    pins: PinsSection = PinsSection()
    """What every pin of `policy.pins` is held to."""
    limits: LimitsSection = LimitsSection()
    """How much may be lost before a person is asked; none given: the defaults."""
    people: PeopleSection | None = None
    """Who may propose and approve."""
    schedule: Schedule = Schedule()
    """When the daily work is due."""
    incidents: Incidents = Incidents()
    """What makes an incident besides what always does, and what its report may tell."""
    notices: Notices | None = None
    """Who is told what, and how; none given: nobody is told anything."""
    apply: Apply = Apply()
    """What the schedule may do by itself."""
