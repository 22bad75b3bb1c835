"""From a file to settings: parse, check, and say exactly what is wrong where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from seatkeeper.config.consistent import check_consistency
from seatkeeper.config.document import Document, read_document
from seatkeeper.config.explain import explain
from seatkeeper.config.schema import Configuration
from seatkeeper.config.settings import Settings
from seatkeeper.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES = 1_000_000


def load(path: Path | str, environ: Mapping[str, str]) -> Settings:
    """Read a configuration.

    Args:
        path: The file. Paths in it are relative to its folder.
        environ: Where `${NAME}` comes from. A variable is looked up when the
            field that names it is used, so reading commands need no write token.

    Raises:
        ConfigurationError: With file, line, field, what is allowed and the next command.
    """
    file = Path(path)
    return settings_of(text_of(file, f"seatkeeper init -c {file}"), file, environ)


def settings_of(text: str, file: Path, environ: Mapping[str, str]) -> Settings:
    """Read a configuration whose text is known, as if it lay at `file`; see `load`."""
    document = read_document(text, str(file))
    if not isinstance(document.values, dict):
        raise document.refusal((), "should be fields with values, not a list or a word")
    configuration = _checked(document)
    check_consistency(configuration, document)
    return Settings(file.resolve(), configuration, document, environ)


def text_of(file: Path, remedy: str) -> str:
    """The text of a file that people write; `remedy` is what to type when it is not there."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigurationError(f"{file} is too large to be a configuration")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"{file} does not exist", remedy=remedy) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{file} is not UTF-8 text: byte {error.start} is no part of a character",
            remedy=f"save it as UTF-8, then: seatkeeper check -c {file}",
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{file} can't be read: {error.strerror}",
            remedy=f"give this user a file to read there, then: seatkeeper check -c {file}",
        ) from None


def _checked(document: Document) -> Configuration:
    try:
        return Configuration.model_validate(document.values)
    except ValidationError as error:
        refusal = explain(error, document, Configuration)
    raise refusal
