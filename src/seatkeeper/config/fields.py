"""The small types of a configuration: spans of time, shares, names of secrets, dates of cron."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from seatkeeper.config.secret_places import Told, elsewhere

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_CRON_FIELDS = 5
_A_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def _span(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _SPAN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("should be a number and a unit, such as 90s, 30m, 26h or 14d")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def _share(value: object) -> object:
    text = str(value).strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError('should be a share from 0 to 1, or per cent such as "2.5 %"')
    return share


def _secret(value: object) -> Told:
    if isinstance(value, str) and VARIABLE.search(value):
        return value
    if (told := elsewhere(value)) is None:
        raise ValueError(
            'should name an environment variable, such as "${GH_READ}", or say {file: PATH} or '
            "{command: [PROGRAM, ARGUMENT]}: a secret never stands in the file"
        )
    return told


def _url(value: object) -> Told:
    if not isinstance(value, str):
        return _secret(value)
    text = value
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        raise ValueError("should be a URL, such as sqlite:///people.db or ${HR_DATABASE_URL}") from None
    if not parts.scheme and not VARIABLE.search(text):
        raise ValueError("should be a URL, such as sqlite:///people.db or ${HR_DATABASE_URL}")
    if password and not VARIABLE.fullmatch(password):
        raise ValueError(
            "should take its password from the environment, such as postgresql://seats:${DB_PASSWORD}@db/hr"
        )
    return value


def _zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (KeyError, OSError, ValueError):
        raise ValueError("should be an IANA time zone, such as Europe/Madrid or UTC") from None
    return value


def _cron(value: object) -> object:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415  # only who has a schedule pays for it

    try:
        if len(str(value).split()) == _CRON_FIELDS and next(CronSim(str(value), _A_DAY), None):
            return value
    except CronSimError:
        pass
    raise ValueError('should be five fields of cron that ever come, such as "0 6 * * *"')


def _clock(value: object) -> object:
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(str(value).strip())
    if found is None:
        raise ValueError('should be a time of day, such as "07:30"')
    return time(int(found[1]), int(found[2]))


def loopback(url: str) -> bool:
    """True when the URL's host is this machine by name or address."""
    return urlsplit(url).hostname in LOOPBACK


Text = Annotated[str, Field(min_length=1)]
"""Text that is not empty."""

Span = Annotated[
    timedelta, BeforeValidator(_span), WithJsonSchema({"type": "string", "examples": ["26h", "14d"]})
]
"""A length of time: a number and s, m, h or d."""

Clock = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "examples": ["07:30"]})]
"""A time of day."""

Share = Annotated[
    float, BeforeValidator(_share), WithJsonSchema({"type": ["number", "string"], "examples": ["2.5 %"]})
]
"""A part of the whole, from 0 to 1, or in per cent."""

_ELSEWHERE: list[dict[str, object]] = [
    {"type": "object", "properties": {name: shape}, "required": [name], "additionalProperties": False}
    for name, shape in (
        ("file", {"type": "string", "minLength": 1}),
        ("command", {"type": "array", "items": {"type": "string"}, "minItems": 1}),
    )
]

SecretTold = Annotated[
    Told,
    PlainValidator(_secret),
    PlainSerializer(str),
    WithJsonSchema(
        {"format": "secret", "anyOf": [{"type": "string", "pattern": VARIABLE.pattern}, *_ELSEWHERE]}
    ),
]
"""Where a secret is: text with ``${NAME}`` in it, ``{file: PATH}``, or ``{command: [PROGRAM, ARGUMENT]}``."""

DatabaseUrl = Annotated[
    Told,
    PlainValidator(_url),
    PlainSerializer(str),
    WithJsonSchema({"format": "URL or secret", "anyOf": [{"type": "string"}, *_ELSEWHERE]}),
]
"""A SQLAlchemy URL whose password, if it has one, comes from the environment; or where the whole URL is."""

Zone = Annotated[str, BeforeValidator(_zone)]
"""An IANA time zone."""

Cron = Annotated[str, BeforeValidator(_cron)]
"""Five fields of cron."""
