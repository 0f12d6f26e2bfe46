"""Settings of a site, from the command line, the script block and [tool.pyrt]."""

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import Settings, read_settings
from pyrt_build.errors import BuildError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "app.py").write_text("")
    return tmp_path


def read(folder, table="", script="", **options):
    if table:
        (folder / "pyproject.toml").write_text(f"[tool.pyrt]\n{table}\n")
    if script:
        lines = "".join(f"# {line}\n" for line in f"[tool.pyrt]\n{script}".splitlines())
        (folder / "app.py").write_text(f"# /// script\n{lines}# ///\n")
    return read_settings(SiteConfig(entry=folder / "app.py", out=folder / "dist", **options))


def failure(folder, table):
    with pytest.raises(BuildError) as caught:
        read(folder, table)
    return str(caught.value)


def test_without_a_table_there_is_no_bridge(folder):
    assert read(folder) == Settings()
    assert Settings().bridge is None


def test_every_key_is_read(folder):
    settings = read(
        folder,
        'bridge = "https://calc.example.org/x/"\n'
        "bridge-timeout = 2.5\n"
        'bridge-credentials = "include"\n'
        'server = ["app:total", "pages.may:sum"]\n'
        'server-only = ["warehouse", "own.db"]\n'
        "first-paint = false\n"
        'pyodide = "https://host.example/pyodide/"',
    )
    assert settings == Settings(
        bridge="https://calc.example.org/x",
        bridge_timeout_s=2.5,
        bridge_credentials="include",
        server=("app:total", "pages.may:sum"),
        server_only=("warehouse", "own.db"),
        first_paint=False,
        pyodide="https://host.example/pyodide/",
    )
    assert settings.bridge_origin == "https://calc.example.org"


def test_the_command_line_comes_before_the_script_block_and_that_before_pyproject(folder):
    table = 'bridge = "https://one.example"\nbridge-timeout = 1'
    script = 'bridge = "https://two.example"'
    assert read(folder, table).bridge == "https://one.example"
    both = read(folder, table, script)
    assert both.bridge == "https://two.example"
    assert both.bridge_timeout_s == 1
    assert read(folder, bridge="/calc").bridge == "/calc"


def test_a_path_is_an_address_on_the_sites_own_host(folder):
    settings = read(folder, bridge="./calc")
    assert settings.bridge == "./calc"
    assert settings.bridge_origin is None


def test_an_unknown_key_is_named_with_the_nearest_one(folder):
    assert failure(folder, 'bridge_timout = 3\nserver = ["a:b"]') == (
        "pyproject.toml, [tool.pyrt]: there is no setting 'bridge_timout'. "
        "Did you mean bridge-timeout? There are: bridge, bridge-timeout, bridge-credentials, "
        "server, server-only, max-result, mcp, first-paint, precompute, precompute-calls, "
        "precompute-size, offline, name, icon, translation, theme-color, background-color, "
        "extras, groups, override-dependencies, exclude-dependencies, allow-build, prefer-index, "
        "pyodide, entry, include, exclude, embed-origins, content-security-policy, env."
    )


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ('bridge = "calc.example.org"', "bridge = 'calc.example.org' is not an address such as"),
        ('bridge = "https://u:p@x.org"', "is not an address such as"),
        ('bridge = "https://x.org;script-src *"', "is not an address such as"),
        ("bridge-timeout = 0", "bridge-timeout = 0 is not a number of seconds above 0."),
        ("bridge-timeout = true", "is not a number of seconds above 0."),
        ('bridge-credentials = "all"', "is not one of 'omit', 'same-origin', 'include'."),
        ('server = "app:total"', "is not a list such as"),
        ('server = ["total"]', "is not a list such as"),
        ('server-only = ["a-b"]', "is not a list of modules such as"),
        ('first-paint = "no"', "is not true or false."),
        ('embed-origins = ["https://docs.example.org/a"]', "is not a list of origins, without"),
        ('embed-origins = ["*"]', "is not a list of origins, without"),
        ('content-security-policy = { img-src = ["a; b"] }', "is not a table of lists such as"),
        ('content-security-policy = ["a"]', "is not a table of lists such as"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(folder, table, text):
    assert text in failure(folder, table)


def test_tool_pyrt_must_be_a_table(folder):
    (folder / "pyproject.toml").write_text("[tool]\npyrt = 3\n")
    with pytest.raises(BuildError, match=r"tool\.pyrt must be a table"):
        read(folder)


def test_a_wrong_address_on_the_command_line_is_named(folder):
    with pytest.raises(BuildError, match=r"--bridge: bridge = 'ftp://x' is not an address"):
        read(folder, bridge="ftp://x")


def test_the_folder_of_a_distribution_lies_beside_the_file_that_names_it(folder):
    (folder / "packages").mkdir()
    assert read(folder, 'pyodide = "packages"').pyodide == str(folder / "packages")
    assert read(folder, 'pyodide = "open-webui==0.12.4"').pyodide == "open-webui==0.12.4"
    assert read(folder, 'pyodide = "packages"', pyodide="elsewhere").pyodide == "elsewhere"


def test_what_the_developer_decides_about_packages(folder):
    lines = 'extras = ["maps"]\ngroups = ["web"]\noverride-dependencies = ["numpy>=2"]\n'
    (folder / "pyproject.toml").write_text(
        f'[tool.pyrt]\n{lines}exclude-dependencies = ["psutil"]\nallow-build = ["own"]\n'
    )
    settings = read(folder)
    assert settings.extras == ("maps",)
    assert settings.groups == ("web",)
    assert [str(each) for each in settings.override_dependencies] == ["numpy>=2"]
    assert settings.exclude_dependencies == ("psutil",)
    assert settings.allow_build == ("own",)


@pytest.mark.parametrize(
    "line",
    ['override-dependencies = ["=2"]', 'exclude-dependencies = "psutil"', "allow-build = [1]"],
)
def test_a_list_of_packages_that_is_none_is_named(folder, line):
    assert " is not a list of " in failure(folder, line)


def test_what_browsers_install_is_named_by_settings(folder):
    (folder / "icon.svg").write_text("<svg/>")
    settings = read(
        folder,
        'offline = true\nname = " Tides "\nicon = "icon.svg"\n'
        'theme-color = "#204080"\nbackground-color = "Navy"',
    )
    assert settings == Settings(
        offline=True,
        name="Tides",
        icon=str(folder / "icon.svg"),
        theme_color="#204080",
        background_color="Navy",
    )


@pytest.mark.parametrize(
    "table", ['name = ""', "icon = 1", 'theme-color = "#12"', 'background-color = "rgb(1, 2, 3)"']
)
def test_what_is_no_name_or_colour_is_refused(folder, table):
    assert table.partition(" ")[0] in failure(folder, table)
