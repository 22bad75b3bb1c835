"""The fields of what keeps the journal: its second place, and the keys of its checkpoints."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seatkeeper.config.fields import SecretTold, Text


class SecondPlace(BaseModel):
    """Where the journal is kept as well, sealed: a `folder` or a `bucket`.

    Every write to a forge waits until what it rests on is there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    folder: Text | None = None
    """A folder inside another volume, relative to this file. It is never made: unmounted is no place."""
    bucket: Text | None = None
    """A bucket that speaks S3's protocol."""
    prefix: Text | None = None
    """What the names in the bucket begin with."""
    endpoint: Text | None = None
    """Where the bucket is, when it is not at Amazon; https, except on this machine."""
    region: Text = "us-east-1"
    """The bucket's region."""
    access_key: SecretTold | None = Field(None, repr=False)
    """Its access key, beside `secret_key`; none given: the machine's own role."""
    secret_key: SecretTold | None = Field(None, repr=False)
    """Its secret key."""
    key: SecretTold = Field(repr=False)
    """The key of the seal: 32 random bytes in base64, kept elsewhere too."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.folder is None) == (self.bucket is None):
            raise ValueError("should name a folder or a bucket, and not both")
        beside = (self.prefix, self.endpoint, self.access_key, self.secret_key)
        if self.folder is not None and any(field is not None for field in beside):
            raise ValueError("should name prefix, endpoint and credential for a bucket only")
        if (self.access_key is None) != (self.secret_key is None):
            raise ValueError("should name access_key and secret_key together")
        return self


class Checkpoints(BaseModel):
    """Each run ends with a signature of where the journal stands, so that nobody can write it anew.

    The pair is made by ``openssl genpkey -algorithm ed25519 -out checkpoint.pem`` and shown by
    ``openssl pkey -in checkpoint.pem -pubout``. Only commands that write to a forge ask for `key`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    key: SecretTold = Field(repr=False)
    """The private key that signs, as PEM or the line inside it."""
    public_keys: list[Text] = Field(min_length=1)
    """The line inside the PEM of each public key to believe: today's, and those that were used before."""
