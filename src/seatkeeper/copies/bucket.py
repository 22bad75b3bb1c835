"""A bucket as the second place, wherever S3's protocol is spoken."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import CopyBroken, CopyFailed

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store

_CONNECT, _ANSWER, _ALL = "5s", "20s", timedelta(seconds=45)
_RETRIES = 3


class BucketCopy:
    """`ports.Copy` in an S3-compatible bucket, one object a piece, under `prefix`.

    A put is repeated by the library where the answer is lost: the same bytes
    under the same name, so twice is once. Without `access_key` and
    `secret_key` the library finds the machine's own credential.
    """

    def __init__(
        self,
        bucket: str,
        *,
        prefix: str = "",
        endpoint: str | None = None,
        region: str = "us-east-1",
        access_key: Secret | None = None,
        secret_key: Secret | None = None,
    ) -> None:
        self._bucket, self._prefix, self._endpoint, self._region = bucket, prefix, endpoint, region
        self._access_key, self._secret_key = access_key, secret_key
        self.label = f"the bucket {bucket}{f'/{prefix}' if prefix else ''}"

    @cached_property
    def _store(self) -> "S3Store":
        from obstore.store import S3Store  # noqa: PLC0415  # only who has a bucket pays for it

        told: S3Config = {"region": self._region, "virtual_hosted_style_request": False}
        if self._endpoint is not None:
            told["endpoint"] = self._endpoint
        if self._access_key and self._secret_key:
            told["access_key_id"] = self._access_key.reveal()
            told["secret_access_key"] = self._secret_key.reveal()
        return S3Store(
            self._bucket,
            prefix=self._prefix or None,
            config=told,
            client_options={
                "allow_http": (self._endpoint or "").startswith("http://"),
                "connect_timeout": _CONNECT,
                "timeout": _ANSWER,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _ALL},
        )

    def put(self, name: str, piece: bytes) -> None:
        """See `ports.Copy.put`."""
        import obstore  # noqa: PLC0415  # likewise

        with self._named_errors("written"):
            obstore.put(self._store, name, piece)

    def names(self, kind: str, after: str = "") -> Sequence[str]:
        """See `ports.Copy.names`."""
        import obstore  # noqa: PLC0415  # likewise

        with self._named_errors("read"):
            pages = obstore.list(self._store, kind, offset=after or None, chunk_size=1_000)
            return sorted(name for page in pages for meta in page if (name := meta["path"]) > after)

    def get(self, name: str) -> bytes:
        """See `ports.Copy.get`."""
        import obstore  # noqa: PLC0415  # likewise

        with self._named_errors("read"):
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                raise CopyBroken(
                    f"The piece {name} is missing from {self.label}.",
                    remedy="Look for another copy of it, or for an older version in the bucket.",
                ) from None

    @contextmanager
    def _named_errors(self, done: str) -> Iterator[None]:
        from obstore.exceptions import BaseError  # noqa: PLC0415  # likewise

        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            raise CopyFailed(
                f"The second place, {self.label}, can't be {done}: {_first_line(error)}.",
                remedy="Mend it, then type the same command again; seatkeeper check reads it back.",
            ) from None


def _first_line(error: Exception) -> str:
    """The cause without the library's own notes and the server's XML."""
    return str(error).partition("\n")[0].partition(": <?xml")[0].rstrip(". ")
