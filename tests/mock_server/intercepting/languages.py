"""Small programs in several languages, each with the API's host as a constant, unchanged by whoever runs them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).with_name("programs")
Builder = Callable[[Path], list[str]]


@dataclass(frozen=True)
class Language:
    """How a program is made ready in a folder, and what it takes."""

    name: str
    needs: tuple[str, ...]
    build: Builder
    trusts: tuple[str, ...]
    """The variables with the file that it trusts."""


def _python(name: str, *trusts: str) -> Language:
    return Language(name, (), lambda _: [sys.executable, str(PROGRAMS / f"{name}.py")], trusts)


def _node(name: str) -> Language:
    file = str(PROGRAMS / name)
    return Language(name, ("node",), lambda _: ["node", file], ("NODE_EXTRA_CA_CERTS",))


def _go(folder: Path) -> list[str]:
    subprocess.run(["go", "build", "-o", folder / "reader", "."], cwd=PROGRAMS / "go", check=True)
    return [str(folder / "reader")]


def _java(name: str) -> Builder:
    def build(folder: Path) -> list[str]:
        subprocess.run(["javac", "-d", folder, PROGRAMS / "java" / f"{name}.java"], check=True)
        return ["java", "-cp", str(folder), name]

    return build


def _curl(_: Path) -> list[str]:
    return ["sh", str(PROGRAMS / "with_curl.sh")]


LANGUAGES = [
    _python("with_httpx", "SSL_CERT_FILE"),
    _python("with_httpx_async", "SSL_CERT_FILE"),
    _python("with_requests", "REQUESTS_CA_BUNDLE"),
    _python("with_aiohttp", "SSL_CERT_FILE"),
    _python("with_urllib3", "SSL_CERT_FILE"),
    _python("with_urllib", "SSL_CERT_FILE"),
    _python("with_http_client", "SSL_CERT_FILE"),
    _node("with_fetch.mjs"),
    _node("with_https.cjs"),
    Language("go", ("go",), _go, ("SSL_CERT_FILE",)),
    Language("java", ("java", "javac"), _java("Reader"), ()),
    Language("java_url", ("java", "javac"), _java("UrlReader"), ()),
    Language("curl", ("curl", "sh"), _curl, ("CURL_CA_BUNDLE",)),
]


def made_ready(language: Language, folder: Path) -> list[str]:
    """The command line of a program; skips where its language isn't there."""
    for tool in language.needs:
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool} on this machine")
    return language.build(folder)
