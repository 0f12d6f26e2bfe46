"""What is never taken from an index, and what the developer decides."""

from packaging.requirements import Requirement
from packaging.version import Version

from pyrt_build.packages.search.rules import Rules, fails, is_development_tool


def applied(rules, parent, *lines):
    return [str(r) for r in rules.apply(parent, map(Requirement, lines))]


def test_what_pyrt_itself_has_is_dropped():
    lines = ("dash>=2", "dash-html-components", "dash_table==5", "numpy")
    assert applied(Rules(), None, *lines) == ["numpy"]


def test_parts_of_a_server_come_only_with_the_app_or_with_each_other():
    assert applied(Rules(), "own", "Flask", "six") == ["six"]
    assert applied(Rules(), None, "Flask") == ["Flask"]
    assert applied(Rules(), "flask", "werkzeug>=3") == ["werkzeug>=3"]


def test_overrides_replace_all_requirements_of_a_package_and_keep_extras():
    rules = Rules(
        overrides=(Requirement("Shared>=2"), Requirement('x==1; sys_platform == "win32"'))
    )
    assert applied(rules, "own", "shared[all]<2", "x>3") == ["Shared[all]>=2", "x>3"]
    assert applied(rules, None, "shared==1") == ["Shared>=2"]


def test_excluded_packages_are_dropped_whoever_requires_them():
    rules = Rules(excluded=frozenset({"psutil"}))
    assert applied(rules, "own", "PsUtil>=5", "six") == applied(rules, None, "six") == ["six"]


def test_releases_that_the_python_of_a_site_cannot_import():
    tried = ("1.14.0", "1.15.0", "1.16.0", "1.17.0")
    assert [v for v in tried if fails("six", Version(v))] == ["1.14.0", "1.15.0"]
    assert not fails("pytz", Version("2018.1"))
    last = {"flask": "2.3.2", "jinja2": "2.11.3", "plotly": "4.6.0", "urllib3": "1.25.11"}
    first = {"flask": "2.3.3", "jinja2": "3.0.0", "plotly": "4.7.0", "urllib3": "1.26.5"}
    assert all(fails(name, Version(version)) for name, version in last.items())
    assert not any(fails(name, Version(version)) for name, version in first.items())


def test_tools_for_development_are_known_by_name_or_family():
    assert all(map(is_development_tool, ("black", "pytest", "pytest-cov", "types-pytz")))
    assert not any(map(is_development_tool, ("dash", "typeguard", "pandas", "setuptools")))


def test_each_rule_makes_another_question():
    keys = {
        tuple(rules.key())
        for rules in (
            Rules(),
            Rules("https://index.example"),
            Rules(overrides=(Requirement("a"),)),
            Rules(excluded=frozenset({"a"})),
            Rules(allow_build=frozenset({"a"})),
        )
    }
    assert len(keys) == 5
