"""Walks through the table: arranges each scene once, and judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seatkeeper.conformance.behaviour import Behaviour, Judged, NotShown, Scene
from seatkeeper.conformance.ground import Ground
from seatkeeper.errors import Braked, CredentialRefused, ForgeError
from seatkeeper.model.capabilities import Fact


@dataclass
class Walk:
    """What was judged so far; what was found out on the way is known to the ground."""

    ground: Ground
    judged: list[Judged] = field(default_factory=list)
    _arranged: dict[Scene[object], object] = field(default_factory=dict)

    def through(self, behaviours: Sequence[Behaviour]) -> None:
        """Judge each, in order; a scene that can't be arranged shows none of its behaviours.

        Raises `Braked` and `CredentialRefused`: after these nothing else could be judged.
        """
        with self.ground.progress.task("judging", len(behaviours)) as moved:
            for behaviour in behaviours:
                self.judged.append(self._judge(behaviour))
                moved(1)

    def _judge(self, behaviour: Behaviour) -> Judged:
        named = (behaviour.subject, behaviour.promise)
        lacking = next((why for need in behaviour.needs if (why := self.ground.lacks(need))), None)
        if lacking is not None:
            return Judged(*named, "not applicable", told=lacking)
        try:
            found = behaviour.judge(self._seen(behaviour.scene))
            if behaviour.fact is not None:
                self._find_out(behaviour.fact, found=bool(found))
        except NotShown as wrong:
            return Judged(*named, "not shown", wrong.expected, wrong.seen)
        except (Braked, CredentialRefused):
            raise
        except ForgeError as error:
            return Judged(*named, "not shown", "an answer", f"{error.name}: {error.what}")
        except (KeyError, IndexError, StopIteration, AttributeError, TypeError) as odd:
            return Judged(*named, "not shown", "something to judge", f"{type(odd).__name__}: {odd}")
        return Judged(*named, "shown")

    def _find_out(self, fact: Fact, *, found: bool) -> None:
        can = self.ground.reader.capabilities
        if fact in can.recalls:
            self.ground.found[fact] = found
        elif found != getattr(can, fact):
            raise NotShown(f"{fact} to be {not found}, as its maker describes the forge", str(found))

    def _seen(self, scene: Scene[object]) -> object:
        if scene not in self._arranged:
            try:
                self._arranged[scene] = scene.arrange(self.ground)
            except (Braked, CredentialRefused):
                raise
            except ForgeError as error:
                self._arranged[scene] = NotShown("the scene to be arranged", f"{error.name}: {error.what}")
            except (KeyError, StopIteration, AttributeError, TypeError) as odd:
                self._arranged[scene] = NotShown("the scene to be arranged", f"{type(odd).__name__}: {odd}")
        seen = self._arranged[scene]
        if isinstance(seen, NotShown):
            raise seen
        return seen


def counts(judged: Sequence[Judged]) -> Mapping[str, int]:
    """How many were shown, not shown, and did not apply."""
    verdicts = [one.verdict for one in judged]
    return {verdict: verdicts.count(verdict) for verdict in ("shown", "not shown", "not applicable")}
