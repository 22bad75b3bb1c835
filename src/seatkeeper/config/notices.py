"""The fields of notices and incidents."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from seatkeeper.config.fields import Clock, SecretTold, Span, Text


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Mail(_Fields):
    """How mail leaves: a server, or a `folder` for a trial."""

    sender: Text
    """The address that notices come from; its domain is that of their Message-IDs."""
    host: Text | None = None
    """The mail server."""
    port: int = Field(587, ge=1, le=65535)
    """The port of that server."""
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is kept private; `none` is for a server on this machine."""
    user: Text | None = None
    """The user name, beside `password`; none given: the server lets this machine in."""
    password: SecretTold | None = Field(None, repr=False)
    """The password."""
    folder: Text | None = None
    """A folder, relative to this file, that takes each message as a file instead of a server."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.host is None) == (self.folder is None):
            raise ValueError("should name a host or a folder, and not both")
        if (self.user is None) != (self.password is None):
            raise ValueError("should name user and password together")
        if "@" not in self.sender:
            raise ValueError("should have a mail address as its sender")
        return self


class WordBefore(_Fields):
    """Admins are told before a run takes access from many, and have time to stop it."""

    over: int = Field(ge=0)
    """From more people than this."""
    wait: Span
    """How long the run waits from its start on; `seatkeeper stop` is the veto."""


def _switch(value: object) -> object:
    return {"true": True, "false": False}.get(str(value), value)


class Reminders(_Fields):
    """Missing data is worked off: person and manager are reminded that the record holds somebody."""

    every: Span = Field("7d", validate_default=True)
    """How long after one reminder the next one goes."""
    times: int = Field(4, ge=1)
    """How many there are; after them admins are told once, and then nobody."""


class Incidents(_Fields):
    """Incidents are opened by hand, by a guard that trips as a run starts, and by a run that goes wrong."""

    mass: int | None = Field(None, ge=1)
    """A restore of at least so many people opens one as well, and its brake; none given: no restore does."""
    rate: float | None = Field(None, ge=0, allow_inf_nan=False)
    """What an hour without access costs for one person."""
    currency: Text = "EUR"
    """The currency of `rate`."""
    names: Annotated[bool, BeforeValidator(_switch)] = False
    """Whether a report says who lost what and who answered when; otherwise it only counts."""


class Notices(_Fields):
    """Who is told what, and how; nothing leaves before `apply: {notices: apply}`."""

    mail: Mail | None = None
    """How mail leaves; none given: nobody gets mail."""
    channels: dict[Text, SecretTold] = Field({}, repr=False)
    """Chats and webhooks by a name of your choice, each with its Apprise URL."""
    admins: list[Text] = []
    """Who is told what concerns everybody: mail addresses, and names of channels."""
    address: Text | None = None
    """The column with a person's mail address; none given: no person is told anything."""
    language: Text | None = None
    """The column with a person's language, such as `en` or `es`; the manager comes from role `manager`."""
    default_language: Text = "en"
    """The language of admins, and of everybody whose own is not known or has no templates."""
    page: Text | None = None
    """Where the status pages are reached from outside, such as https://seats.acme.example."""
    key: SecretTold | None = Field(None, repr=False)
    """The key that signs links to status pages: at least 32 random characters."""
    valid: Span = Field("14d", validate_default=True)
    """How long such a link is good."""
    quiet: tuple[Clock, Clock] | None = None
    """Hours in which only what somebody waits for is sent, such as ["20:00", "07:00"], in `schedule.zone`."""
    ahead: Span = Field("7d", validate_default=True)
    """How long before their last day people are told that their access will end."""
    digest: Clock | None = None
    """When admins get one message about the last day, in `schedule.zone`; none given: they get none."""

    chase: Reminders | None = None
    """The reminders of missing data; none given: nobody is reminded."""
    word: WordBefore | None = None
    """The word before the act; none given: a run that was approved does not wait."""

    @model_validator(mode="after")
    def _links(self) -> Self:
        if (self.page is None) != (self.key is None):
            raise ValueError("should name page and key together")
        if self.word is not None and not self.admins:
            raise ValueError("should name the admins who are to hear the word before the act")
        if self.chase is not None and not (self.admins and self.address):
            raise ValueError("should name the admins and the column `address` where somebody is chased")
        if self.digest is not None and not self.admins:
            raise ValueError("should name the admins who are to get the digest")
        unknown = [one for one in self.admins if "@" not in one and one not in self.channels]
        if unknown:
            raise ValueError(
                f"should name as admins only addresses and channels, and {unknown[0]} is neither"
            )
        if self.mail is None and any("@" in one for one in self.admins):
            raise ValueError("should name mail where an admin is told by mail")
        return self
