"""Packages as Python finds them: modules in an image, everything else fetched when it is read."""

from pyrt_build.site import image, package_image
from pyrt_build.site.compile import bytecode

INFO = "own-1.0.dist-info"
PYTHON = {
    "own": {
        "own/__init__.py": b"source",
        "own/types.pyi": b"stub",
        "own/tool.so": b"compiled",
        f"{INFO}/RECORD": b"list",
        f"{INFO}/entry_points.txt": b"points",
    },
    "other": {"other.py": b"broken ("},
}
DATA = {"own/table.csv": b"1,2", f"{INFO}/METADATA": b"Name: own"}


class Compiler(bytecode.Compiler):
    """Compiles what is no syntax error."""

    def compile_groups(self, groups):
        return [
            {path: b"code" for path, data in sources.items() if b"broken" not in data}
            for sources in groups
        ]


def test_modules_are_in_the_image_and_their_sources_in_a_pack_of_their_distribution():
    python = package_image.with_bytecode(PYTHON, "/pyrt/packages", Compiler())
    packed, beside = package_image.pack(python, DATA)
    shown = image.read(packed)
    assert shown.files == {
        "own/__pycache__/__init__.cpython-314.pyc": b"code",
        "own/tool.so": b"compiled",
        f"{INFO}/entry_points.txt": b"points",
        "other.py": b"broken (",
    }
    (pack,) = shown.packs
    assert image.unpack_pack(pack, beside[pack.url]) == {
        "own/__init__.py": b"source",
        "own/types.pyi": b"stub",
        f"{INFO}/RECORD": b"list",
    }


def test_all_other_files_have_the_address_that_the_page_uses():
    packed, beside = package_image.pack({}, DATA)
    assert image.read(packed).own == {path: len(data) for path, data in DATA.items()}
    assert beside == {f"pkg/{path}": data for path, data in DATA.items()}
