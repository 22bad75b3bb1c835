"""Installs a GitHub App in a world: its key is made here, so that none lies in a file."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.forges.simulator.credentials import App, Right
from seatkeeper.forges.simulator.world import World

INSTALLATION = "77"
"""The number of the first one in a world."""
READING: frozenset[Right] = frozenset({"members:read", "metadata:read", "administration:read"})
WRITING: frozenset[Right] = READING | {"members:write", "administration:write"}


@cache
def pair(_name: str) -> tuple[str, str]:
    """A private and a public key in PEM; the same ones for the same name."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def installed(world: World, rights: frozenset[Right], name: str = "read") -> AppKey:
    """An App with these rights, named in the log as its tokens would be; and what lets it in."""
    others = len(world.credentials.apps)
    number, installation = str(1000 + others), str(int(INSTALLATION) + others)
    private, public = pair(name)
    bot = world.account(f"seats-{name}[bot]")
    app = App(number, f"seats-{name}", installation, public, bot, rights, name)
    world.credentials.apps[number] = app
    return AppKey(number, installation, Secret(private))
