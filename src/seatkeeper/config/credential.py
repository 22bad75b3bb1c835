"""The fields of what a forge lets in: to read, to write, and the accounts that conformance acts as."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from seatkeeper.config.fields import SecretTold, Text


class App(BaseModel):
    """An App that is installed on the organization."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    id: Text
    """Its id, or its client id."""
    installation: Annotated[str, Field(pattern="^[0-9]+$")]
    """The number of its installation on the organization: the end of the address of its settings there."""
    key: SecretTold = Field(repr=False)
    """Its private key, in PEM, as the forge made it."""


class Credential(BaseModel):
    """What the forge lets in: a token or an App. What each needs: permissions.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    token: SecretTold | None = Field(None, repr=False)
    """A token, classic or fine-grained."""
    app: App | None = None
    """An App: its tokens last an hour, and each is asked for when it is needed."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.token is None) == (self.app is None):
            raise ValueError("should name a token or an app, and not both")
        return self


class WriteCredential(Credential):
    """What the forge lets in to write."""

    site_admin: bool = False
    """On a server of your own: it is a site administrator's, and whoever leaves is suspended on the whole
    server, all its organizations included, and keeps what they hold until somebody lifts that."""


class ScratchAccount(BaseModel):
    """An account made for conformance to ask in and throw out of a scratch organization."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    login: Text
    """Its login; it must hold nothing in the organization when conformance begins."""
    token: SecretTold | None = Field(None, repr=False)
    """The account's own token, with which it accepts invitations."""
