"""The world's third layer: how people come in, and what a forge gives them back."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from seatkeeper.forges.simulator.holdings import KEPT_FOR, Holdings
from seatkeeper.forges.simulator.records import (
    InvitationRecord,
    InvitedRole,
    MemberRole,
    RepositoryInvitationRecord,
    TeamRole,
)
from seatkeeper.forges.simulator.refusal import Refusal
from seatkeeper.forges.simulator.timeline import DEFAULT_START
from seatkeeper.model.ids import AccountId, InvitationId, RepositoryId, TeamId

LIFE = timedelta(days=7)
DAY = timedelta(days=1)
FIRST_INVITATION = 5_000_001


class Invitations(Holdings):
    """Invitations wait, are accepted or declined by people, and expire after 7 days.

    Switches: `reinstates` says how much of what a former member had comes
    back with the role ``reinstate``; `invitations_per_day` is 500, or 50 for
    a young organization; `repository_invitations_per_day` is 50 a repository;
    `reinstating_takes_teams` whether an invitation that reinstates also heeds the teams it names.
    `blocked_by` are the accounts that have blocked the organization.
    """

    def __init__(
        self,
        organization_login: str,
        organization_id: str = "1",
        *,
        seats: int | None = None,
        start: datetime = DEFAULT_START,
        base_role: str | None = None,
    ) -> None:
        super().__init__(organization_login, organization_id, seats=seats, start=start, base_role=base_role)
        self.reinstates: Literal["role", "everything"] = "everything"
        self.reinstating_takes_teams = True
        self.blocked_by: set[AccountId] = set()
        self.invitations_per_day = 500
        self.repository_invitations_per_day = 50
        self.invitations: dict[InvitationId, InvitationRecord] = {}
        self.repository_invitations: dict[InvitationId, RepositoryInvitationRecord] = {}
        self._invitation_numbers = itertools.count(FIRST_INVITATION)

    def invite(
        self,
        account: AccountId | None = None,
        *,
        email: str | None = None,
        role: InvitedRole = "member",
        teams: Iterable[TeamId] | Mapping[TeamId, TeamRole] = (),
        inviter: AccountId | None = None,
    ) -> InvitationId:
        """Send one invitation, by account or by e-mail address, and count its mail."""
        self._refuse_invitation(account, role)
        number = next(self._invitation_numbers)
        now = self.now()
        places: dict[TeamId, TeamRole] = (
            dict(teams) if isinstance(teams, Mapping) else dict.fromkeys(teams, "member")
        )
        if role == "reinstate" and not self.reinstating_takes_teams:
            places = {}
        record = InvitationRecord(
            InvitationId(str(number)), number, account, email, role, places, inviter, now, now + LIFE
        )
        self.invitations[record.id] = record
        self.time.at(record.expires_at, lambda: self._end(record, "expired", "Invitation expired."))
        self.log.effect(now, "invitation", account or email or "", role)
        self.version += 1
        return record.id

    @property
    def asks_first(self) -> bool:
        """Whether whoever comes in must accept; else a membership is there as soon as it is given."""
        return self.regime != "emu" and not (self.regime == "ghes" and self.adds_at_once)

    def ask_in(
        self,
        account: AccountId,
        *,
        role: MemberRole = "member",
        teams: Mapping[TeamId, TeamRole] | None = None,
        inviter: AccountId | None = None,
    ) -> None:
        """Give a membership and team places: there at once, or once an invitation is accepted."""
        if self.asks_first:
            self.invite(account, role=role, teams=teams or {}, inviter=inviter)
            return
        self._refuse_without_seat()
        self.member(account, role)
        self.log.effect(self.now(), "member-added", account)
        for team, place in (teams or {}).items():
            self.place(account, team, place)

    def invite_to_repository(
        self, account: AccountId, repository: RepositoryId, role: str, inviter: AccountId | None = None
    ) -> InvitationId:
        """Ask somebody who is no member to one repository, or change the role they are asked with."""
        now = self.now()
        waiting = self.pending_to_repository(repository, account)
        if waiting is not None:
            waiting.role = role
            return waiting.id
        sent = sum(
            other.repository == repository and other.created_at > now - DAY
            for other in self.repository_invitations.values()
        )
        if sent >= self.repository_invitations_per_day:
            raise Refusal("invitation-limit", "You have exceeded the daily limit of repository invitations.")
        number = next(self._invitation_numbers)
        record = RepositoryInvitationRecord(
            InvitationId(str(number)), number, account, repository, role, inviter, now, now + LIFE
        )
        self.repository_invitations[record.id] = record
        self.time.at(record.expires_at, lambda: self._expire_at_repository(record))
        self.log.effect(now, "repository-invitation", account, repository)
        self.version += 1
        return record.id

    def pending(self, account: AccountId | None = None) -> list[InvitationRecord]:
        """The invitations that can still be accepted, of one account or of everybody."""
        self.time.due()
        return [
            record
            for record in self.invitations.values()
            if record.state == "pending" and account in (None, record.account)
        ]

    def failed(self) -> list[InvitationRecord]:
        """The invitations that nobody can accept any more, expired or failed."""
        self.time.due()
        return [record for record in self.invitations.values() if record.state in {"expired", "failed"}]

    def pending_to_repository(
        self, repository: RepositoryId, account: AccountId
    ) -> RepositoryInvitationRecord | None:
        """The invitation of this account to this repository that can still be accepted."""
        self.time.due()
        for record in self.repository_invitations.values():
            if (record.repository, record.account, record.state) == (repository, account, "pending"):
                return record
        return None

    def accept(self, who: str) -> None:
        """The person accepts: one invitation by its id, or everything that waits for an account."""
        self.time.due()
        for record in self._asked(who):
            account = record.account or self._by_email(record.email)
            if account is None:
                raise Refusal("nobody", f"no account has the address {record.email}")
            self._come_in(account, record)
        for invitation in self.repository_invitations.values():
            if who in (invitation.id, invitation.account) and invitation.state == "pending":
                invitation.state = "accepted"
                self.direct(invitation.account, invitation.repository, invitation.role)

    def decline(self, who: str) -> None:
        """The person declines: one invitation by its id, or everything that waits for an account."""
        for record in self._asked(who):
            self._end(record, "declined", "Invitation declined.")

    def cancel(self, invitation: InvitationId) -> None:
        """An owner cancels an invitation; the person is told by mail."""
        record = self.invitations.get(invitation)
        if record is None or record.state != "pending":
            raise Refusal("not-pending", "Not Found")
        self._end(record, "cancelled", "")
        self.log.effect(self.now(), "invitation-cancelled", record.account or record.email or "")

    def remove_member(self, account: AccountId) -> None:
        """Remove the account from the organization, and with it every invitation it sent."""
        super().remove_member(account)
        for record in self.pending():
            if record.inviter == account:
                self._end(record, "cancelled", "The inviter left.")

    def delete_account(self, account: AccountId) -> None:
        """The person deletes their account: what waits for it fails."""
        for record in self.pending(account):
            self._end(record, "failed", "The account no longer exists.")
        for sent in self.repository_invitations.values():
            if sent.account == account:
                self._expire_at_repository(sent)
        super().delete_account(account)

    def _refuse_invitation(self, account: AccountId | None, role: InvitedRole) -> None:
        now = self.now()
        if account is not None and account in self.blocked_by:
            raise Refusal("blocked", "Invitee has blocked this organization")
        if account is not None and account in self.members:
            raise Refusal("already-member", "Invitee is already a part of this organization")
        if account is not None and self.pending(account):
            raise Refusal("already-invited", "Invitee is already invited to this organization")
        if sum(r.created_at > now - DAY for r in self.invitations.values()) >= self.invitations_per_day:
            raise Refusal("invitation-limit", "Over invitation rate limit")
        former = None if account is None else self.former.get(account)
        if role == "reinstate" and (former is None or now > former.removed_at + KEPT_FOR):
            raise Refusal("not-reinstatable", "Invitee is not a former member who can be reinstated")
        self._refuse_without_seat()

    def _refuse_without_seat(self) -> None:
        if self.seats_bought is not None and self.seats_taken() + len(self.pending()) >= self.seats_bought:
            raise Refusal("no-seat", "You must purchase at least one more seat to add this user as a member.")

    def _asked(self, who: str) -> list[InvitationRecord]:
        return [record for record in self.pending() if who in (record.id, record.account)]

    def _come_in(self, account: AccountId, record: InvitationRecord) -> None:
        record.state, record.ended_at = "accepted", self.now()
        former = self.former.pop(account, None) if record.role == "reinstate" else None
        self.member(account, "owner" if record.role == "owner" else former.role if former else "member")
        places = dict(record.teams)
        if former is not None and self.reinstates == "everything":
            places = former.places | places
            for repository, role in former.direct.items():
                if repository in self.repositories:
                    self.direct(account, repository, role)
        for team, place in places.items():
            if team in self.teams:
                self.place(account, team, place)
        self.log.effect(self.now(), "member-added", account)

    def _end(
        self,
        record: InvitationRecord,
        state: Literal["declined", "cancelled", "expired", "failed"],
        reason: str,
    ) -> None:
        if record.state == "pending":
            record.state, record.reason, record.ended_at = state, reason, self.now()
            self.version += 1

    def _expire_at_repository(self, record: RepositoryInvitationRecord) -> None:
        if record.state == "pending":
            record.state = "expired"
            self.version += 1

    def _by_email(self, email: str | None) -> AccountId | None:
        asked = (email or "").lower()
        return next((a.id for a in self.accounts.values() if (a.email or "").lower() == asked), None)
