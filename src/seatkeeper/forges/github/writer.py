"""Writes to GitHub, one call a step."""

from functools import cached_property

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import Refused
from seatkeeper.forges.github.calls import UNSENT, call
from seatkeeper.forges.github.refusals import why_refused
from seatkeeper.forges.github.regime import is_server
from seatkeeper.forges.github.session import WRITING, open_session
from seatkeeper.model.ids import ForgeName
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import AccountState
from seatkeeper.ports import Clock


class GitHubWriter:
    """Makes the one call of a step, with the names its account was just read with.

    It waits between writes as GitHub asks, up to two minutes; when asked to
    wait longer it raises `RateLimited`, so that the account is read again
    before its change. Something already gone is ``Refused`` with code
    ``not_found``: the caller reads back.
    """

    def __init__(
        self,
        *,
        forge: ForgeName,
        api: str,
        organization: str,
        token: Secret | AppKey,
        clock: Clock,
        ca_file: str | None = None,
        workers: int = 1,
    ) -> None:
        self.forge = forge
        self._organization = organization
        self._http = open_session(
            api=api, token=token, clock=clock, ca_file=ca_file, patience=WRITING, workers=workers
        )

    def send(self, step: Step, state: AccountState) -> None:
        """Make the one call of this step, once. See `ports.ForgeWriter`."""
        if not state.exists:
            raise Refused(
                f"account {state.account} is nobody's any more; nothing was sent", status=UNSENT, code="gone"
            )
        invitations = not (step.invites and self._server)
        request = call(step, self._organization, state.login, state.names, invitations=invitations)
        try:
            self._http.write(request.method, request.path, request.body)
        except Refused as no:
            no.code = why_refused(no) or no.code
            raise

    @cached_property
    def _server(self) -> bool:
        return is_server(self._http)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
