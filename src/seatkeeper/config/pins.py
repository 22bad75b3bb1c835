"""The fields of pins."""

from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import SchemaError

from seatkeeper.config.fields import Span, Text
from seatkeeper.model.policy import PinKind


def _pattern(value: object) -> object:
    try:
        for pattern in (
            str(value),
            _whole(str(value)),
        ):  # by itself first: no parenthesis may reach out of it
            _by(pattern)
    except SchemaError:
        raise ValueError("should be a regular expression, without references and look-around") from None
    return value


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


def _by(pattern: str) -> TypeAdapter[str]:
    return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


def matches(pattern: str, text: str) -> bool:
    """True when the pattern matches the text from end to end."""
    try:
        _by(_whole(pattern)).validate_python(text)
    except ValidationError:
        return False
    return True


Pattern = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_pattern)]
"""A regular expression of Rust's regex crate, which backtracks on nothing."""


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PinEntry(_Fields):
    """A named person's statement about an account, about a person, or about whom a condition describes."""

    account: Text | None = None
    """The account's login."""
    person: Text | None = None
    """The key of a person's record: all accounts of that person, whatever their logins are."""
    when: Text | None = None
    """For `keep` alone: a SQL boolean expression. Of whom it can't be decided, nothing is taken either."""
    pin: PinKind
    """`keep` whatever the data says, or keep it `out`."""
    owner: Text
    """Who says so."""
    reason: Text
    """Why; everybody who meets the pin reads it."""
    until: date
    """The last day on which it holds."""
    ticket: Text | None = Field(None, max_length=100)
    """Where it was asked for; `pins.ticket` may say that there must be one, and how it is written."""

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if sum(scope is not None for scope in (self.account, self.person, self.when)) != 1:
            raise ValueError("should name exactly one of account, person and when")
        if self.when is not None and self.pin == "out":
            raise ValueError(
                "should name an account or a person: only a keep pin may have a condition (when)"
            )
        return self


class PinsSection(_Fields):
    """What every pin of the file is held to."""

    ticket: Pattern | None = None
    """A regular expression that the whole `ticket` of every pin must match; none given: none is needed."""
    nag: Span = Field("14d", validate_default=True)
    """How long before its last day the owner of a pin is told."""
