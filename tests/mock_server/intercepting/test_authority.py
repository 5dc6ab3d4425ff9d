"""The authority: who can read its key, how long it lasts, and that it is good for one host only."""

import datetime
import os
import ssl
import stat
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from incident_double.mock_server.intercepting import authority as module
from incident_double.mock_server.intercepting.authority import Authority, authorities_folder
from incident_double.mock_server.intercepting.trust import roots

HOST = "api.incident.io"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    """Have both ends agree, without a socket. Raises ssl.SSLError where they don't."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(10):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_nobody_else_can_read_its_key(home: Path) -> None:
    before = os.umask(0)  # however careless this user is
    try:
        Authority.kept(HOST)
    finally:
        os.umask(before)

    assert mode(home) == 0o700
    assert [(file.name, mode(file)) for file in home.iterdir()] == [(f"{HOST}.pem", 0o600)]


def test_another_user_finds_nothing(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    Authority.kept(HOST)
    for folder in [home.parent, *home.parent.parents[:3]]:
        folder.chmod(0o755)
    nobody = 65534

    read = subprocess.run(
        ["cat", home / f"{HOST}.pem"],
        user=nobody,
        group=nobody,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert read.returncode != 0
    assert read.stdout == ""


def test_it_is_kept(home: Path) -> None:
    assert Authority.kept(HOST).pem == Authority.kept(HOST).pem
    assert Authority.kept("elsewhere.example").pem != Authority.kept(HOST).pem


def test_processes_at_once_get_the_same(home: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: Authority.kept(HOST).pem, range(8)))

    assert len(found) == 1


def test_it_lasts_a_month() -> None:
    certificate = Authority.made(HOST).certificate
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc

    assert datetime.timedelta(days=28) < life < datetime.timedelta(days=31)


def test_one_that_ends_soon_is_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "LIFE", datetime.timedelta(days=6))
        old = Authority.kept(HOST)
    new = Authority.kept(HOST)

    assert new.certificate.not_valid_after_utc > old.certificate.not_valid_after_utc


def spoil_mode(file: Path) -> None:
    file.chmod(0o644)


def spoil_content(file: Path) -> None:
    file.write_text("nothing")


def spoil_key(file: Path) -> None:
    key = file.read_text()[file.read_text().index("-----BEGIN PRIVATE KEY") :]
    file.write_text(Authority.made(HOST).pem + key)


def spoil_link(file: Path) -> None:
    file.rename(file.with_suffix(".other"))
    file.symlink_to(file.with_suffix(".other"))


@pytest.mark.parametrize("spoil", [spoil_mode, spoil_content, spoil_key, spoil_link])
def test_one_that_others_could_have_read_or_made_is_replaced(
    home: Path, spoil: Callable[[Path], None]
) -> None:
    old = Authority.kept(HOST).pem
    file = home / f"{HOST}.pem"
    spoil(file)

    assert Authority.kept(HOST).pem != old
    assert not file.is_symlink()
    assert mode(file) == 0o600


def test_a_folder_that_others_can_enter_is_closed(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o777)

    Authority.kept(HOST)

    assert mode(home) == 0o700


def test_without_a_place_of_ones_own_it_is_not_kept(home: Path, tmp_path: Path) -> None:
    home.parent.mkdir()
    home.write_text("a file where the folder should be")
    assert Authority.kept(HOST).pem != Authority.kept(HOST).pem

    home.unlink()
    home.symlink_to(tmp_path)
    assert Authority.kept(HOST).pem != Authority.kept(HOST).pem
    assert list(tmp_path.glob("*.pem")) == []


@pytest.mark.parametrize("state", ["", "not/absolute"])
def test_the_variable_for_the_folder_has_to_be_absolute(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", state)

    assert authorities_folder().is_relative_to(Path.home())


def test_a_client_that_trusts_it_trusts_the_host() -> None:
    authority = Authority.made(HOST)
    client = ssl.create_default_context(cadata=authority.pem)
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT

    handshake(client, authority.server_context(), HOST)


def test_it_can_sign_for_no_other_host() -> None:
    authority = Authority.made(HOST)
    forged = Authority("elsewhere.example", authority.certificate, authority._key)
    client = ssl.create_default_context(cadata=authority.pem)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(client, forged.server_context(), "elsewhere.example")


def test_what_it_signs_can_sign_nothing() -> None:
    constraints = Authority.made(HOST).certificate.extensions.get_extension_for_class(x509.BasicConstraints)

    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_a_bundle_that_is_no_file_is_left_out(tmp_path: Path) -> None:
    """A folder, a device that never ends and a file of nonsense: the one that can be read counts."""
    real, nonsense = tmp_path / "real.pem", tmp_path / "nonsense.pem"
    real.write_text(Authority.made(HOST).pem)
    nonsense.write_bytes(b"\xff\x00")
    named = {"A": str(tmp_path), "B": "/dev/zero", "C": str(nonsense), "D": str(real)}

    assert roots(named, named) == real.read_text()
