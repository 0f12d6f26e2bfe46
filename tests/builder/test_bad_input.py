"""Wrong input: exit code 1, one clear message, no traceback and no partial site."""

import os

import pytest

from pyrt_build import target

ITS_DASH = f"{target.DASH_VERSION}: a site has the API and the components of Dash 4.4"
APP = "from dash import Dash\napp = Dash(__name__)\n"


def fail(workspace, capsys, files, *options):
    """Run a build that fails; return its message."""
    assert workspace.build(files, *options) == 1
    output = capsys.readouterr()
    assert "Traceback" not in output.err
    assert output.out == ""
    message = output.err[output.err.index("pyrt: ") :]
    return message.removeprefix("pyrt: ").rstrip("\n")


def nothing_was_written(workspace):
    return not workspace.out.exists() and not [
        p for p in workspace.root.iterdir() if "dist" in p.name
    ]


def test_all_that_is_known_to_be_in_the_way_is_named(workspace, capsys):
    source = f"""{APP}import os, dash_auth
x = os.environ['NO_SUCH_TIDE']
token = "ghp_{"aB3xY9kQ7" * 4}"
import rpy2
"""
    message = fail(workspace, capsys, {"app.py": source})
    login, variable, secret, *packages = message.split("\n\n")
    assert "app.py:3: import of dash_auth\n" in login
    assert "app.py:5" in secret
    assert "app.py:4 reads NO_SUCH_TIDE\n" in variable
    assert "app.py:6" in packages[-1]
    assert "rpy2" in packages[-1]
    assert nothing_was_written(workspace)


def test_a_syntax_error(workspace, capsys):
    message = fail(workspace, capsys, {"app.py": APP + "def f(:\n    pass\n"})
    assert message == (
        "app.py:3: invalid syntax\n    def f(:\n          ^\nCorrect this line and build again."
    )
    assert nothing_was_written(workspace)


def test_an_import_without_a_wheel(workspace, capsys):
    workspace.add_wheel("rpy2", "3.6", {"rpy2.so": ""}, tag="cp314-cp314-manylinux_2_28_x86_64")
    files = {"app.py": APP + "import rpy2\n", "requirements.txt": "rpy2\n"}
    message = fail(workspace, capsys, files)
    assert message.startswith(
        "requirements.txt:1 needs rpy2, and no version of it runs in a browser: there is no pure "
        f"Python wheel, none for {target.PLATFORM}, none in Pyodide."
    )
    assert nothing_was_written(workspace)


def test_an_import_of_what_does_not_exist(workspace, capsys):
    """A package of that name on the index is not taken: anybody may have put it there."""
    workspace.add_wheel("pands", "1.0", {"pands.py": ""})
    files = {"app.py": APP + "import pands\nfrom lost.parts import x\n"}
    first, second = fail(workspace, capsys, files).splitlines()
    assert first == (
        "app.py:3 imports pands, which is no module of the app and which no requirement names. "
        "Nothing on the package index provides it for sure. If it is your own, put pands.py or the "
        "folder pands beside the app; if it is a package's, name the package in requirements.txt."
    )
    assert second.startswith("app.py:4 imports lost, which is no module")
    assert not list((workspace.root / "cache" / "wheels").glob("pands*"))
    assert nothing_was_written(workspace)


def test_a_requirement_that_does_not_exist_is_named_with_its_line(workspace, capsys):
    message = fail(
        workspace,
        capsys,
        {"app.py": APP + "import rpy2, pands\n", "requirements.txt": "dash\nrpy2==2.9\npands\n"},
    )
    first, second = message.splitlines()
    assert first.startswith("requirements.txt:2 needs rpy2==2.9, and the package index has no")
    assert second.startswith("requirements.txt:3 needs pands, and the package index has no")


def test_a_dependency_that_does_not_exist_is_named_with_who_needs_it(workspace, capsys):
    workspace.add_wheel("middle", "1.0", {"middle.py": ""}, ["rpy2"])
    files = {"app.py": APP + "import middle\n", "requirements.txt": "middle\n"}
    message = fail(workspace, capsys, files)
    assert message.startswith("middle 1.0 needs rpy2, and the package index has no")
    assert 'write exclude-dependencies = ["rpy2"] under [tool.pyrt].' in message
    assert message.endswith("(middle 1.0 is needed by requirements.txt:1.)")


def test_an_index_out_of_reach_has_not_said_that_there_is_no_such_package(
    workspace, capsys, monkeypatch
):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "0")
    nowhere = "http://127.0.0.1:9/simple"
    files = {"app.py": APP, "requirements.txt": "rpy2\n"}
    message = fail(workspace, capsys, files, "--index-url", nowhere)
    assert message.startswith("requirements.txt:1 needs rpy2, and the package index does not")


def test_strict_makes_errors_of_all_warnings_at_once(workspace, capsys):
    workspace.add_wheel("tabulate", "1.0", {"tabulate.py": ""})
    files = {"app.py": APP + "import tabulate\n", "requirements.txt": "dash==2.0\n"}
    message = fail(workspace, capsys, files, "--strict")
    assert message.splitlines() == [
        "There are 2 warnings, which --strict makes errors. Nothing was written.",
        "  PB102: app.py:3 imports tabulate, which requirements.txt does not name",
        f"  PB101: dash: wanted ==2.0 (requirements.txt:1), taken {ITS_DASH}",
    ]
    assert nothing_was_written(workspace)
    assert workspace.build(files) == 0


def test_requirements_that_contradict_each_other(workspace, capsys):
    workspace.add_wheel("one", "1.0", {"one.py": ""}, ["shared>=2"])
    workspace.add_wheel("two", "1.0", {"two.py": ""}, ["shared<2"])
    for version in ("1.0", "2.0"):
        workspace.add_wheel("shared", version, {"shared.py": ""})
    files = {"app.py": APP + "import one, two\n", "requirements.txt": "one\ntwo\n"}
    message = fail(workspace, capsys, files)
    assert message.startswith("No versions of shared satisfy all requirements:\n")
    assert "\n  one 1.0 needs shared>=2\n" in message
    assert "\n  two 1.0 needs shared<2\n" in message
    assert message.endswith("override-dependencies under [tool.pyrt].")
    assert nothing_was_written(workspace)


def test_no_dash(workspace, capsys):
    message = fail(workspace, capsys, {"app.py": "print('hello')\n"})
    assert message.startswith("app.py creates no Dash app")


def test_a_missing_app(workspace, capsys):
    message = fail(workspace, capsys, {"other.py": APP})
    assert message.startswith(f"There is no file {workspace.app / 'app.py'}.")


def test_a_missing_requirements_file(workspace, capsys):
    message = fail(
        workspace, capsys, {"app.py": APP}, "--requirements", str(workspace.root / "none.txt")
    )
    assert (
        message
        == f"The file {workspace.root / 'none.txt'} cannot be read (No such file or directory)."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(workspace, capsys):
    workspace.out.parent.chmod(0o500)
    try:
        assert "cannot be written" in fail(workspace, capsys, {"app.py": APP})
    finally:
        workspace.out.parent.chmod(0o700)


def test_an_output_below_a_file(workspace, capsys):
    (workspace.root / "file").write_text("")
    out = workspace.root / "file" / "dist"
    message = fail(workspace, capsys, {"app.py": APP}, "-o", str(out))
    assert message.startswith(f"The site cannot be written to {out}: ")
    assert message.endswith("Give a folder that can be written with --out.")


def test_an_output_folder_of_something_else(workspace, capsys):
    workspace.out.mkdir()
    (workspace.out / "thesis.tex").write_text("years of work")
    (workspace.out / "index.html").write_text("my page")
    message = fail(workspace, capsys, {"app.py": APP})
    assert message == (
        f"{workspace.out} has files that are not of a site of pyrt, where the site has files of "
        "the same names: index.html. They stay as they are, and nothing was written. Move them "
        "away, or give another folder with --out."
    )
    assert sorted(path.name for path in workspace.out.iterdir()) == ["index.html", "thesis.tex"]
    assert (workspace.out / "index.html").read_text() == "my page"


def test_a_package_that_needs_one_without_a_wheel(workspace, capsys):
    """explainerdashboard: it needs shap, shap needs numba, and numba runs in no browser."""
    workspace.add_wheel("explained", "1.0", {"explained.py": ""}, ["shapes>=2", "humane"])
    workspace.add_wheel("shapes", "2.1", {"shapes.py": ""}, ["numba>=0.6", "llvmlite"])
    workspace.add_wheel("humane", "1.0", {"humane.py": ""})
    for name in ("numba", "llvmlite"):
        tag = "cp314-cp314-manylinux_2_28_x86_64"
        workspace.add_wheel(name, "0.7", {f"{name}.so": ""}, tag=tag)
    files = {"app.py": f"{APP}import explained\n", "requirements.txt": "explained\n"}
    said = fail(workspace, capsys, files)
    for name in ("numba>=0.6", "llvmlite"):
        assert f"shapes 2.1 needs {name}, and no version of it runs in a browser" in said
    assert "(shapes 2.1 is needed by explained 1.0, that by requirements.txt:1.)" in said
    assert said.count("It compiles machine code while it runs") == 2
    assert "server=True" in said
    assert "--allow-build" not in said, "a build from source would not run either"
    assert nothing_was_written(workspace)


def test_a_corrupt_wheel(workspace, capsys):
    broken = workspace.root / "own-1.0-py3-none-any.whl"
    broken.write_bytes(b"PK\3\4 and then nothing")
    message = fail(workspace, capsys, {"app.py": APP, "requirements.txt": f"{broken}\n"})
    assert message.startswith(f"The wheel {broken} is damaged (")
    assert nothing_was_written(workspace)


def test_a_wheel_that_is_not_there(workspace, capsys):
    message = fail(
        workspace, capsys, {"app.py": APP, "requirements.txt": "./own-1.0-py3-none-any.whl\n"}
    )
    assert message == (
        f"requirements.txt:1: there is no file {workspace.app / 'own-1.0-py3-none-any.whl'}."
    )


def test_a_wheel_that_was_damaged_in_the_cache(workspace, capsys):
    files = {"app.py": APP + "import plotly\n"}
    workspace.build(files)
    site = workspace.site()
    (cached,) = workspace.root.glob("cache/wheels/plotly-*.whl")
    cached.write_bytes(cached.read_bytes()[:-30])
    capsys.readouterr()
    message = fail(workspace, capsys, files)
    assert message.startswith(f"The wheel {cached} is damaged")
    assert workspace.site() == site


def test_a_truncated_download_of_a_package_of_pyodide(workspace, capsys):
    wheel = workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    wheel.write_bytes(wheel.read_bytes()[:-10])
    options = ("--pyodide", str(workspace.distribution))
    message = fail(workspace, capsys, {"app.py": APP + "import numpy\n"}, *options)
    assert message == (
        f"{wheel} is truncated or damaged: its SHA-256 is not the one in pyodide-lock.json. "
        "Delete the file, or give another source with --pyodide."
    )


def test_a_pyodide_that_is_none(workspace, capsys):
    files = {"app.py": APP + "import numpy\n"}
    message = fail(workspace, capsys, files, "--pyodide", str(workspace.root / "nothing"))
    assert message.startswith(
        f"{workspace.root / 'nothing'} is no source of Pyodide's packages: there is no"
    )


def test_a_pyodide_of_another_series(workspace, capsys):
    workspace.add_to_pyodide("numpy", "2.4.3", {"numpy/__init__.py": ""})
    lock = workspace.distribution / "pyodide-lock.json"
    lock.write_text(lock.read_text().replace(target.ABI_VERSION, "2025_0"))
    options = ("--pyodide", str(workspace.distribution))
    message = fail(workspace, capsys, {"app.py": APP + "import numpy\n"}, *options)
    this = f"this pyrt runs Pyodide {target.PYODIDE_VERSION}, ABI {target.ABI_VERSION}."
    assert f"is of Pyodide's ABI 2025_0; {this}" in message


def test_a_pyrt_without_its_compiled_parts(workspace, capsys):
    (workspace.root / "static" / "worker.js").unlink()
    message = fail(workspace, capsys, {"app.py": APP})
    assert message.startswith("This pyrt was not built completely: ")
    assert "Run `make web` in its repository" in message


def test_a_failed_build_leaves_the_older_site_as_it_was(workspace, capsys):
    assert workspace.build({"app.py": APP}) == 0
    before = workspace.site()
    capsys.readouterr()
    fail(workspace, capsys, {"app.py": APP + "import rpy2\n"})
    fail(workspace, capsys, {"app.py": "x =\n"})
    assert workspace.site() == before


@pytest.mark.parametrize("out", [".", ".."])
def test_a_site_in_the_folder_of_its_project_is_refused(workspace, capsys, out):
    assert workspace.build({"app.py": APP}, "-o", str(workspace.app / out)) == 1
    assert "contains the project itself" in capsys.readouterr().err
    assert [path.name for path in workspace.app.iterdir()] == ["app.py"]
