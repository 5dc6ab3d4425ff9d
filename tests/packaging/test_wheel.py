"""What a user installs: built from the tracked files alone, never from what else lies in a checkout."""

import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from .conftest import FOLDERS, ROOT, build, copy, run


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_every_file_of_the_product_and_nothing_else(source: Path, wheel: Path) -> None:
    expected = {
        f"incident_double/{path.relative_to(source).as_posix()}"
        for folder in FOLDERS
        for path in (source / folder).rglob("*")
        if path.is_file()
    }
    packed = {name for name in contents(wheel) if ".dist-info/" not in name}

    assert packed == expected


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path) -> None:
    packed = contents(wheel)
    (folder,) = {name.split("/")[0] for name in packed if ".dist-info/" in name}

    assert packed[f"{folder}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert packed[f"{folder}/entry_points.txt"].decode().split("\n")[:2] == [
        "[console_scripts]",
        "incident-double = incident_double.cli:main",
    ]


def test_the_source_distribution_builds_the_same_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", copy(source, tmp_path / "source"), tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()

    assert contents(build("wheel", unpacked, tmp_path / "wheel")) == contents(wheel)


def test_the_image_is_built_from_all_that_makes_the_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    """No container engine is needed to see that the Dockerfile forgot a folder."""
    copied = [
        word
        for line in (source / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    ignored = (source / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {f"!{name}" for name in copied} == {line.rstrip("/") for line in ignored if line.startswith("!")}
    built = build("wheel", copy(source, tmp_path / "source", *copied), tmp_path / "wheel")
    assert contents(built) == contents(wheel)


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel put its command, in a fresh environment that borrows its dependencies from this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    run(sys.executable, "-m", "pip", "--python", home, "install", "--no-index", "--no-deps", wheel)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    Path(paths["purelib"], "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Path(paths["scripts"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_of_an_installed_wheel_can_be_imported(scripts: Path, folder: str) -> None:
    origin = run(scripts / "python", "-c", f"import incident_double.{folder} as it; print(it.__file__)")

    assert Path(origin).is_relative_to(scripts.parent), "imported from somewhere else"


def test_an_installed_wheel_reads_its_own_document(scripts: Path) -> None:
    code = "from incident_double.openapi import bundled; print(*bundled().operations, sep='\\n')"

    assert "Incidents V2#List" in run(scripts / "python", "-c", code).splitlines()


def test_an_installed_wheel_has_the_command(scripts: Path) -> None:
    assert run(scripts / "incident-double", "--version").startswith("incident-double ")
