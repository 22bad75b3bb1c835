"""What a configuration names outside of itself, looked up when it is used: variables, files, secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatkeeper.config.consistent import refuse_unset
from seatkeeper.config.fields import VARIABLE
from seatkeeper.config.secret_places import FromFile, NotGiven
from seatkeeper.config.secrets import AppKey, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seatkeeper.config.credential import Credential
    from seatkeeper.config.document import Document
    from seatkeeper.config.secret_places import Told

_HEADER = re.compile(r"[!-~]+")
"""One word of printable ASCII characters."""
_MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks up for the configuration in `folder`; `at` is always where in the file the field stands."""

    document: Document = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    folder: Path

    def text(self, told: str, *at: str | int) -> str:
        """The text with every ``${NAME}`` in it replaced."""
        for name in VARIABLE.findall(told):
            if not self.environ.get(name):
                raise refuse_unset(self.document, at, name)
        return VARIABLE.sub(lambda found: self.environ[found[1]], told)

    def file(self, told: str, *at: str | int) -> Path:
        """A path, which is relative to the configuration."""
        return self.folder / self.text(told, *at)

    def secret(self, told: Told, *at: str | int) -> Secret:
        """The secret itself, wherever it is kept."""
        if isinstance(told, str):
            return Secret(self.text(told, *at))
        if isinstance(told, FromFile):
            told = FromFile(self.text(told.path, *at))
        try:
            return told.secret(self.folder)
        except NotGiven as no:
            refusal = self.document.refusal(at, no.why, then=f"{no.remedy}, then run the command again")
        raise refusal

    def token(self, told: Told, *at: str | int) -> Secret:
        """A secret that is sent in a header, where nothing else fits."""
        token = self.secret(told, *at)
        if not _HEADER.fullmatch(token.reveal()):
            raise self.document.refusal(at, "is no token: it should be one word of ASCII characters")
        return token

    def credential(self, told: Credential, *at: str | int) -> Secret | AppKey:
        """What lets in at a forge: a token, or an App with its key."""
        if told.app is None:
            return self.token(told.token or "", *at, "token")
        app, here = told.app, (*at, "app")
        key = self.secret(app.key, *here, "key")
        return AppKey(self.text(app.id, *here, "id"), app.installation, key)

    def database(self, told: Told, *at: str | int) -> Secret:
        """A database's URL; a relative SQLite file is relative to the configuration."""
        url = self.secret(told, *at)
        scheme, slashes, file = url.reveal().partition(":///")
        if (
            not scheme.startswith("sqlite")
            or not slashes
            or file.startswith((_MEMORY, "/", "file:"))
            or not file
        ):
            return url
        return Secret(f"{scheme}:///{self.folder / file}")
