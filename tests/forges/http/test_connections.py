"""Proxies are the environment's, certificates the configuration's, and this machine is reached directly."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer

from seatkeeper.clock import SystemClock
from seatkeeper.config.secrets import Secret
from seatkeeper.errors import ConfigurationError, ForgeError
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.limiter import Patience
from seatkeeper.forges.http.redaction import redact
from tests.forges.http.hostile import TOKEN, Hourglass, Script, told


def open_http(url: str, ca_file: Path | None = None) -> Http:
    """A client that trusts this authority."""
    return Http(
        api=url,
        token=Secret(TOKEN),
        clock=Hourglass(),
        headers={},
        write_seconds=1.0,
        ca_file=str(ca_file) if ca_file else None,
        patience=Patience(tries=1),
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a private authority")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[HTTPServer]:
    """A forge with a certificate of a private authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        yield server


def test_a_private_authority_is_trusted_when_it_is_named(secure: HTTPServer, certificate: Path) -> None:
    """With the file the forge answers; without it nothing is sent."""
    secure.expect_request("/user").respond_with_json({"id": 1})
    url = secure.url_for("").rstrip("/")

    assert open_http(url, certificate).get("/user").body == {"id": 1}
    with pytest.raises(ForgeError, match="CERTIFICATE_VERIFY_FAILED") as unknown:
        open_http(url).get("/user")
    assert "ca_file" in unknown.value.remedy
    assert len(secure.log) == 1
    assert (
        open_http(url, certificate).way == f"{url}, directly, trusting the authority in {certificate} alone"
    )


def test_a_file_of_certificates_that_is_none_is_the_configurations_fault(tmp_path: Path) -> None:
    """Missing or not a certificate: named, and no traceback."""
    with pytest.raises(ConfigurationError, match=r"missing\.pem"):
        open_http("https://forge.example", tmp_path / "missing.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ConfigurationError, match=r"empty\.pem"):
        open_http("https://forge.example", tmp_path / "empty.pem")


def test_this_machine_is_reached_without_the_proxy(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment can't reach a simulator here."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    script.replies = [told({"id": 1})]

    assert open_http(script.url).get("/user").body == {"id": 1}


def test_another_machine_is_reached_through_the_proxy(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy of the environment is asked for the forge, and its refusal is told."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://mallory:hunter2@127.0.0.1:{httpserver.port}")
    http = open_http("https://forge.example")

    with pytest.raises(ForgeError, match="ProxyError") as refused:
        http.get("/user")
    assert f"the proxy 127.0.0.1:{httpserver.port} " in refused.value.remedy
    assert f"through the proxy 127.0.0.1:{httpserver.port}, trusting whom this machine trusts" in http.way
    assert "hunter2" not in f"{refused.value}{refused.value.remedy}{http.way}"


def test_whom_the_environment_excepts_is_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of the way is what is gone."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "forge.invalid")
    http = open_http("https://forge.invalid")

    assert http.way.startswith("https://forge.invalid, directly")
    with pytest.raises(ForgeError, match="ConnectError") as unreachable:
        http.get("/user")
    assert "proxy" not in unreachable.value.remedy


def test_what_is_shown_is_one_printable_line_without_secrets() -> None:
    """Neither the token, nor its kin, nor what would move a terminal's cursor."""
    text = redact(
        f"a\x1b[2J\nb {TOKEN} Bearer abc https://user:pass@host/?authorization_request=XYZ", Secret(TOKEN)
    )

    assert text.startswith("a[2J b [secret] Bearer [secret] https://[secret]@host/")
    for hidden in (TOKEN, "abc", "pass", "XYZ", "\x1b", "\n"):
        assert hidden not in text
    assert len(redact("x" * 1000, Secret(TOKEN))) == 300
