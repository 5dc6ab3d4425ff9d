"""A certificate authority for one host: what it signs is good for that host alone, whoever has the key.

The one that is kept is made for this user on this machine and lasts a month.
"""

import os
import ssl
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if sys.platform != "win32":
    import fcntl

LIFE = timedelta(days=30)
_RENEWED_BEFORE = timedelta(days=7)
"""How long before its end an authority is replaced, so that a server which starts now can go on for a while."""
_SKEW = timedelta(hours=1)
"""By how much the clock of a container may be slow."""


class Authority:
    """Signs certificates for one host. `made` is a new one, `kept` that of this user."""

    def __init__(self, host: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.host = host
        self.certificate = certificate
        self._key = key

    @classmethod
    def made(cls, host: str) -> "Authority":
        """Give a new one, which nobody knows."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(host, _authority_certificate(host, key), key)

    @classmethod
    def kept(cls, host: str, folder: Path | None = None) -> "Authority":
        """Give this user's, made where there is none or it ends soon.

        A new one that isn't kept where this user can't keep a secret, such as in a container without a home.
        """
        try:
            with _locked(folder or authorities_folder()) as place:
                file = place / f"{host}.pem"
                found = _read(host, file)
                if found is None:
                    found = cls.made(host)
                    replace_file(file, found.pem.encode() + _private_pem(found._key))
                return found
        except (OSError, RuntimeError):  # the latter where this user has no home
            return cls.made(host)

    @property
    def pem(self) -> str:
        """Its certificate, to be trusted."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def server_context(self) -> ssl.SSLContext:
        """Give what a server needs to be that host: a new key, and a certificate for it."""
        key = ec.generate_private_key(ec.SECP256R1())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.TemporaryDirectory(prefix="incident-double-") as folder:  # readable by this user alone
            file = Path(folder, "host.pem")
            replace_file(file, self._host_certificate(key).public_bytes(Encoding.PEM) + _private_pem(key))
            context.load_cert_chain(file)
        return context

    def _host_certificate(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        return (
            _builder(_named(self.host), self.certificate.subject, key, self.certificate.not_valid_after_utc)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(self.host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )


def server_context(authorities: Mapping[str, Authority]) -> ssl.SSLContext:
    """Give what a server needs to be all of these hosts, and no other: a client that asks for another gets an alert."""
    contexts = {host: authority.server_context() for host, authority in authorities.items()}

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        chosen = contexts.get((name or first).lower())
        if chosen is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = chosen
        return None

    first = next(iter(contexts))
    context = contexts[first]
    context.sni_callback = choose
    return context


def authorities_folder() -> Path:
    """Say where this user's authorities are kept: beside what else programs remember, not beside what they cache."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return Path(state, "incident-double", "authorities")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "incident-double" / "authorities"
    return Path.home() / ".local" / "state" / "incident-double" / "authorities"


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """A folder that is this user's alone, for one process at a time. Raises OSError where there is none to be had."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(f"{folder} belongs to another user")
        os.fchmod(descriptor, 0o700)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def _read(host: str, file: Path) -> Authority | None:
    """The authority in a file; None where there is none that can be used, or others could have read its key."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        about = os.fstat(descriptor)
        if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
            return None
        content = opened.read()
    try:
        certificate, key = x509.load_pem_x509_certificate(content), load_pem_private_key(content, None)
    except ValueError:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        return None
    ends_soon = certificate.not_valid_after_utc - datetime.now(UTC) < _RENEWED_BEFORE
    return None if ends_soon else Authority(host, certificate, key)


def replace_file(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all: one that this user alone can read, unless it has another mode."""
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as opened:
            os.fchmod(descriptor, mode)
            opened.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _authority_certificate(host: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _named(f"incident-double for {host}")
    addresses = [x509.IPAddress(IPv4Network("0.0.0.0/0")), x509.IPAddress(IPv6Network("::/0"))]
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(name, name, key, datetime.now(UTC) + LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(host)], addresses), critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - _SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(text: str) -> x509.Name:
    most = 64  # characters of a common name
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:most])])
