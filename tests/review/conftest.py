from collections.abc import Iterator

import pytest

from tests.review.place import Review, reviewed


@pytest.fixture(scope="package")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """One company for all reviews: nothing they do writes anything but the file under review."""
    with reviewed(tmp_path_factory.mktemp("review")) as told:
        yield told
