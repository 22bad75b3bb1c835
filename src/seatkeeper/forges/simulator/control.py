"""The control surface under /_sim/: time, faults, people's answers, and the world as it truly is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seatkeeper.forges.simulator.github_front.call import Answer, Request
from seatkeeper.forges.simulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatkeeper.forges.simulator.world import World

PREFIX = "/_sim/"


class Control:
    """One connection's way to the world. Workers that entered over it leave when it closes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._workers: set[str] = set()

    def answer(self, request: Request) -> Answer:
        """Answer one request; it blocks for as long as a sleep lasts."""
        try:
            wanted = json.loads(request.body) if request.body else {}
        except ValueError:
            return Answer(400, {"message": "not JSON"})
        doors: dict[tuple[str, str], Callable[[dict[str, Any]], Answer]] = {
            ("clock", "GET"): lambda _wanted: self._time(),
            ("clock", "POST"): self._clock,
            ("faults", "POST"): self._add_fault,
            ("faults", "DELETE"): self._clear_faults,
            ("accept", "POST"): self._accept,
            ("world", "GET"): lambda _wanted: Answer(200, self._truth()),
        }
        door = doors.get((request.path.removeprefix(PREFIX), request.method))
        if door is None:
            return Answer(404, {"message": "the control surface has clock, faults, accept and world"})
        try:
            return door(wanted)
        except (Refusal, TypeError, ValueError) as error:
            return Answer(422, {"message": str(error)})

    def close(self) -> None:
        """The client is gone: let time go on without its workers."""
        for worker in self._workers:
            self.world.time.leave(worker)
        self._workers.clear()

    def _time(self) -> Answer:
        return Answer(200, {"now": self.world.now().isoformat()})

    def _clock(self, wanted: dict[str, Any]) -> Answer:
        thread = str(wanted.get("thread", ""))
        if wanted.get("worker") == "enter":
            self._workers.add(thread)
            self.world.time.enter(thread)
        elif wanted.get("worker") == "leave":
            self._workers.discard(thread)
            self.world.time.leave(thread)
        elif "sleep" in wanted:
            self.world.time.sleep(float(wanted["sleep"]), thread)
        elif "advance" in wanted:
            self.world.advance(float(wanted["advance"]))
        return self._time()

    def _add_fault(self, wanted: dict[str, Any]) -> Answer:
        self.world.faults.add(**wanted)
        return Answer(201, {})

    def _clear_faults(self, _wanted: dict[str, Any]) -> Answer:
        self.world.faults.clear()
        return Answer(204)

    def _accept(self, wanted: dict[str, Any]) -> Answer:
        """One account (by id or login), one invitation, or everybody who is asked and was not yet."""
        world = self.world
        with world.lock:
            who: list[str]
            if wanted.get("all") is True:
                who = [record.id for record in world.pending()]
                who += [sent.id for sent in world.repository_invitations.values() if sent.state == "pending"]
            elif "login" in wanted:
                record = world.by_login(str(wanted["login"]))
                if record is None:
                    raise Refusal("nobody", f"no account has the login {wanted['login']}")
                who = [record.id]
            else:
                who = [str(wanted.get("invitation") or wanted.get("account") or "")]
            act = world.decline if wanted.get("decline") is True else world.accept
            for one in who:
                act(one)
            return Answer(200, {"pending": len(world.pending())})

    def _truth(self) -> dict[str, Any]:
        world = self.world
        with world.lock:
            return {
                "now": world.now().isoformat(),
                "organization": world.organization_login,
                "organization_id": world.organization_id,
                "members": {world.accounts[account].login: role for account, role in world.members.items()},
                "teams": len(world.teams),
                "repositories": len(world.repositories),
                "grants": len(world.grants()),
                "pending": [record.id for record in world.pending()],
                "effects": world.log.counts(),
                "requests": len(world.log.requests),
                "writes": len(world.log.writes()),
            }
