"""Every reason is told, and every hold says what would end it."""

from seatkeeper.rules.reasons import ENDS, HOLD, REASONS, SENTENCES, VERB


def test_every_reason_has_a_verb_and_a_sentence() -> None:
    """Nothing is decided for a reason that nobody could read."""
    assert set(REASONS) == set(SENTENCES) == set(VERB)


def test_every_hold_says_what_would_end_it() -> None:
    """Whoever is held, somebody can do something about it."""
    assert set(ENDS) == set(HOLD)
