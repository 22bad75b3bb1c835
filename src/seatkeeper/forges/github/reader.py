"""Reads GitHub. It has no way to write."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from urllib.parse import quote

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import ConfigurationError, Refused, Unintelligible
from seatkeeper.forges.github.app import Installation
from seatkeeper.forges.github.calls import call
from seatkeeper.forges.github.credential import credential_told, granted
from seatkeeper.forges.github.lookups import lookup
from seatkeeper.forges.github.regime import Terrain, read_terrain
from seatkeeper.forges.github.rights import lacking
from seatkeeper.forges.github.roles import repository_role
from seatkeeper.forges.github.session import READING, open_session
from seatkeeper.forges.github.snapshot import Sweep, account_told
from seatkeeper.forges.github.surroundings import find, open_invitations
from seatkeeper.forges.github.targets import read_targets
from seatkeeper.forges.http.answers import Answer
from seatkeeper.forges.http.pool import Pool
from seatkeeper.model.capabilities import Capabilities, Fact
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, ForgeName, OrganizationId
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Credential,
    Intake,
    Organization,
    Place,
    Seats,
    Snapshot,
    Target,
)
from seatkeeper.ports import Clock, Progress


def _nothing(_regime: str) -> Mapping[Fact, bool]:
    """Nothing was learnt."""
    return {}


class GitHubReader:
    """One organization on GitHub, read with a credential that need not be able to write.

    `api` is ``https://api.github.com`` or a server's ``https://host/api/v3``; `site_admin`: the credential
    that writes there is a site administrator's; `learnt`: what conformance found out under a regime.
    Reads run on `workers` threads; the calling thread must not be inside
    ``clock.worker()`` meanwhile.
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
        workers: int = 4,
        site_admin: bool = False,
        learnt: Callable[[str], Mapping[Fact, bool]] = _nothing,
    ) -> None:
        self._forge = forge
        self._site_admin = site_admin
        self._learnt = learnt
        self._configured = organization
        self._clock = clock
        self._http = open_session(
            api=api, token=token, clock=clock, ca_file=ca_file, patience=READING, workers=workers
        )
        self._pool = Pool(clock, workers)

    @cached_property
    def capabilities(self) -> Capabilities:
        """What this forge can do here, as its regime was found by reading when first asked for.

        Readings themselves rest on the regime alone: nothing that was learnt makes them look less.
        """
        regime = self._terrain.capabilities
        return regime.knowing(self._learnt(regime.regime))

    @cached_property
    def _terrain(self) -> Terrain:
        organization = quote(self._configured, safe="")
        return read_terrain(self._http, self._pool, organization, site_admin=self._site_admin)

    def organization(self) -> Organization:
        """The organization under management, by the id the forge gives its configured name."""
        return self._organization()[0]

    def _organization(self) -> tuple[Organization, Seats]:
        path = f"/orgs/{quote(self._configured, safe='')}"
        try:
            body = self._http.get(path).body
        except Refused as error:
            if error.code != "not_found":
                raise
        else:
            return _organization_told(body)
        raise ConfigurationError(
            f"{self._configured}: the credential sees no organization of that name",
            remedy="check `organization` and `api` in the configuration, then run `seatkeeper check`",
        )

    def whoami(self) -> Account:
        """The account behind the credential, so that nobody plans themselves away."""
        return account_told(self._user().body)

    @property
    def _app(self) -> Installation | None:
        return self._http.bearer if isinstance(self._http.bearer, Installation) else None

    def _user(self) -> Answer:
        path = "/user" if self._app is None else f"/users/{quote(self._app.bot(), safe='')}"
        answer = self._http.get(path)
        body = answer.body
        if not isinstance(body, dict) or body.get("id") is None or not body.get("login"):
            raise Unintelligible(f"GET {path} did not answer with an account")
        return answer

    def credential(self) -> Credential:
        """The same with what the forge tells of the credential, and the forge's own time."""
        answer = self._user()
        told = credential_told(answer, lacking(self._http, self._configured, granted(answer)))
        more = told.excess if self._app is None else self._app.writes()
        return told._replace(way=self._http.way, excess=more)

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        """Read everything once. See `ports.ForgeReader`.

        Raises for a missing organization, a refused credential, and one that
        may not list members; all else is told in the coverage.
        """
        organization, seats = self._organization()
        sweep = Sweep(self._http, self._pool, self._clock, organization, self._terrain)
        sweep.read(progress)
        return sweep.snapshot(self._forge, seats, activity=activity)

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        """Read these accounts again, about twenty lookups a call. See `ports.ForgeReader`."""
        return (
            read_targets(self._http, self._configured, targets, self._terrain.capabilities) if targets else {}
        )

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        """Which accounts these logins (any case) are today; None: nobody's. Keys as given."""
        return lookup(self._http, logins)

    def intake(self) -> Intake:
        """What people who come in meet: seats, and the invitations that are still open."""
        organization, seats = self._organization()
        found, problem = open_invitations(self._http, organization.login, self._terrain.capabilities)
        return Intake(organization, seats, found, problem)

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        """What these teams and repositories are called today, by their ids."""
        return find(self._http, self.organization().id, resources) if resources else {}

    def managed(self) -> Mapping[Resource, str]:
        """The teams whose people an identity provider decides, and the name of its group."""
        return {resource: owner.name for resource, owner in self._terrain.owners.items()}

    def describe(self, step: Step, login: str, names: Mapping[Resource, str]) -> str:
        """The request a step will make. Sends nothing."""
        return str(
            call(step, self._configured, login, names, invitations=self._terrain.capabilities.asks_with_teams)
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def _organization_told(body: object) -> tuple[Organization, Seats]:
    """Facts: only an owner is told the plan, and one without seats to buy says 0."""
    if not isinstance(body, dict) or body.get("id") is None or not body.get("login"):
        raise Unintelligible("the forge did not answer with an organization")
    word = body.get("default_repository_permission")
    role = repository_role(word) if isinstance(word, str) and word != "none" else None
    plan = body.get("plan")
    plan = plan if isinstance(plan, dict) else {}
    organization = Organization(OrganizationId(str(body["id"])), str(body["login"]), role)
    return organization, Seats(plan.get("seats") or None, plan.get("filled_seats"))
