"""Every test of a second place runs on a real folder and on a real bucket."""

import base64
from pathlib import Path

import pytest

from seatkeeper.config.secrets import Secret
from seatkeeper.copies.bucket import BucketCopy
from seatkeeper.copies.folder import FolderCopy
from seatkeeper.ports import Copy

KEY = Secret(base64.b64encode(bytes(range(32))).decode())


def in_folder(folder: Path) -> FolderCopy:
    folder.mkdir(exist_ok=True)
    return FolderCopy(folder)


def in_bucket(endpoint: str, bucket: str) -> BucketCopy:
    return BucketCopy(
        bucket,
        prefix="acme/journal",
        endpoint=endpoint,
        access_key=Secret("invented"),
        secret_key=Secret("invented-too"),
    )


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Copy:
    """An empty second place, without the seal."""
    if request.param == "folder":
        return in_folder(tmp_path / "second")
    return in_bucket(request.getfixturevalue("s3_endpoint"), request.getfixturevalue("bucket"))
