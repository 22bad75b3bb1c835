"""Everything that can go wrong, as one tree; each leaf knows its exit code.

::

    SeatkeeperError                 1
    ├── UsageError                  2   the command, the configuration or a file it names is wrong
    │   ├── ConfigurationError      2
    │   └── PredicateRefused        2   an expression the gate does not admit
    ├── SourceError                 1   an identity source could not be read
    │   └── SourceShapeError        1   it was read, and is not what was declared
    ├── ForgeError                  1   the forge could not be read or written
    │   ├── CredentialRefused       1   401: wrong, expired or revoked
    │   ├── ScopeMissing            1   403 or 404 where the credential lacks a right
    │   ├── RateLimited             1   the forge asks for a longer wait than we were given
    │   ├── Refused                 1   the forge understood and said no
    │   ├── Unintelligible          1   an answer that is not the API's
    │   └── Uncertain               1   a write was sent and its fate is not known
    ├── JournalError                1   the store could not be read or written
    │   ├── LeaseLost               8   another process holds the organization
    │   ├── CopyFailed              1   the second place could not be written or read
    │   └── JournalBroken           9   the chain does not verify
    │       └── CopyBroken          9   the second place lacks a piece, or holds a false one
    ├── DecidingTooSlow             1   the rules took longer than they may
    ├── DecidingTooBig              1   the rules need more memory than they may use
    ├── NotSent                     1   a notice was not accepted by its server
    ├── GuardTripped                4
    ├── NotCovered                  5   a read was incomplete or stale
    ├── ApprovalError               6   missing, refused, expired, or one's own
    ├── PlanRefused                 7   edited, foreign, stale, superseded
    └── Braked                      8

Every error says what happened, the arithmetic where there is one, and the
command to type next. A traceback reaching a user is a bug.
"""

from typing import ClassVar


class SeatkeeperError(Exception):
    """What happened (`what`), the numbers behind it (`arithmetic`), the next command (`remedy`)."""

    exit_code: ClassVar[int] = 1
    usually: ClassVar[str] = "see what stands in the way: seatkeeper check"
    """What to type next where an error has no better word of its own."""

    def __init__(self, what: str, *, arithmetic: str = "", remedy: str = "") -> None:
        """Keep the three parts apart, so that `--json` can show them apart."""
        super().__init__(what)
        self.what = what
        self.arithmetic = arithmetic
        self.remedy = remedy or self.usually

    @property
    def name(self) -> str:
        """The error's name, as `--json` gives it."""
        return type(self).__name__


class UsageError(SeatkeeperError):
    """The command line, the configuration or a file it names is wrong."""

    exit_code = 2


class ConfigurationError(UsageError):
    """The configuration does not say what it must, or says what it may not."""


class PredicateRefused(UsageError):
    """An expression that the gate does not admit."""


class SourceError(SeatkeeperError):
    """An identity source could not be read."""


class SourceShapeError(SourceError):
    """A source was read and is not what was declared: a column, a type, a key."""


class ForgeError(SeatkeeperError):
    """The forge could not be read or written."""


class CredentialRefused(ForgeError):
    """The credential is wrong, expired or revoked."""


class ScopeMissing(ForgeError):
    """The credential lacks a right, or single sign-on hides the organization from it."""


class RateLimited(ForgeError):
    """The forge asks for a longer wait than the call may take; nothing was done. `wait` is in seconds."""

    def __init__(
        self, what: str, *, arithmetic: str = "", remedy: str = "", wait: float | None = None
    ) -> None:
        """Keep the wait, so that a caller can sleep, read again and only then try again."""
        super().__init__(what, arithmetic=arithmetic, remedy=remedy)
        self.wait = wait


class Refused(ForgeError):
    """The forge understood the request and said no; `status` and `code` are its words."""

    def __init__(self, what: str, *, status: int, code: str = "", remedy: str = "") -> None:
        """Keep the forge's status for the journal."""
        super().__init__(what, remedy=remedy)
        self.status = status
        self.code = code


class Unintelligible(ForgeError):
    """The answer is not one the API gives: HTML, cut JSON, a looping page."""


class Uncertain(ForgeError):
    """A write was sent and no answer says what became of it; read before anything else."""


class JournalError(SeatkeeperError):
    """The store could not be read or written."""


class LeaseLost(JournalError):
    """Another process (`holder`, where it is known) holds the organization, or took it over."""

    exit_code = 8

    def __init__(self, what: str, *, holder: str = "", arithmetic: str = "", remedy: str = "") -> None:
        """Keep who holds it, so that a process that has died can be told from one that works."""
        super().__init__(what, arithmetic=arithmetic, remedy=remedy)
        self.holder = holder


class JournalBroken(JournalError):
    """The chain does not verify."""

    exit_code = 9


class CopyFailed(JournalError):
    """The second place of the journal could not be written or read; what must be there first waits."""


class CopyBroken(JournalBroken):
    """The second place lacks a piece of the journal, or holds one that is not what was written there."""


class DecidingTooSlow(SeatkeeperError):
    """What the rules ask of the tables took longer than one deciding may."""


class DecidingTooBig(SeatkeeperError):
    """What the rules ask of the tables needs more memory than one deciding may use."""


class NotSent(SeatkeeperError):
    """A notice was not accepted by its server, or nobody knows; `again` where another try may help."""

    usually = "see what is due, and why it is: seatkeeper notices"

    def __init__(self, what: str, *, again: bool = True, remedy: str = "") -> None:
        """Keep whether it is worth another try."""
        super().__init__(what, remedy=remedy)
        self.again = again


class GuardTripped(SeatkeeperError):
    """A limit says stop."""

    exit_code = 4


class NotCovered(SeatkeeperError):
    """A read was incomplete or stale, so nothing may be taken on its word."""

    exit_code = 5


class ApprovalError(SeatkeeperError):
    """An approval is missing, refused, expired, or one's own."""

    exit_code = 6


class PlanRefused(SeatkeeperError):
    """The plan was edited, is another organization's, is stale, or was overtaken."""

    exit_code = 7


class Braked(SeatkeeperError):
    """A brake is set."""

    exit_code = 8
