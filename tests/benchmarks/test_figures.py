"""What a benchmark prints becomes figures beside their limits; a missed limit is said and fails."""

from benchmarks.__main__ import LIMITS, Figure, figures


def test_a_figure_beyond_its_limit_is_missed() -> None:
    """And at the limit it is not."""
    text = '{"name": "a", "value": 2.0, "unit": "s", "limit": 1.0}\n{"name": "b", "value": 1, "limit": 1}\n'

    first, second = figures("any", text)
    assert first == Figure("a", 2.0, "s", 1.0, "limit", ok=False)
    assert first.line().split() == ["a", "2.000", "s", "limit", "1.000", "2.000", "MISSED"]
    assert second.ok is True
    assert second.line().endswith("ok")


def test_a_floor_is_a_yardstick_and_the_benchmark_says_what_is_well() -> None:
    """A floor can't be beaten, so being above it is no failure."""
    (free,) = figures("any", '{"name": "calls", "value": 105, "floor": 100}')
    (judged,) = figures("any", '{"name": "calls", "value": 120, "floor": 100, "ok": false}')

    assert free.ok is None
    assert free.line().split() == ["calls", "105.000", "floor", "100.000", "1.050"]
    assert judged.ok is False


def test_sets_of_figures_find_their_limits_by_name() -> None:
    """Nested ones too; words between them are passed over."""
    name, limit = next(iter(LIMITS.items()))
    benchmark, _, figure = name.partition(".")
    found = list(
        figures(
            benchmark, f'a word {{ of warning\n{{"{figure}": {limit + 1}, "deep": {{"er": 3}}, "b": true}}'
        )
    )

    assert found[0] == Figure(name, limit + 1, "", limit, "limit", ok=False)
    assert found[1] == Figure(f"{benchmark}.deep.er", 3.0, "", None, "floor", None)
    assert len(found) == 2
