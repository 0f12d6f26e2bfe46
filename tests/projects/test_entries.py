"""What is run, from where, and with which files: projects as people have them."""

import json

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    "arguments", [("src/tidewatch/app.py",), ("-m", "tidewatch"), ()], ids=["file", "-m", "nothing"]
)
def test_a_package_below_src_with_relative_imports(open_project, build, arguments):
    page = open_project("src_package", *arguments)
    expect(page.locator("#height")).to_have_text("6th hour: 2.4 m")
    expect(page.locator("#log")).to_have_text("started")
    built = build("src_package", *arguments)
    locked = json.loads((built.site / "pyrt-lock.json").read_text(encoding="utf-8"))
    assert {package["name"] for package in locked["packages"]} == {"dash", "humanize"}
    assert "Requirements: pyproject.toml" in built.output


@pytest.mark.parametrize(
    "arguments", [("app/main.py",), ("app.main:server",), ()], ids=["file", "gunicorn", "nothing"]
)
def test_a_package_named_app_and_a_procfile(open_project, build, arguments):
    page = open_project("package_app", *arguments)
    page.click("#go")
    expect(page.locator("#out")).to_have_text("Harbour 1")
    expect(page).to_have_title("Harbour")
    if not arguments:
        output = build("package_app").output
        assert "as app.main:server (Procfile:1: web: gunicorn app.main:server" in output


@pytest.mark.parametrize("arguments", [("run.py",), ()], ids=["file", "nothing"])
def test_a_factory_in_a_package_and_a_folder_of_requirements(open_project, build, arguments):
    expect(open_project("run_file", *arguments).locator("#length")).to_have_text("4")
    assert "Requirements: requirements/prod.txt" in build("run_file", *arguments).output


def test_an_empty_folder_can_be_written_to(open_project):
    page = open_project("empty_folder", "app.py")
    page.click("#b")
    expect(page.locator("#p")).to_have_text("1['.gitkeep']")


def test_settings_from_the_environment(open_project):
    """Nothing of the builder's environment: it has a DASHBOARD_REGION."""
    page = open_project("environment", "app.py", "--env", "DASHBOARD_TITLE=Tides")
    expect(page.locator("#p")).to_have_text("Tides none")
    expect(page).to_have_title("Tides")


def test_settings_from_the_environment_in_the_project(open_project):
    page = open_project("environment_settings", "app.py")
    expect(page.locator("#p")).to_have_text("Tides none")


def test_a_setting_that_is_not_given_stops_the_build(build):
    built = build("environment", "app.py")
    assert built.code == 1
    assert "app.py:5 reads DASHBOARD_TITLE\n" in built.output
    assert "--env DASHBOARD_TITLE=VALUE" in built.output
    assert not built.site.exists()


def test_names_of_older_releases_work_with_a_warning_each(open_project, build):
    page = open_project("old_names")
    expect(page.locator("#length")).to_have_text("4")
    page.fill("#word", "lighthouse")
    expect(page.locator("#length")).to_have_text("10")
    page.click("#go")
    expect(page.locator("#counted")).to_have_text("counted 1")
    expect(page.locator("#table")).to_contain_text("cell")
    output = build("old_names").output
    for line, name in [
        (1, "dash_core_components"),
        (2, "dash_html_components"),
        (3, "dash_table"),
        (5, "jupyter_dash"),
        (22, "long_callback"),
        (28, "run_server"),
    ]:
        assert f"Warning PB501: app.py:{line}: {name} is of an older Dash" in output
    strict = build("old_names", "--strict")
    assert strict.code == 1
    assert strict.output.count("Dash 4.4 says") == 6
    assert not strict.site.exists()
