"""What fills and empties a scratch organization on GitHub, and a person there who says yes."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import Uncertain, Unintelligible
from seatkeeper.forges.github.roles import repository_word
from seatkeeper.forges.github.session import WRITING, open_session
from seatkeeper.forges.github.snapshot import account_told
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import ForgeName
from seatkeeper.model.snapshot import Account
from seatkeeper.ports import Clock


class _Door:
    """A session of its own in the scratch organization."""

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
        self._organization = quote(organization, safe="")
        self._http = open_session(
            api=api, token=token, clock=clock, ca_file=ca_file, patience=WRITING, workers=workers
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


class GitHubFurnisher(_Door):
    """Makes teams and repositories. Facts: deleting a repository needs the scope ``delete_repo`` as well."""

    def make(
        self, kind: Literal["team", "repository"], name: str, parent: Resource | None = None
    ) -> Resource:
        """Make a team or a private repository. See `ports.ForgeFurnisher`."""
        body: dict[str, object] = {"name": name}
        if kind == "team":
            body |= {"privacy": "closed", "notification_setting": "notifications_disabled"}
            body |= {"parent_team_id": int(parent.id)} if parent is not None else {}
        else:
            body |= {"private": True}
        path = f"/orgs/{self._organization}/{'teams' if kind == 'team' else 'repos'}"
        told = self._http.write("POST", path, body).body
        if not isinstance(told, dict) or told.get("slug" if kind == "team" else "name") != name:
            raise Uncertain(f"{name} was made, and the forge calls it something else")
        return Resource(kind, str(told["id"]))

    def archive(self, name: str) -> None:
        """Have the repository take no more changes."""
        self._http.write("PATCH", self._repository(name), {"archived": True})

    def entitle(self, grant: Grant, names: Mapping[Resource, str]) -> None:
        """Give a team its role on a repository."""
        team = quote(names[Resource("team", grant.subject.id)], safe="")
        repository = f"{self._organization}/{quote(names[grant.resource], safe='')}"
        path = f"/orgs/{self._organization}/teams/{team}/repos/{repository}"
        self._http.write("PUT", path, {"permission": repository_word(grant.role)})

    def remove(self, resource: Resource, name: str) -> None:
        """Remove the team or repository of that name."""
        team = f"/orgs/{self._organization}/teams/{quote(name, safe='')}"
        self._http.write("DELETE", team if resource.kind == "team" else self._repository(name))

    def _repository(self, name: str) -> str:
        return f"/repos/{self._organization}/{quote(name, safe='')}"


class GitHubGuest(_Door):
    """An account with its own credential. Facts: a classic one needs the scope ``write:org`` to accept."""

    def whoami(self) -> Account:
        """The account behind the credential."""
        body = self._http.get("/user").body
        if not isinstance(body, dict) or body.get("id") is None or not body.get("login"):
            raise Unintelligible("GET /user did not answer with an account")
        return account_told(body)

    def accept(self) -> None:
        """Accept the membership that waits."""
        self._http.write("PATCH", f"/user/memberships/orgs/{self._organization}", {"state": "active"})
