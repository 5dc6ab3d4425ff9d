"""What programs trust while they are intercepted: the roots that they trusted before, and an authority of ours."""

import ssl
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

from ...openapi.intake.reading import InputError, read_file

STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default; what the store holds is public
_MARK = "-----END CERTIFICATE-----"
_OF_SYSTEMS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep their roots, the first that is there."""


def roots(environment: Mapping[str, str], variables: Iterable[str]) -> str:
    """Give the certificates that programs with this environment trust, as PEM, each once.

    Those in the files that the variables name; the system's where none of them names a file.
    """
    named = [environment[name] for name in variables if environment.get(name)]
    found = _contents(named) or _contents(_system_files()[:1])
    certificates = {f"{part.strip()}\n" for text in found for part in _certificates(text)}
    return "".join(sorted(certificates))


def java_store(pem: str) -> bytes:
    """Give the certificates of a PEM text as a trust store for Java (PKCS #12)."""
    entries = [
        PKCS12Certificate(certificate, f"incident-double-{number}".encode())
        for number, certificate in enumerate(_parsed(pem))
    ]
    return serialize_java_truststore(entries, BestAvailableEncryption(STORE_PASSWORD.encode()))


def _system_files() -> list[str]:
    default = ssl.get_default_verify_paths()
    files = [default.openssl_cafile, *_OF_SYSTEMS]
    try:
        import certifi  # noqa: PLC0415 - only where the system has none

        files.append(certifi.where())
    except ImportError:
        pass
    return [file for file in files if Path(file).is_file()]


def _contents(files: Iterable[str]) -> list[str]:
    texts = []
    for file in dict.fromkeys(files):
        try:
            texts.append(read_file(Path(file)).decode(errors="replace"))
        except InputError:
            continue  # as OpenSSL does
    return texts


def _certificates(text: str) -> Iterator[str]:
    for part in text.split(_MARK)[:-1]:
        start = part.rfind("-----BEGIN CERTIFICATE-----")
        if start >= 0:
            yield part[start:] + _MARK


def _parsed(pem: str) -> Iterator[x509.Certificate]:
    with warnings.catch_warnings(action="ignore"):
        for text in _certificates(pem):
            try:
                yield x509.load_pem_x509_certificate(text.encode())
            except ValueError:
                continue  # an old root that breaks today's rules
