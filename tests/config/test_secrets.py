"""A secret is used and never shown."""

import copy
import json
import pickle
import traceback
from collections.abc import Callable

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from seatkeeper.config.secrets import Secret

VALUE = "ghp_invented_Value_42"


class Holder(BaseModel):
    """A model that holds a secret, as settings may."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    token: Secret


SHOWN: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "f-string": lambda secret: f"{secret} {secret!r} {secret!s} {secret:>20}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  # the old way must not leak either
    "format": lambda secret: "{} {0!r}".replace("{}", "{0}").format(secret),
    "in a list": lambda secret: str([secret]),
    "in a model": lambda secret: repr(Holder(token=secret)) + str(Holder(token=secret).model_dump()),
    "in dir": lambda secret: str([getattr(secret, name) for name in dir(secret) if name != "reveal"]),
    "json with str as a way out": lambda secret: json.dumps({"token": secret}, default=str),
}


@pytest.mark.parametrize("way", SHOWN)
def test_no_way_of_showing_a_secret_shows_its_value(way: str) -> None:
    """Whatever turns an object into text gives the placeholder."""
    shown = SHOWN[way](Secret(VALUE))

    assert VALUE not in shown
    assert "secret" in shown


WRITTEN: dict[str, Callable[[Secret], object]] = {
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "json": json.dumps,
    "pydantic json": lambda secret: Holder(token=secret).model_dump_json(),
    "pydantic adapter": lambda secret: TypeAdapter(dict[str, object]).dump_json({"token": secret}),
    "vars": vars,
}


@pytest.mark.parametrize("way", WRITTEN)
def test_what_would_write_a_secret_down_is_refused(way: str) -> None:
    """Serializing fails, and the failure does not show the value either."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # each library has its own error
        WRITTEN[way](Secret(VALUE))

    assert VALUE not in "".join(traceback.format_exception(caught.value))


def test_a_secret_is_given_only_when_it_is_asked_for() -> None:
    """`reveal` gives the value, unchanged."""
    assert Secret(VALUE).reveal() == VALUE


def test_secrets_are_equal_when_their_values_are() -> None:
    """Equality and hash go by value, and a secret never equals its own text."""
    assert Secret(VALUE) == Secret(VALUE)
    assert hash(Secret(VALUE)) == hash(Secret(VALUE))
    assert Secret(VALUE) != Secret(VALUE + "x")
    assert Secret(VALUE) != VALUE
    assert bool(Secret("")) is False


def test_a_secret_can_not_be_changed() -> None:
    """It has no attribute to set."""
    with pytest.raises(AttributeError):
        setattr(Secret(VALUE), "value", "other")  # noqa: B010  # mypy would refuse the plain way
