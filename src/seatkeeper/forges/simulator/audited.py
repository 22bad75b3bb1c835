"""A world that keeps an audit log of who was given what, as an enterprise's organization has it.

Each event has the fields that the forge's documentation promises it, and no
more: a team's id and the roles in teams and of new collaborators are not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatkeeper.forges.simulator.world import World

if TYPE_CHECKING:
    from seatkeeper.forges.simulator.records import MemberRole, TeamRole
    from seatkeeper.model.ids import AccountId, RepositoryId, TeamId

PERMISSIONS = {"owner": "admin", "member": "read"}


class AuditedWorld(World):
    """Writes an event for every change to a membership, a team place or a direct grant.

    `tells_consequences` says whether removing a member also logs each team
    and repository that goes with it; what the real forge does is not published.
    """

    def __init__(self, *told: Any, **named: Any) -> None:  # noqa: ANN401  # a world's own
        super().__init__(*told, **named)
        self.tells_activity = True
        self.tells_consequences = False
        self.auditor: AccountId | None = None
        self._silent = False

    def member(self, account: AccountId, role: MemberRole = "member") -> AccountId:
        """See `World`; logged as joining or as a changed role."""
        before = self.members.get(account)
        super().member(account, role)
        if before is None:
            self._write("org.add_member", account, permission=PERMISSIONS[role])
        elif before != role:
            told = {"permission": PERMISSIONS[role], "old_permission": PERMISSIONS[before]}
            self._write("org.update_member", account, **told)
        return account

    def place(self, account: AccountId, team: TeamId, role: TeamRole = "member") -> None:
        """See `World`; logged as a place in the team, whatever the role."""
        new = account not in self.teams[team].places
        super().place(account, team, role)
        if new:
            self._write("team.add_member", account, team=self._called(self.teams[team].slug))

    def displace(self, account: AccountId, team: TeamId) -> bool:
        """See `World`."""
        name = self._called(self.teams[team].slug)
        was_there = super().displace(account, team)
        if was_there:
            self._write("team.remove_member", account, team=name)
        return was_there

    def direct(self, account: AccountId, repository: RepositoryId, role: str) -> None:
        """See `World`; logged as a new collaborator, or as a changed permission."""
        record = self.repositories[repository]
        before = record.direct.get(account)
        super().direct(account, repository, role)
        where = {"repo": self._called(record.name), "repo_id": record.number}
        if before is None:
            self._write("repo.add_member", account, **where)
        elif before != role:
            told = {"old_repo_permission": before, "new_repo_permission": role}
            self._write("repo.update_member", account, **where, **told)

    def take_direct(self, account: AccountId, repository: RepositoryId) -> bool:
        """See `World`."""
        record = self.repositories[repository]
        was_there = super().take_direct(account, repository)
        if was_there:
            where = {"repo": self._called(record.name), "repo_id": record.number}
            self._write("repo.remove_member", account, **where)
        return was_there

    def remove_member(self, account: AccountId) -> None:
        """See `World`; what goes with the membership is logged on a switch."""
        self._silent = not self.tells_consequences
        try:
            super().remove_member(account)
        finally:
            self._silent = False
        self._write("org.remove_member", account)

    def _called(self, name: str) -> str:
        return f"{self.organization_login}/{name}"

    def _write(self, action: str, account: AccountId, **told: object) -> None:
        if self._silent:
            return
        moment, actor = int(self.now().timestamp() * 1000), self.auditor or account
        self.audit.append(
            {
                "@timestamp": moment,
                "_document_id": f"{self.organization_id}-{len(self.audit) + 1:08d}",
                "action": action,
                "actor": self.accounts[actor].login,
                "actor_id": self.accounts[actor].number,
                "created_at": moment,
                "org": self.organization_login,
                "org_id": int(self.organization_id),
                "user": self.accounts[account].login,
                "user_id": self.accounts[account].number,
                **told,
            }
        )
