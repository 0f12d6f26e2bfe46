"""Requirements of strangers' projects: what a browser cannot have, and odd formats."""

import pytest
from playwright.sync_api import expect

ODD = "odd_requirements"


def table(text):
    """The rows of the table in the output: package -> the rest of its line."""
    lines = text.splitlines()
    start = lines.index("What a browser cannot have as it is written:") + 2
    rows = {}
    for line in lines[start:]:
        if not line.startswith("  "):
            break
        name, _, rest = line.strip().partition(" ")
        rows[name] = " ".join(rest.split())
    return rows


@pytest.mark.parametrize("arguments", [("app.py",), ()], ids=["app.py", "nothing"])
def test_pins_of_an_older_year(open_project, build, arguments):
    rows = table(build("frozen_pins", *arguments).output)
    assert {"dash", "numpy", "pandas", "pytz", "scipy"} == set(rows)
    assert rows["numpy"].startswith("==1.26.2 (requirements.txt:11) 2.4.")
    assert rows["numpy"].endswith("it has compiled code, and Pyodide's build is 2.4.3")
    assert rows["pytz"].endswith("pandas 3.0.2 needs pytz>=2024.2")  # else it leaves pytz aside
    page = open_project("frozen_pins", *arguments)
    expect(page.locator("#slope")).to_have_text("slope -0.137", timeout=60_000)
    expect(page.locator(".bars .point")).to_have_count(24)
    first = page.locator("#graph").screenshot()
    page.click("#column")
    page.get_by_role("option", name="sales").click()
    expect(page.locator("#slope")).to_have_text("slope 0.000")
    expect(page.locator(".ytitle")).to_have_text("sales")
    expect(page.locator(".bars .point")).to_have_count(24)
    assert page.locator("#graph").screenshot() != first


def test_strict_refuses_pins_of_an_older_year_and_names_all(build):
    refused = build("frozen_pins", "app.py", "--strict")
    assert refused.code == 1
    assert not refused.site.exists()
    for wanted in ("dash: wanted ==2.14.2", "numpy: wanted", "pandas: wanted", "scipy: wanted"):
        assert wanted in refused.output


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("utf16.txt", None),
        ("latin1.txt", None),
        ("markers.txt", None),
        ("hashes.txt", "4.9.0"),
        ("conda.txt", "4.9.0"),
        ("freeze_conda.txt", None),
        ("environment.yml", "4.9.0"),
        ("Pipfile", "4."),
        ("poetry.toml", "4."),
    ],
)
def test_requirements_in_odd_formats(open_project, build, file, version):
    page = open_project(ODD, "app.py", "--requirements", file)
    expect(page.locator("#p")).to_have_text("3rd")
    made = build(ODD, "app.py", "--requirements", file)
    (packages,) = (line for line in made.output.splitlines() if line.startswith("Packages: "))
    assert f"humanize {version or ''}" in packages


def test_what_was_left_out_of_odd_formats_is_said(build):
    markers = build(ODD, "app.py", "--requirements", "markers.txt").output
    assert "markers.txt:3: colorama==0.4.6" in markers
    assert table(markers)["humanize"].startswith('humanize==4.9.0; python_full_version == "3.9.16"')
    conda = build(ODD, "app.py", "--requirements", "freeze_conda.txt").output
    assert "humanize (freeze_conda.txt:2): a path of the machine" in conda
    environment = build(ODD, "app.py", "--requirements", "environment.yml").output
    assert "environment.yml:4 asks for Python ==3.11.*; in a tab it is 3.14" in environment


def test_a_wrong_hash_is_an_error(build):
    made = build(ODD, "app.py", "--requirements", "wrong_hash.txt")
    assert made.code == 1
    assert "wrong_hash.txt:1: the hash of humanize-4.9.0-py3-none-any.whl is sha256:" in made.output
    assert not made.site.exists()


def test_a_package_that_cannot_be_had_is_left_out_where_the_app_expects_that(open_project, build):
    page = open_project("optional_import", "app.py")
    expect(page.locator("#p")).to_have_text("1,234,567 without torch")
    assert table(build("optional_import", "app.py").output)["torch"].startswith(
        "any (app.py:5) left out"
    )


def test_sqlalchemy_over_sqlite_where_the_environment_may_name_a_server(open_project):
    page = open_project("database_default", "app.py")
    expect(page.locator("#p")).to_have_text("1")
    page.reload()
    expect(page.locator("#p")).to_have_text("1")


def test_an_import_that_nobody_declared_and_that_is_not_there(build):
    made = build("unknown_import", "app.py")
    assert made.code == 1
    assert "app.py:4 imports helpers, which is no module of the app" in made.output
    assert "Nothing on the package index provides it for sure." in made.output
    assert "pip:" not in made.output
    assert "download" not in made.output
    assert not made.site.exists()


def test_a_login_is_refused(build):
    made = build("login", "app.py")
    assert made.code == 1
    assert "A static site can keep no password: whoever opens it" in made.output
    assert "app.py:1: import of dash_auth" in made.output
    assert "Protect the host" in made.output
    assert "correct-horse" not in made.output
    assert not made.site.exists()
