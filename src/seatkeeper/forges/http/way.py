"""The way to the forge: the proxy that stands between, and whose certificates are trusted."""

from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def proxy(api: str) -> str | None:
    """Host and port of the proxy that the environment names for this address, never its password; or None."""
    parts = urlsplit(api)
    host = parts.hostname or ""
    named = getproxies()
    told = named.get(parts.scheme) or named.get("all")
    if told is None or host in LOOPBACK or proxy_bypass(host):
        return None
    found = urlsplit(told if "://" in told else f"http://{told}")
    return f"{found.hostname or ''}:{found.port}" if found.port else found.hostname


def way(api: str, ca_file: str | None) -> str:
    """How the forge is reached, in words."""
    through = proxy(api)
    reached = f"{api}, {f'through the proxy {through}' if through else 'directly'}"
    if urlsplit(api).scheme != "https":
        return f"{reached}, unencrypted on this machine"
    trusted = f"the authority in {ca_file} alone" if ca_file else "whom this machine trusts"
    return f"{reached}, trusting {trusted}"


def obstacle(why: str, api: str) -> str:
    """What to look at when the forge can't be reached, by how it failed."""
    if "CERTIFICATE_VERIFY_FAILED" in why:
        return "name the authority of the forge's certificate: forges.NAME.ca_file; then: seatkeeper check"
    if through := proxy(api):
        return f"look at the proxy {through} (HTTPS_PROXY and NO_PROXY name it); then: seatkeeper check"
    return "look at `api` in the configuration and at this machine's network; then: seatkeeper check"
