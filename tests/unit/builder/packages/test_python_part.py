"""Wheels for other machines, without their compiled files."""

import zipfile

from pyrt_build.packages import pip, python_part, wheels


def make_wheel(folder):
    path = folder / "fast-1.0-cp314-cp314-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {
            "fast/__init__.py": "f = 1\n",
            "fast/_fast.cpython-314-x86_64-linux-gnu.so": "\x7fELF",
            "fast/_fast.pyx": "",
            "fast-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fast\nVersion: 1.0\n",
            "fast-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"
            "Tag: cp314-cp314-manylinux_2_17_x86_64\nTag: cp314-cp314-manylinux_2_28_x86_64\n",
            "fast-1.0.dist-info/RECORD": "fast/__init__.py,sha256=a,5\n"
            "fast/_fast.cpython-314-x86_64-linux-gnu.so,sha256=b,4\nfast/_fast.pyx,sha256=c,0\n"
            "fast-1.0.dist-info/WHEEL,sha256=d,9\nfast-1.0.dist-info/RECORD,,\n",
        }.items():
            archive.writestr(name, content)
    return path


def test_a_wheel_without_compiled_files_is_a_pure_one(tmp_path):
    pure = tmp_path / "fast-1.0-py3-none-any.whl"
    pure.write_bytes(python_part.without_compiled(make_wheel(tmp_path)))
    wheel = wheels.read_wheel(pure)
    assert wheel.name == "fast"
    assert [path for path in wheel.python if path.startswith("fast/")] == ["fast/__init__.py"]
    with zipfile.ZipFile(pure) as archive:
        about = archive.read("fast-1.0.dist-info/WHEEL").decode()
        record = archive.read("fast-1.0.dist-info/RECORD").decode()
    assert about.splitlines() == [
        "Wheel-Version: 1.0",
        "Root-Is-Purelib: true",
        "Tag: py3-none-any",
    ]
    assert record.splitlines() == [
        "fast/__init__.py,sha256=a,5",
        "fast-1.0.dist-info/WHEEL,,",
        "fast-1.0.dist-info/RECORD,,",
    ]


def test_the_same_wheel_gives_the_same_bytes(tmp_path):
    wheel = make_wheel(tmp_path)
    assert python_part.without_compiled(wheel) == python_part.without_compiled(wheel)


def test_only_packages_that_were_tried_are_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(pip, "versions", lambda *_: ["2.0", "1.0", "old"])
    assert list(map(str, python_part.versions("pyyaml", None))) == ["2.0", "1.0"]
    assert python_part.versions("lxml", None) == []
