"""A whole project: entry, root, requirements, settings, working folder."""

import pytest

from pyrt_build.app import project
from pyrt_build.app.config import SiteConfig
from pyrt_build.errors import BuildError
from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\nserver = app.server\n"


def find(folder, files, target="", given="", **more):
    write_files(folder, files)
    config = SiteConfig(folder / "app.py", folder / "dist", target=target, **more)
    return project.find(config, folder / given)


def launch(found):
    how = found.config.launch
    return how.module, how.attribute, list(how.path), how.working_folder


@pytest.mark.parametrize(
    ("target", "given", "expected"),
    [
        ("web/app.py", "", ("", "", ["/app/web"], "/app")),
        ("app.py", "web", ("", "", ["/app/web"], "/app/web")),
        ("web.app:server", "", ("web.app", "server", ["/app"], "/app")),
        ("web", "", ("", "", ["/app/web"], "/app/web")),
        ("", "", ("", "", ["/app/web"], "/app")),
    ],
)
def test_path_and_working_folder_are_those_of_the_command(tmp_path, target, given, expected):
    files = {"requirements.txt": "dash\n", "web/app.py": APP}
    found = find(tmp_path, files, target, given)
    assert launch(found) == expected
    assert found.config.requirements == tmp_path / "requirements.txt"


def test_a_command_from_outside_starts_in_the_root(tmp_path):
    files = {"p/requirements.txt": "dash\n", "p/web/app.py": APP, "q/x": ""}
    found = find(tmp_path, files, str(tmp_path / "p" / "web" / "app.py"), "q")
    assert launch(found) == ("", "", ["/app/web"], "/app")


def test_files_that_are_only_beside_the_app_make_its_folder_the_working_folder(tmp_path):
    app = APP + "open('data.csv')\n"
    files = {"requirements.txt": "dash\n", "web/app.py": app, "web/data.csv": ""}
    assert launch(find(tmp_path, files, "web/app.py"))[-1] == "/app/web"
    assert (
        launch(
            find(tmp_path, {"web/app.py": APP + "join('in', 'x')\n", "web/in/x": ""}, "web/app.py")
        )[-1]
        == "/app/web"
    )
    write_files(tmp_path, {"web/app.py": app})
    files["data.csv"] = ""
    assert launch(find(tmp_path, files, "web/app.py"))[-1] == "/app"


def test_files_that_pages_read_count_as_those_of_the_app(tmp_path):
    files = {
        "requirements.txt": "dash\n",
        "web/app.py": APP + "Dash(__name__, use_pages=True)\n",
        "web/pages/teams/home.py": "open('assets/teams.csv')\n",
        "web/assets/teams.csv": "",
    }
    assert launch(find(tmp_path, files, "web/app.py"))[-1] == "/app/web"


def test_what_was_read_is_said_first(tmp_path):
    files = {"Procfile": "web: gunicorn app:server\n", "app.py": APP, "requirements.txt": "dash\n"}
    assert find(tmp_path, files).describe() == [
        "App: app.py, as app:server (Procfile:1: web: gunicorn app:server)",
        f"Root: {tmp_path} (requirements.txt in it names dash)",
        "Requirements: requirements.txt",
    ]


def test_a_script_block_comes_before_files(tmp_path):
    block = '# /// script\n# dependencies = ["dash"]\n# ///\n'
    found = find(tmp_path, {"app.py": block + APP, "requirements.txt": "dash\n"}, "app.py")
    assert found.config.requirements is None
    assert found.describe()[-1] == "Requirements: the script block of app.py"


def test_settings_are_those_of_the_nearest_table(tmp_path):
    files = {
        "requirements.txt": "dash\n",
        "pyproject.toml": '[tool.pyrt]\nentry = "web/board.py"\nexclude = ["raw/"]\n',
        "web/pyproject.toml": "[tool.ruff]\n",
        "web/board.py": APP,
    }
    found = find(tmp_path, files)
    assert found.config.entry == tmp_path / "web" / "board.py"
    assert found.config.settings_file == tmp_path / "pyproject.toml"
    assert found.config.layout is not None
    assert found.config.layout.exclude == ("raw/",)


def test_two_apps_in_one_file_are_listed(tmp_path):
    two = "from dash import Dash\none = Dash('a')\ntwo = Dash('b')\n"
    with pytest.raises(BuildError) as raised:
        find(tmp_path, {"app.py": two}, "app.py")
    assert str(raised.value) == (
        "app.py makes 2 apps. Choose one:\n"
        "  pyrt build app:one    (line 2)\n  pyrt build app:two    (line 3)"
    )
    assert find(tmp_path, {"app.py": two}, "app:two").config.launch.attribute == "two"
    assert find(tmp_path, {"app.py": two + "two.run()\n"}, "app.py")


def test_the_same_file_of_an_older_caller_is_found_by_its_path(tmp_path):
    write_files(tmp_path, {"app.py": APP})
    found = project.find(SiteConfig(tmp_path / "app.py", tmp_path / "dist"))
    assert launch(found) == ("", "", ["/app"], "/app")
    assert found.launch.root == str(tmp_path)


def test_a_large_project_is_walked_without_what_never_travels(tmp_path):
    files = {f"node_modules/p{n}/index.js": "" for n in range(20)}
    files |= {
        ".venv/pyvenv.cfg": "",
        ".venv/lib/app.py": APP,
        "env2/pyvenv.cfg": "",
        "env2/main.py": APP,
    }
    found = find(tmp_path, {**files, "app.py": APP})
    assert found.config.entry == tmp_path / "app.py"
