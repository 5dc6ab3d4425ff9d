"""What programs look at in their environment, so that a host leads to a double whatever they are written in."""

import json
import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import preloads
from .gateway import Gateway
from .hosts import HTTP, HTTPS
from .trust import STORE_PASSWORD, java_store, roots

REDIRECTION = "INCIDENT_DOUBLE_REDIRECTION"
"""The variable that the preloads read: what leads where, as JSON."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""What is never asked of a proxy."""
_PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
_BUNDLES = (
    "SSL_CERT_FILE",  # OpenSSL, and so Ruby, PHP and Python; Go, rustls
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "DENO_CERT",
)
_NODE_BUNDLE = "NODE_EXTRA_CA_CERTS"
_PRELOADS = Path(next(iter(preloads.__path__)))


@contextmanager
def intercepting_environment(gateway: Gateway) -> Iterator[dict[str, str]]:
    """Give the variables that bring programs to a gateway, over those of this process.

    The files that they name are there until the block ends.
    """
    with TemporaryDirectory(prefix="incident-double-") as name:
        folder = Path(name)
        bundle = roots(os.environ, _BUNDLES) + gateway.authorities
        node = roots(os.environ, [_NODE_BUNDLE]) if os.environ.get(_NODE_BUNDLE) else ""
        files = {
            "ca.pem": gateway.authorities.encode(),
            "bundle.pem": bundle.encode(),
            "node.pem": (node + gateway.authorities).encode(),
            "java.p12": java_store(bundle),
        }
        for each, content in files.items():
            (folder / each).write_bytes(content)
        yield _variables(gateway, folder, os.environ)


def _variables(gateway: Gateway, folder: Path, before: Mapping[str, str]) -> dict[str, str]:
    host, port = gateway.proxy
    bundle = str(folder / "bundle.pem")
    unproxied = ",".join([*_unproxied(before, gateway.hosts), *LOOPBACK])
    return {
        **dict.fromkeys(_PROXIES, f"http://{host}:{port}"),
        "NO_PROXY": unproxied,
        "no_proxy": unproxied,
        **dict.fromkeys(_BUNDLES, bundle),
        _NODE_BUNDLE: str(folder / "node.pem"),
        "NODE_OPTIONS": _joined(
            " ", before.get("NODE_OPTIONS"), f"--require {_quoted(_PRELOADS / 'redirection.cjs')}"
        ),
        "JAVA_TOOL_OPTIONS": _joined(
            " ", before.get("JAVA_TOOL_OPTIONS"), *_java(host, port, folder / "java.p12")
        ),
        "PYTHONPATH": _joined(os.pathsep, str(_PRELOADS), before.get("PYTHONPATH")),
        REDIRECTION: json.dumps(_redirection(gateway, folder / "ca.pem")),
    }


def _unproxied(before: Mapping[str, str], hosts: Iterable[str]) -> Iterator[str]:
    """What no proxy was asked for, but for what would keep the hosts from it."""
    for entry in (before.get("no_proxy") or before.get("NO_PROXY") or "").split(","):
        suffix = entry.strip().lower().removeprefix("*").removeprefix(".")
        if entry.strip() not in ("", "*") and not any(f".{host}".endswith(f".{suffix}") for host in hosts):
            yield entry.strip()


def _java(host: str, port: int, store: Path) -> list[str]:
    return [
        *(f"-D{scheme}.proxyHost={host} -D{scheme}.proxyPort={port}" for scheme in ("http", "https")),
        "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
        shlex.quote(f"-Djavax.net.ssl.trustStore={store}"),
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}",
    ]


def _redirection(gateway: Gateway, authorities: Path) -> dict[str, object]:
    """What the preloads need to know: see `preloads`."""
    return {
        "hosts": list(gateway.hosts),
        "ports": {str(HTTPS): gateway.tls, str(HTTP): gateway.plain},
        "allowed": ["*"] if gateway.allowed.has_every else sorted(gateway.allowed.names),
        "authorities": str(authorities),
    }


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(filter(None, parts))


def _quoted(path: Path) -> str:
    """As NODE_OPTIONS wants a path that may have spaces."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
