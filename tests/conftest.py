"""What every test may ask for: real databases, and the rosters of a real organisation."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("tests.parts.databases", "tests.parts.buckets", "tests.parts.mail")

settings.register_profile("seatkeeper", deadline=None)  # a slow machine is no counter-example
settings.load_profile("seatkeeper")


@pytest.fixture(scope="session")
def rosters() -> Path:
    """The folder of rosters beside the repository, or where SEATKEEPER_ROSTERS says."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "rosters"
    folder = Path(os.environ.get("SEATKEEPER_ROSTERS") or beside)
    if not folder.is_dir():
        word = "the rosters are not on this machine; set SEATKEEPER_ROSTERS to their folder"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    return folder
