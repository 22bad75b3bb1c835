"""Names for people, logins, teams and repositories, put together from syllables by a seed; nobody's."""

from collections.abc import Callable
from random import Random

_ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "kr", "tr", "sh")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "eo", "ia")
_CODAS = ("", "", "", "n", "r", "l", "s", "x", "m")
_ACCENTS = str.maketrans({"a": "á", "e": "é", "o": "ø", "u": "ü", "n": "ñ"})

_THINGS = (
    "atlas", "beacon", "canal", "delta", "ember", "forge", "gate", "harbor", "index", "jetty", "kiln",
    "ledger", "meter", "notary", "orbit", "parcel", "quarry", "relay", "signal", "tariff", "vault",
)  # fmt: skip
_KINDS = (
    "api", "app", "batch", "cli", "client", "core", "docs", "gateway", "infra", "jobs", "model", "portal",
    "proto", "sdk", "server", "site", "store", "tests", "tools", "ui", "worker",
)  # fmt: skip
_CRAFTS = ("admins", "build", "core", "design", "leads", "ops", "platform", "quality", "release", "review")


class Names:
    """Invents names that never repeat, in any case; the same seed invents the same ones in the same order."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def reserve(self, *names: str) -> None:
        """Never invent these."""
        self._taken.update(name.casefold() for name in names)

    def person(self) -> str:
        """A given name and a surname; one in ten is written with accents."""
        name = f"{self._word(2)} {self._word(3)}".title()
        return name.translate(_ACCENTS) if self._rng.random() < 0.1 else name  # noqa: PLR2004  # one in ten

    def login(self) -> str:
        """A login as people choose them: with or without a hyphen, capitals or digits."""
        return self._unused(self._login)

    def team(self) -> str:
        """A team's slug."""
        return self._unused(lambda: f"{self._rng.choice(_THINGS)}-{self._rng.choice(_CRAFTS)}")

    def repository(self) -> str:
        """A repository's name."""
        return self._unused(lambda: f"{self._rng.choice(_THINGS)}-{self._rng.choice(_KINDS)}")

    def _login(self) -> str:
        shape = self._rng.randrange(4)
        if shape == 0:
            return f"{self._word(2)}-{self._word(2)}"
        if shape == 1:
            return self._word(3).title()
        if shape == 2:  # noqa: PLR2004  # the third of four shapes
            return f"{self._word(2)}{self._rng.randrange(10, 100)}"
        return self._word(4)

    def _word(self, syllables: int) -> str:
        choose = self._rng.choice
        return "".join(choose(_ONSETS) + choose(_VOWELS) for _ in range(syllables)) + choose(_CODAS)

    def _unused(self, make: Callable[[], str]) -> str:
        name = make()
        if name.casefold() in self._taken:
            serial = 2
            while f"{name}-{serial}".casefold() in self._taken:
                serial += 1
            name = f"{name}-{serial}"
        self._taken.add(name.casefold())
        return name
