"""A wheel that carries a Pyodide distribution: by name, by path, by address."""

import hashlib
import json
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pyrt_build import target
from pyrt_build.errors import BuildError
from pyrt_build.packages import carrier, distribution, download
from pyrt_build.packages.download import Unreachable
from tests.support.file_host import file_host
from tests.support.workspace import Workspace, empty_lock


@pytest.fixture(autouse=True)
def world(tmp_path, monkeypatch):
    """A workspace whose only package index is a folder of wheels."""
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setattr(download, "PAUSE_S", 0)
    made = Workspace(tmp_path)
    made.add_to_pyodide("numpy", "2.0", {"numpy/__init__.py": ""})
    return made


def add_carrier(world, name="carrier", version="1.0", folder="carrier/web/pyodide/"):
    inside = {f"{folder}{p.name}": p.read_bytes() for p in world.distribution.iterdir()}
    return world.add_wheel(name, version, {**inside, "carrier/app.js": ""})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open-webui==0.12.4", Requirement("open-webui==0.12.4")),
        ("https://host/a-1.0-py3-none-any.whl", "a @ https://host/a-1.0-py3-none-any.whl"),
        ("folder/a-1.0-py3-none-any.whl", Path("folder/a-1.0-py3-none-any.whl")),
        ("cdn", None),
        ("pyodide", None),
        ("../pyodide-314", None),
        ("pyodide>=1", None),
        ("https://host/pyodide/", None),
    ],
)
def test_what_names_a_wheel(source, expected):
    expected = Requirement(expected) if isinstance(expected, str) else expected
    assert carrier.parse(source) == expected


def test_a_wheel_by_name_is_unpacked_once_and_announced_before(world, capsys):
    wheel = add_carrier(world)
    first = distribution.open_distribution("carrier==1.0")
    assert "come from carrier==1.0, a wheel on the package index" in capsys.readouterr().err
    wheel.unlink()
    second = distribution.open_distribution("carrier==1.0")
    assert first == second
    entry = second.find("numpy")
    assert entry is not None
    assert second.fetch(entry).is_file()
    assert capsys.readouterr().err == ""


def test_a_wheel_by_path_and_at_any_place_in_the_wheel(world):
    wheel = add_carrier(world, folder="")
    opened = distribution.open_distribution(str(wheel))
    assert opened.find("numpy")
    assert wheel.is_file()


def test_a_wheel_on_a_host_is_announced_with_its_size_and_continued(world, monkeypatch, capsys):
    """pip says where it is, and reads its metadata only (PEP 658)."""
    wheel = add_carrier(world)
    content = wheel.read_bytes()
    with file_host() as host:
        link = f"{wheel.name}#sha256={hashlib.sha256(content).hexdigest()}"
        host.files = {
            wheel.name: content,
            f"{wheel.name}.metadata": b"Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n",
            "links.html": f'<a href="{link}" data-core-metadata="true">wheel</a>'.encode(),
        }
        monkeypatch.setenv("PIP_FIND_LINKS", f"{host.address}/links.html")
        host.break_after = [10**6, 10**6, 100]
        assert distribution.open_distribution("carrier==1.0").find("numpy")
        asked = [wanted for path, wanted in host.asked if path == wheel.name]
    assert asked == [None, "bytes=100-"]
    assert "(2 kB, once). Another source: --pyodide" in capsys.readouterr().err


def test_the_fallback_is_announced_with_its_size_even_if_no_host_says_it(capsys):
    with pytest.raises(Unreachable, match=target.FALLBACK_WHEEL):
        carrier.unpacked(carrier.FALLBACK)
    shown = capsys.readouterr().err
    assert f"{target.FALLBACK_WHEEL}, a wheel on the package index" in shown
    assert f"({target.FALLBACK_WHEEL_MB} MB, once)" in shown


def test_a_wheel_without_a_distribution_is_named(world):
    wheel = world.add_wheel("plain", "1.0", {"plain.py": ""})
    with pytest.raises(BuildError, match=f"{wheel.name} carries no Pyodide distribution"):
        distribution.open_distribution("plain==1.0")
    with pytest.raises(BuildError, match=f"{wheel.name} carries no Pyodide distribution"):
        distribution.open_distribution(str(wheel))


def test_a_wheel_of_another_abi_is_refused(world):
    lock = empty_lock()
    lock["info"]["abi_version"] = "2025_0"
    world.add_wheel("old", "1.0", {"old/pyodide-lock.json": json.dumps(lock)})
    with pytest.raises(BuildError, match="ABI 2025_0"):
        distribution.open_distribution("old==1.0")


@pytest.mark.parametrize("damage", [b"", b"<html>"])
def test_a_damaged_wheel_is_named(tmp_path, damage):
    path = tmp_path / "a-1.0-py3-none-any.whl"
    with pytest.raises(BuildError, match="There is no wheel"):
        distribution.open_distribution(str(path))
    path.write_bytes(damage)
    with pytest.raises(BuildError, match="is damaged"):
        distribution.open_distribution(str(path))
