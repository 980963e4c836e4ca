"""Certificates on a real TLS server: what nobody vouches for is not read, and the ledger and the source's health say why."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import kit
import post_office
import press
import pytest
import tls
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from crawler.commands.probe import fetch_pages
from crawler.errors import Unreachable

HOST, OTHER = "127.0.0.2", "127.0.0.9"
DAY = timedelta(days=1)


class Authority:
    """A certificate authority, and the certificates it signs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._key, self._name = _key(), _named(f"Authority in {folder.name}")
        self._own = _certificate(self._name, self._name, self._key, self._key, None, (-30 * DAY, 30 * DAY))
        self.file = folder / "authority.pem"
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def sign(
        self,
        name: str,
        host: str = HOST,
        valid: tuple[timedelta, timedelta] = (-DAY, DAY),
        *,
        is_own: bool = False,
        more: int = 0,
    ) -> Path:
        """A file with a certificate for *host* and so many *more* names, and its key; signed by itself when *is_own*."""
        key, subject = _key(), _named(host)
        issuer, signer = (subject, key) if is_own else (self._name, self._key)
        certificate = _certificate(subject, issuer, key, signer, host, valid, more)
        file = self.folder / f"{name}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        return file


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    host: str | None,
    valid: tuple[timedelta, timedelta],
    more: int = 0,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid[0])
        .not_valid_after(now + valid[1])
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )
    if host is not None:
        others = [x509.DNSName(f"*.{number}.mirror.example") for number in range(more)]
        names = x509.SubjectAlternativeName([*others, x509.IPAddress(ip_address(host))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


class Server(HTTPServer):
    """A server whose certificate can be renewed while it runs; `asked` is what came through."""

    def __init__(self, certificate: Path) -> None:
        super().__init__((HOST, 0), Paper)
        self.asked: list[str] = []
        self.renew(certificate)

    def renew(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)

    def get_request(self) -> tuple[ssl.SSLSocket, object]:
        connection, address = super().get_request()
        connection.settimeout(10)
        return tls.talked(self._context, connection), address

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class Paper(BaseHTTPRequestHandler):
    """A feed with one article, whatever is asked for."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        origin = f"https://{HOST}:{self.server.server_port}"
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        is_feed = self.path == "/feed"
        body = (
            press.feed([f"{origin}/film-crew"])
            if is_feed
            else press.article("film-crew", f"{origin}/film-crew")
        )
        self.send_response(200)
        self.send_header("content-type", "application/xml" if is_feed else "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The only authority that this process trusts."""
    found = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(found.file))
    return found


@pytest.fixture
def https() -> Iterator[Callable[[Path], Server]]:
    """`https(certificate)`: a server with that certificate."""
    servers: list[tuple[Server, threading.Thread]] = []

    def serve(certificate: Path) -> Server:
        server = Server(certificate)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return server

    yield serve
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join(10)


def feed_of(server: Server) -> str:
    return f"https://{HOST}:{server.server_port}/feed"


def test_a_certificate_of_a_trusted_authority_is_accepted(authority, https, once, tmp_path):
    server = https(authority.sign("good"))
    config = kit.configured(tmp_path, [kit.source(feed_of(server))])

    assert once(config)["new"] == 1


FAULTS = [
    pytest.param({"valid": (-9 * DAY, -2 * DAY)}, "its certificate expired on 2", id="expired"),
    pytest.param(
        {"valid": (2 * DAY, 9 * DAY)},
        "its certificate is not valid before 2",
        id="not yet valid",
    ),
    pytest.param({"is_own": True}, "its certificate is self-signed", id="self-signed"),
    pytest.param(
        {"is_strange": True}, "no authority that we trust vouches for its certificate", id="unknown authority"
    ),
    pytest.param({"host": OTHER}, f"its certificate is not for {HOST}", id="for another host"),
]


@pytest.mark.parametrize(("told", "words"), FAULTS)
def test_a_bad_certificate_is_a_failed_row_and_a_failing_source(
    authority, https, once, tmp_path, told, words
):
    signer = Authority(tmp_path / "strange") if told.pop("is_strange", False) else authority
    server = https(signer.sign("bad", **told))
    where = feed_of(server)
    config = kit.configured(tmp_path, [kit.source(where)])

    once(config)

    verdict, reason = kit.verdict_of(config, where)
    (health,) = kit.query(
        config, "SELECT state, reason, failures, next_due_at > checked_at AS later FROM source_health"
    )
    assert (verdict, words in reason) == ("failed", True), reason
    assert (health["state"], health["reason"]) == ("failing", reason)
    assert health["failures"] > 0
    assert health["later"]
    assert server.asked == []


def test_a_certificate_that_expires_is_told_once_and_forgotten_once_it_is_renewed(
    authority, https, once, tmp_path, caplog
):
    server = https(authority.sign("good"))
    config = kit.configured(tmp_path, [kit.source(feed_of(server))])
    once(config)
    caplog.set_level("INFO", logger="crawler")

    server.renew(authority.sign("old", valid=(-9 * DAY, -2 * DAY)))
    once(config, all_sources=True)
    once(config, all_sources=True)
    server.renew(authority.sign("new"))
    once(config, all_sources=True)

    told = [each for each in caplog.messages if each.startswith("source.state")]
    assert ["state=failing" in each for each in told] == [True, False]
    assert "certificate expired on" in told[0]
    assert "state=ok" in told[1]


def test_a_page_of_a_probe_says_the_same(authority, https, tmp_path):
    server = https(authority.sign("own", is_own=True))
    config = kit.configured(tmp_path, [kit.source(feed_of(server))])

    (answer,) = fetch_pages([f"https://{HOST}:{server.server_port}/article"], config)

    assert isinstance(answer, Unreachable)
    assert "certificate" in str(answer)
    assert server.asked == []


def test_a_certificate_with_ten_thousand_names_holds_nobody_up(authority, https, once, tmp_path):
    server = https(authority.sign("crowded", more=10_000))
    good = https(authority.sign("good"))
    sources = [kit.source(feed_of(server), id="crowded"), kit.source(feed_of(good), id="good")]
    config = kit.configured(tmp_path, sources)

    assert once(config)["new"] >= 1

    verdict, reason = kit.verdict_of(config, feed_of(server))
    assert (verdict, reason.endswith(".")) in (("failed", True), ("unchanged", True)), reason


def test_a_handshake_that_never_comes_to_its_end_is_given_up(once, tmp_path):
    with closing(socket.create_server((HOST, 0))) as silent:
        where = f"https://{HOST}:{silent.getsockname()[1]}/feed"
        config = kit.configured(tmp_path, [kit.source(where)], timeout="2s")

        once(config)

    verdict, reason = kit.verdict_of(config, where)
    assert verdict in ("failed", "deferred") and reason, reason


class Renegotiating:
    """A server of TLS 1.2 that begins the handshake anew before each answer."""

    def __init__(self, certificate: Path) -> None:
        self._context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.set_max_proto_version(SSL.TLS1_2_VERSION)
        self._context.use_certificate_chain_file(str(certificate))
        self._context.use_privatekey_file(str(certificate))
        self._listening = socket.create_server((HOST, 0))
        self.port = self._listening.getsockname()[1]
        self.tried = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._listening.accept()
            except OSError:
                return
            connection = SSL.Connection(self._context, accepted)
            connection.set_accept_state()
            with suppress(SSL.Error):
                self._answer(connection)
            accepted.close()

    def _answer(self, connection: SSL.Connection) -> None:
        connection.do_handshake()
        head = connection.recv(10_000)
        self.tried += 1
        connection.renegotiate()
        connection.do_handshake()
        status = b"404 Not Found" if b"robots.txt" in head else b"200 OK"
        connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        connection.recv(10)

    def close(self) -> None:
        self._listening.close()


def test_a_server_that_begins_the_handshake_anew_ends_as_a_row(authority, once, tmp_path):
    with closing(Renegotiating(authority.sign("anew"))) as server:
        where = f"https://{HOST}:{server.port}/feed"
        once(kit.configured(tmp_path, [kit.source(where)], timeout="5s"))

    verdict, reason = kit.verdict_of(kit.load_config(tmp_path / "spacereel.toml"), where)
    assert verdict in ("failed", "deferred") and reason
    assert server.tried


@pytest.mark.parametrize("is_own", [False, True])
def test_a_password_goes_to_a_mail_server_that_somebody_vouches_for(
    authority, once, tmp_path, monkeypatch, is_own
):
    monkeypatch.setenv("SPACEREEL_IMAP_PASSWORD", "s3cret")
    certificate = authority.sign("mail", is_own=is_own)
    mails = [post_office.letter("one")]
    with post_office.ImapServer(mails, "s3cret", certificate=certificate, host=HOST) as server:
        url = f"imaps://reader@{HOST}:{server.port}/News"
        config = kit.configured(tmp_path, [kit.source(url, kind="mail")])
        once(config)

    assert kit.count(config, "articles") == (0 if is_own else 1)
    assert any("s3cret" in each for each in server.told) is not is_own
    if is_own:
        assert (
            "certificate"
            in kit.query(config, "SELECT reason FROM visits WHERE purpose = 'source'")[0]["reason"]
        )
