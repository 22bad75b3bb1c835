"""Our canonical bytes are those of RFC 8785."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.rules.codec import canonical, dump

pytestmark = pytest.mark.slow

plain = st.none() | st.booleans() | st.text() | st.integers() | st.floats(0, 1e12).map(lambda s: round(s, 3))
names = st.text("abcdefghijklmnopqrstuvwxyz_-:0123456789", min_size=1)
values = st.recursive(
    plain, lambda inner: st.tuples(inner, inner) | st.dictionaries(names, inner), max_leaves=20
)


@given(values)
def test_what_dump_gives_is_written_as_the_standard_says(value: object) -> None:
    """The standard library's quick way and the standard's own library agree on every byte."""
    dumped = dump(value)

    assert canonical(dumped) == rfc8785.dumps(dumped)  # type: ignore[arg-type]  # JSON-able by construction
