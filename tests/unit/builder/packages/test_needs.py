"""Which requirements an app needs, by its imports and by what it declares."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pyrt_build.app.declared import DeclaredRequirements, SourcedRequirement
from pyrt_build.app.discover import App, Import
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.packages.lock import LockedPackage, LockEntry, Resolution
from pyrt_build.packages.needs import plotly_requirement, resolve_needs
from pyrt_build.packages.relaxed import Relaxed
from tests.support.wheels import make_wheel

OF_PYODIDE = {"scikit-learn": ("sklearn",), "numpy": ("numpy",)}


def app_that_imports(*modules, optional=()):
    app = App(Path("app.py"))
    app.imports = [Import(m, f"app.py:{n}", m in optional) for n, m in enumerate(modules, 1)]
    return app


def declared(*lines):
    return DeclaredRequirements(
        "requirements.txt",
        tuple(SourcedRequirement(Requirement(x), "requirements.txt") for x in lines),
    )


NOTHING = DeclaredRequirements(None, ())


def locked(name):
    entry = LockEntry("site", "package", (module_of(name),))
    return LockedPackage(name, "1.0", Path(f"{name}.whl"), "", (), entry)


class Resolver:
    """Finds every package, except the unknown; records the last requirements."""

    def __init__(self, *unknown):
        self.unknown = unknown
        self.requested = []

    def __call__(self, question):
        names = [str(s.requirement) for s in question.requirements]
        missing = sorted({name for name in names if name in self.unknown})
        if missing:
            raise BuildError("\n".join(f"no wheel of {name}" for name in missing))
        optional = [str(s.requirement) for s in question.optional]
        self.requested = sorted([*names, *optional])
        found = {s.name for s in (*question.requirements, *question.optional)} - {"dash"}
        return Resolution(
            [locked(name) for name in found - set(self.unknown)],
            [Relaxed(n, "any (x)", "", "no wheel") for n in optional if n in self.unknown],
        )


def module_of(name):
    return {"scikit-learn": "sklearn"}.get(name, name.replace("-", "_"))


def ask(app, written=NOTHING, *unknown):
    resolver = Resolver(*unknown)
    needs = resolve_needs(app, written, OF_PYODIDE, resolver)
    return resolver.requested, sorted(p.name for p in needs.locked), needs.notes


def test_an_app_of_dash_and_the_standard_library_needs_nothing():
    assert ask(app_that_imports("dash", "json", "os.path")) == ([], [], [])


def test_imports_become_distributions_by_the_lock_of_pyodide():
    requested, _, _ = ask(app_that_imports("sklearn.cluster", "dash_bootstrap_components"))
    assert requested == ["dash-bootstrap-components", "scikit-learn"]


def test_an_import_that_nothing_provides_for_sure_stops_the_build_before_anything_is_asked():
    app = app_that_imports("dash", "helpers.greet", "numpy", "lost", optional=("lost",))
    resolver = Resolver()
    with pytest.raises(BuildError) as caught:
        resolve_needs(app, declared("dash"), OF_PYODIDE, resolver)
    assert str(caught.value).startswith("app.py:2 imports helpers, which is no module of the app")
    assert "lost" not in str(caught.value), "the app catches its error"
    assert not resolver.requested


def test_a_module_that_python_no_longer_has_is_not_looked_for_in_the_project():
    with pytest.raises(BuildError) as caught:
        resolve_needs(app_that_imports("distutils.util"), declared("dash"), OF_PYODIDE, Resolver())
    said = str(caught.value)
    assert said.startswith("app.py:1 imports distutils, which Python has not had since 3.12.")
    assert "distutils.py" not in said


def test_an_import_that_a_declared_package_of_another_name_may_provide():
    """Only its wheel tells which modules it has."""
    with pytest.raises(BuildError, match=r"app.py:1 imports helpers"):
        ask(app_that_imports("helpers"), declared("python-thing"))
    assert ask(app_that_imports("helpers"), declared("helpers"))[1] == ["helpers"]


def test_everything_that_is_missing_is_named_at_once():
    app = app_that_imports("numpy", "tabulate", "helpers")
    with pytest.raises(BuildError) as caught:
        ask(app, declared("numpy", "other"), "numpy", "tabulate")
    lines = str(caught.value).splitlines()
    assert lines[0] == "no wheel of numpy"
    assert any(line.startswith("app.py:3 imports helpers") for line in lines)
    assert "no wheel of tabulate" in lines


def test_written_requirements_are_taken_as_written():
    requested, _, notes = ask(app_that_imports("numpy"), declared("numpy>=2", "tzdata"))
    assert requested == ["numpy>=2", "tzdata"]
    assert notes == []


def test_what_is_declared_and_not_imported_or_only_where_it_may_fail_is_optional():
    app = app_that_imports("orjson", "numpy", optional=("orjson",))
    needs = resolve_needs(
        app, declared("numpy", "orjson", "tzdata"), OF_PYODIDE, Resolver("orjson", "tzdata")
    )
    assert [p.name for p in needs.locked] == ["numpy"]
    codes = {row.package: row.code for row in needs.relaxed}
    assert codes == {"orjson": Code.LEFT_OUT, "tzdata": Code.RELAXED}


def test_a_pin_counts_if_the_app_imports_its_package():
    written = replace(declared("dash"), pins=declared("Humanize==4.9", "other==1").requirements)
    assert ask(app_that_imports("humanize"), written)[1] == ["humanize"]


def test_an_import_that_no_requirement_covers_is_added_and_said():
    requested, _, notes = ask(app_that_imports("dash", "numpy"), declared("dash"))
    assert requested == ["numpy"]
    text = "app.py:2 imports numpy, which requirements.txt does not name"
    assert notes == [Note(Code.NOT_REQUIRED, text)]


def test_an_optional_import_is_taken_when_it_can_be_had():
    app = app_that_imports("orjson", "numpy", optional=("orjson",))
    assert ask(app)[1] == ["numpy", "orjson"]
    assert ask(app, NOTHING, "orjson")[1] == ["numpy"]


def test_what_an_import_hook_of_the_app_may_provide_is_optional():
    app = app_that_imports("made_up", "numpy")
    app.strings = {"made_up"}
    app.names = {"meta_path"}
    assert ask(app)[1] == ["numpy"]
    app.names = set()
    with pytest.raises(BuildError):
        ask(app)


def test_an_import_that_cannot_be_had_is_an_error():
    with pytest.raises(BuildError):
        ask(app_that_imports("orjson"), NOTHING, "orjson")


def test_tools_for_development_are_left_out_unless_imported():
    listed = declared("black", "types-pytz", "pluggy")
    requested, _, (note,) = ask(app_that_imports("dash"), listed)
    assert requested == []
    text = "black, types-pytz, pluggy: tools for development, which a site does not need"
    assert note == Note(Code.LEFT_OUT, text)
    requested, _, (note,) = ask(app_that_imports("pluggy"), listed)
    assert requested == ["pluggy"]
    assert "pluggy" not in note.text


def test_parts_of_a_server_are_left_out_unless_imported():
    requested, _, (note,) = ask(app_that_imports("dash"), declared("gunicorn", "flask"))
    assert requested == []
    assert note == Note(
        Code.LEFT_OUT, "gunicorn, flask: parts of a server, which a site does not need"
    )
    assert ask(app_that_imports("flask"), declared("gunicorn", "flask"))[0] == ["flask"]


def test_plotly_is_left_out_when_nothing_imports_it():
    """A Graph of a dictionary needs plotly.js and no Python."""
    written = declared("plotly==7.1.0")
    assert ask(app_that_imports("dash"), written)[0] == []
    assert str(plotly_requirement(written)) == "plotly==7.1.0"
    assert ask(app_that_imports("plotly.graph_objects"), written)[0] == ["plotly==7.1.0"]


def test_plotly_express_needs_numpy_and_a_library_of_tables():
    assert ask(app_that_imports("plotly.express"))[0] == ["numpy", "pandas", "plotly"]
    assert ask(app_that_imports("plotly.express", "polars"))[0] == ["numpy", "plotly", "polars"]
    written = declared("plotly")
    assert ask(app_that_imports("plotly.express"), written)[0] == ["numpy", "plotly"]


def test_plotly_graph_objects_needs_neither():
    assert ask(app_that_imports("plotly.graph_objects"))[0] == ["plotly"]


def test_pandas_gets_what_its_methods_import_by_themselves_as_far_as_it_can_be_had():
    app = app_that_imports("pandas")
    app.names = {"read_excel"}
    assert ask(app)[1] == ["openpyxl", "pandas", "xlrd"]
    assert ask(app, NOTHING, "openpyxl")[1] == ["pandas", "xlrd"]
    assert ask(app, declared("pandas"))[1] == ["openpyxl", "pandas", "xlrd"]
    app.names = {"read_csv"}
    assert ask(app)[1] == ["pandas"]


def test_what_a_feature_imports_and_cannot_be_had_is_noted():
    app = app_that_imports("plotly.express")
    app.names, app.strings = {"scatter"}, {"lowess"}
    found = resolve_needs(app, NOTHING, OF_PYODIDE, Resolver("statsmodels"))
    assert sorted(p.name for p in found.locked) == ["numpy", "pandas", "plotly"]
    assert [(row.package, row.code) for row in found.relaxed] == [("statsmodels", Code.LEFT_OUT)]


def test_micropip_is_in_the_site_of_an_app_that_imports_it():
    assert ask(app_that_imports("dash", "micropip"))[1] == ["micropip"]


def test_an_import_of_pkg_resources_brings_a_setuptools_that_has_it():
    assert ask(app_that_imports("pkg_resources"))[0] == ["setuptools<82"]
    # The newest one is no help, and what the app names counts beside it.
    assert ask(app_that_imports("pkg_resources"), declared("setuptools"))[0] == [
        "setuptools",
        "setuptools<82",
    ]


def test_a_package_that_imports_pkg_resources_and_does_not_require_it_gets_it(tmp_path):
    names = ("old", "careful", "tested")
    paths = {
        name: make_wheel(tmp_path, name, files)
        for name, files in zip(
            names,
            (
                {"old/__init__.py": b"", "old/data.py": b"import pkg_resources\n"},
                {"careful.py": b"try:\n    import pkg_resources\nexcept ImportError: pass\n"},
                {"tested/__init__.py": b"", "tested/tests/test_a.py": b"import pkg_resources\n"},
            ),
            strict=True,
        )
    }
    resolver = Resolver()

    def with_wheels(question):
        found = resolver(question)
        real = [
            LockedPackage(p.name, "1.0", paths[p.name], "", (), None) if p.name in paths else p
            for p in found.locked
        ]
        return Resolution(real, found.relaxed)

    def requested(*modules):
        wanted = declared(*modules)
        resolve_needs(app_that_imports(*modules), wanted, OF_PYODIDE, with_wheels)
        return resolver.requested

    assert requested("old", "tested") == ["old", "setuptools<82", "tested"]
    assert requested("careful", "tested") == ["careful", "tested"]
