"""GitHub's end of the HTTP room: the headers it wants with every request."""

from typing import Final

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.forges.github.app import Installation, Signed
from seatkeeper.forges.github.capabilities import GITHUB
from seatkeeper.forges.http.bearer import Bearer
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.limiter import Patience
from seatkeeper.ports import Clock

API_VERSION: Final = "2022-11-28"
READING: Final = Patience(seconds=3700.0)
"""A reader may sit out a whole hour's budget: nothing it was told goes stale by it."""
WRITING: Final = Patience(seconds=120.0)
"""A writer may not: after a longer wait the account must be read again before its change."""


def open_session(
    *, api: str, token: Secret | AppKey, clock: Clock, ca_file: str | None, patience: Patience, workers: int
) -> Http:
    """The API of github.com, or of a server of one's own, with this credential."""

    def opened(bearer: Secret | Bearer) -> Http:
        return Http(
            api=api,
            token=bearer,
            clock=clock,
            headers={"accept": "application/vnd.github+json", "x-github-api-version": API_VERSION},
            write_seconds=GITHUB.write_seconds,
            ca_file=ca_file,
            patience=patience,
            connections=workers + 1,
        )

    if isinstance(token, Secret):
        return opened(token)
    return opened(Installation(opened(Signed(token, clock)), token, clock))
