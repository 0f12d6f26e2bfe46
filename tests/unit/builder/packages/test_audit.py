"""Wheels with compiled code are examined before they travel."""

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.packages.audit import examine
from pyrt_build.packages.lock import LockedPackage, LockEntry
from tests.support.workspace import BROWSER_TAG, Workspace, library


@pytest.fixture
def package(tmp_path):
    def made(name, files, tag=BROWSER_TAG, entry=None):
        path = Workspace(tmp_path).add_wheel(name, "1.0", files, tag=tag)
        return LockedPackage(name, "1.0", path, "", (), entry)

    return made


def test_a_library_for_a_tab_passes(package):
    examine([package("fast", {"fast/a.so": library(), "fast/__init__.py": ""})])


def test_a_library_of_another_machine_does_not(package):
    with pytest.raises(BuildError) as caught:
        examine([package("fast", {"fast/a.so": b"\x7fELF"}), package("other", {"b.so": b""})])
    first, second = str(caught.value).splitlines()
    assert first == (
        f"fast-1.0-{BROWSER_TAG}.whl: fast/a.so is no library that a tab can load (it is not a "
        "WASM file). Take another version of the package."
    )
    assert "b.so" in second


def test_a_library_that_it_needs_must_be_in_the_site(package):
    fast = package("fast", {"fast/a.so": library("libmore.so")})
    with pytest.raises(BuildError, match=r"fast/a\.so needs the library libmore\.so, which no"):
        examine([fast])
    examine([fast, package("more", {"more/libmore.so": library()})])


def test_pure_packages_and_pyodides_own_are_not_examined(package):
    entry = LockEntry("site", "package", ("numpy",))
    pure = package("pure", {"data.so": "text"}, tag="py3-none-any")
    examine([pure, package("numpy", {"n.so": ""}, entry=entry)])
