"""Signing: who says something, as it is signed and whenever the journal tells it again.

The journal alone is not believed: what it holds of people's words counts only
as far as the signatures do. One that does not verify is refused, noted, and
takes nothing from the others.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from seatkeeper.errors import ApprovalError, SeatkeeperError
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.refusal import journal_refusal


class Given(Protocol):
    """A person's word as the journal holds it."""

    @property
    def person(self) -> str:
        """Who is said to have given it."""
        ...

    @property
    def statement(self) -> str:
        """What they are said to have signed."""
        ...

    @property
    def signature(self) -> str:
        """The armoured signature."""
        ...

    @property
    def at(self) -> datetime:
        """When it was journaled."""
        ...


Word = TypeVar("Word", bound=Given)


class Signed(NamedTuple):
    """A signature that was just made, and whose it is."""

    person: str
    signature: str


class Believed(NamedTuple, Generic[Word]):
    """What verifies, in the order given, and why the rest was refused."""

    words: tuple[Word, ...]
    refused: tuple[str, ...]

    @property
    def sum(self) -> str:
        """How many were refused, and why the first was; empty when none was."""
        return f"; {len(self.refused)} in the journal not believed: {self.refused[0]}" if self.refused else ""


def sign(desk: Desk, organization: Organization, what: str, said: bytes, key: str, **told: object) -> Signed:
    """Sign what is `said` with the key file; a key that is nobody's is refused, and that is journaled."""
    try:
        signature = desk.signatures.sign(said, key)
        return Signed(desk.signatures.person(said, signature, desk.clock.now()), signature)
    except SeatkeeperError as refusal:
        journal_refusal(desk, organization.id, what, refusal, **told)
        raise


def believed(
    desk: Desk, organization: Organization, given: Iterable[Word], said: Callable[[Word], bytes]
) -> Believed[Word]:
    """Those of the words that are what was signed, by whom they say; every other one is noted, once.

    `said` makes what must have been signed, from what the journal says was meant.
    """
    words, refused = [], []
    for one in given:
        try:
            _check(desk, one, said(one))
        except ApprovalError as refusal:
            _note(desk, organization, one, refusal)
            refused.append(refusal.what)
        else:
            words.append(one)
    return Believed(tuple(words), tuple(refused))


def _note(desk: Desk, organization: Organization, one: Given, refusal: ApprovalError) -> None:
    """However often it is read again, a word that is not believed is one entry."""
    told = {"what": "signature", "why": refusal.what, "person": one.person, "at": str(one.at)}
    noted = desk.store.entries(kinds={"refusal"}, organization=organization.id, since=one.at)
    if not any(told.items() <= (entry.payload or {}).items() for entry in noted):
        journal_refusal(desk, organization.id, "signature", refusal, person=one.person, at=str(one.at))


def _check(desk: Desk, told: Given, said: bytes) -> None:
    remedy = "Run `seatkeeper verify`, then sign again."
    if said.decode() != told.statement:
        raise ApprovalError("what the journal says was approved is not what was signed", remedy=remedy)
    person = desk.signatures.person(said, told.signature, told.at)
    if person != told.person:
        raise ApprovalError(f"the journal names {told.person}, but {person} signed it", remedy=remedy)
