"""Packages beside those of the starts: what each needs, and what becomes of its wheel."""

from pathlib import Path

import pytest

from pyrt_build import hashes
from pyrt_build.app.config import SiteConfig
from pyrt_build.errors import BuildError
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.playground import additions
from pyrt_build.playground.starts import STARTS
from pyrt_build.site import compression, image
from pyrt_build.site.compile import bytecode
from tests.support.wheels import make_wheel

SERVES = b"_js_dist = [{'relative_package_path': 'parts.js', 'namespace': 'parts'}]\n"


def package(folder, name, files, *requires):
    lines = "".join(f"Requires-Dist: {each}\n" for each in requires)
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}\n".encode()
    path = make_wheel(folder, name, files, info={"METADATA": about})
    return LockedPackage(name, "1.0", path, hashes.file_sha256(path))


@pytest.fixture(autouse=True)
def _without_bytecode(monkeypatch):
    """Nothing is compiled: that takes seconds, and has tests of its own."""
    monkeypatch.setattr(bytecode, "find_compiler", lambda: None)


@pytest.fixture
def locked(tmp_path):
    """`parts` has a component and needs `helper`, which needs `base`; nothing needs `other`."""
    return [
        package(
            tmp_path,
            "parts",
            {"parts/__init__.py": SERVES, "parts/parts.js": b"js", "parts/table.csv": b"1,2"},
            "helper>=1",
            "dash",
            "gone; python_version < '3'",
        ),
        package(tmp_path, "helper", {"helper.py": b"import base\n"}, "base"),
        package(tmp_path, "base", {"base.py": b""}, "parts; extra == 'all'"),
        package(tmp_path, "other", {"other.py": b"import base\nif 0:\n    import parts\n"}),
    ]


def test_a_package_needs_what_its_wheels_require_in_a_tab(locked):
    by_name = {each.name: each for each in locked}
    assert additions.closure("parts", by_name) == {"parts", "helper", "base"}
    assert additions.closure("base", by_name) == {"base"}


def test_a_package_needs_what_it_imports_also_if_it_does_not_say_so(locked):
    assert additions.closure("other", {each.name: each for each in locked}) == {"other", "base"}


def test_what_the_largest_start_has_is_no_addition(locked):
    found = additions.additions(locked, ["base", "numpy"])
    assert [each.package.name for each in found] == ["parts", "helper", "other"]
    assert found[0].needs == ["base", "helper", "parts"]
    assert found[0].modules == ["parts"]


def test_a_wheel_becomes_an_image_and_files_for_the_page(locked):
    (found, *_) = additions.additions(locked, [])
    files, (told,) = additions.site_files(
        [found], compression.FAST, bytecode.Compiler(lambda _: None)
    )
    content = compression.decompress(files[told["image"]])
    assert told["unpacked"] == len(content)
    unpacked = image.unpack(content)
    assert unpacked["parts/__init__.py"] == SERVES
    assert unpacked["parts/parts.js"] == b"js"
    assert unpacked["parts/table.csv"] == b"1,2"
    assert [path for path, _ in told["page"]] == ["parts/parts.js"]
    assert {path: files[url] for path, url in told["page"]} == {"parts/parts.js": b"js"}


def test_a_wheel_that_has_changed_since_it_was_locked_is_refused(locked):
    changed = [LockedPackage("base", "1.0", locked[2].path, "0" * 64)]
    with pytest.raises(BuildError, match="damaged or was changed"):
        additions.additions(changed, [])


def test_no_requirements_are_not_looked_for():
    assert additions.lock([], STARTS[0], SiteConfig(Path("app.py"), Path("out"))) == ([], [])
