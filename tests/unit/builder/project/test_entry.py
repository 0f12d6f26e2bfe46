"""What is run, in folders as people have them."""

import pytest

from pyrt_build.errors import BuildError, ChoiceError
from pyrt_build.project.entry import find_entry
from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\nserver = app.server\n"
FACTORY = "from dash import Dash\ndef create_app(name='x'):\n    return Dash(name)\n"


def find(folder, files, target="", module="", setting=None):
    write_files(folder, files)
    return find_entry(target, module, folder, setting)


def found(folder, files, *where):
    """File, how it is run, and the folders of `sys.path`, all relative."""
    entry = find(folder, files, *where)
    path = [p.relative_to(folder).as_posix() for p in entry.path]
    how = f"{entry.module}:{entry.attribute}" if entry.attribute else entry.module
    return entry.file.relative_to(folder).as_posix(), how, path


def failure(folder, files, *where, kind=BuildError):
    with pytest.raises(kind) as raised:
        find(folder, files, *where)
    return str(raised.value)


# --- with nothing on the command line, in order


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.py": APP, "main.py": APP}, "app.py"),
        ({"main.py": APP, "run.py": APP}, "main.py"),
        ({"run.py": "from tides import app\n", "tides.py": APP}, "run.py"),
        ({"dash/app.py": APP}, "dash/app.py"),
        ({"Tide Watch/Übersicht/x.py": APP, "Tide Watch/main.py": APP}, "Tide Watch/main.py"),
        ({"main.py": "print(1)\n", "web/app.py": APP}, "web/app.py"),
        ({"app.py": "import fastapi\n", "index.py": APP}, "index.py"),
        ({"app.py": APP, "index.py": "from app import app\nimport pages\n"}, "index.py"),
        ({"app.py": APP, "wsgi.py": "from app import server\n"}, "wsgi.py"),
        ({"main.py": APP, "run.py": "import main\nmain.app.run()\n"}, "run.py"),
        ({"app.py": APP + "import index\n", "index.py": "from app import app\n"}, "app.py"),
        ({"app.py": "from dash import (\n", "wsgi.py": "x = 1\n"}, "app.py"),
        ({"node_modules/x/app.py": APP, ".venv/app.py": APP, "z/app.py": APP}, "z/app.py"),
        ({"app.py": "from views.main import app\n", "views/main.py": APP}, "app.py"),
        ({"notebooks/a.ipynb": "{}", "notebooks/app.py": APP, "main.py": APP}, "main.py"),
    ],
)
def test_the_first_of_the_known_names_that_leads_to_dash(tmp_path, files, expected):
    assert found(tmp_path, files)[0] == expected


def test_a_procfile_comes_before_names(tmp_path):
    files = {
        "Procfile": "release: python setup_db.py\nweb: gunicorn --chdir src board:server\n",
        "app.py": APP,
        "src/board.py": APP,
    }
    assert found(tmp_path, files) == ("src/board.py", "board:server", ["src"])
    entry = find(tmp_path, files)
    assert entry.folder == tmp_path / "src"
    assert entry.why == "Procfile:2: web: gunicorn --chdir src board:server"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Procfile": 'web: gunicorn "app:create_app()"\n', "app.py": FACTORY}, "app:create_app()"),
        (
            {
                "Procfile": "web: sh start.sh\n",
                "start.sh": "gunicorn a.b:s",
                "a/b.py": "import dash\ns = 1",
            },
            "a.b:s",
        ),
        ({"Dockerfile": 'FROM x\nCMD ["gunicorn", "app:server"]\n', "app.py": APP}, "app:server"),
        (
            {"compose.yml": "services: {w: {command: gunicorn app:server}}", "app.py": APP},
            "app:server",
        ),
        ({"app.yaml": "entrypoint: gunicorn -b :$PORT app:server", "app.py": APP}, "app:server"),
    ],
)
def test_commands_of_files(tmp_path, files, expected):
    assert found(tmp_path, files)[1] == expected


def test_a_file_of_a_host_names_the_folder_of_its_command(tmp_path):
    service = "type: web, rootDir: ./web, startCommand: gunicorn --chdir src board:server"
    files = {
        "render.yaml": f"services: [{{type: pserv, startCommand: python x.py}}, {{{service}}}]",
        "app.py": APP,
        "web/src/board.py": APP,
    }
    assert found(tmp_path, files) == ("web/src/board.py", "board:server", ["web/src"])
    entry = find(tmp_path, files)
    assert entry.folder == tmp_path / "web" / "src"
    assert entry.why == "render.yaml, service web: gunicorn --chdir src board:server"


def test_a_folder_with_the_name_of_dash_is_no_package_that_a_script_imports(tmp_path):
    files = {
        "Dockerfile": 'FROM x\nCOPY . /app\nWORKDIR /app/dash\nCMD ["python", "main.py"]\n',
        "dash/__init__.py": "",
        "dash/main.py": "from dash import Dash\nfrom deck import plot\napp = Dash()\n",
        "dash/deck.py": "plot = 1\n",
    }
    entry = find(tmp_path, files)
    assert (entry.module, entry.path) == ("", (tmp_path / "dash",))


@pytest.mark.parametrize(
    "line", ["npm start", "gunicorn other:server", "gunicorn django_site.wsgi", "python none.py"]
)
def test_a_command_that_is_no_dash_app_is_passed_over(tmp_path, line):
    files = {"Procfile": f"web: {line}\n", "app.py": APP, "django_site/wsgi.py": "import django"}
    assert found(tmp_path, files)[:2] == ("app.py", "")


def test_packages_below_src_come_last(tmp_path):
    files = {
        "src/tides/__init__.py": "",
        "src/tides/__main__.py": "from tides.app import app\napp.run()\n",
        "src/tides/app.py": APP,
        "src/other/__init__.py": "",
    }
    assert found(tmp_path, files) == (
        "src/tides/__main__.py",
        "tides.__main__",
        [".", "src"],
    )


def test_several_apps_at_one_rank_are_listed(tmp_path):
    files = {"red/app.py": APP, "blue sky/app.py": APP, "green/main.py": APP}
    text = failure(tmp_path, files, kind=ChoiceError)
    assert '  pyrt build "blue sky/app.py"    (' in text
    assert "  pyrt build red/app.py    (" in text
    assert "green" not in text
    assert ChoiceError.exit_code == 2


def test_two_services_are_listed_by_what_to_type(tmp_path):
    compose = "services: {a: {command: gunicorn one:server}, b: {command: python two.py}}"
    text = failure(
        tmp_path, {"compose.yml": compose, "one.py": APP, "two.py": APP}, kind=ChoiceError
    )
    assert "  pyrt build one:server    (compose.yml, service a: gunicorn one:server)" in text
    assert "  pyrt build two.py    (compose.yml, service b: python two.py)" in text


def test_a_folder_without_an_app_says_what_was_looked_for(tmp_path):
    text = failure(tmp_path, {"board.py": APP, "notes.txt": ""})
    assert text.startswith(f"There is no Dash app in {tmp_path}: no [tool.pyrt] entry, no command")
    assert "These files call Dash(...): board.py." in text


def test_a_setting_names_the_entry(tmp_path):
    files = {"app.py": APP, "x/board.py": APP}
    assert found(tmp_path, files, "", "", "x/board.py")[0] == "x/board.py"
    assert found(tmp_path, files, "", "", "x.board:server")[1] == "x.board:server"
    assert found(tmp_path, files, "", "", "-m x.board")[1] == "x.board"
    assert failure(tmp_path, files, "", "", "y.py").startswith("[tool.pyrt] entry = 'y.py'")


# --- a file


def test_a_file_runs_as_a_script_from_its_own_folder(tmp_path):
    files = {"web/app.py": APP + "import helper\n", "web/helper.py": ""}
    assert found(tmp_path, files, "web/app.py") == ("web/app.py", "", ["web"])
    assert find(tmp_path, {}, "web/app.py").shown == "python app.py"


@pytest.mark.parametrize(
    ("files", "target", "expected"),
    [
        (
            {"src/t/__init__.py": "", "src/t/app.py": APP + "from . import log\n"},
            "src/t/app.py",
            ("src/t/app.py", "t.app", ["src"]),
        ),
        (
            {"app/__init__.py": "", "app/main.py": APP + "from app.config import X\n"},
            "app/main.py",
            ("app/main.py", "app.main", ["."]),
        ),
        (
            {"web/main.py": APP + "from web import config\n", "web/config.py": ""},
            "web/main.py",
            ("web/main.py", "web.main", ["."]),
        ),
        (
            {
                "app/__init__.py": "",
                "app/main.py": APP + "from config import X\n",
                "app/config.py": "",
            },
            "app/main.py",
            ("app/main.py", "", ["app"]),
        ),
        (
            {"app/app.py": APP + "from app import x\n"},
            "app/app.py",
            ("app/app.py", "", ["app"]),
        ),
    ],
)
def test_a_file_of_a_package_that_needs_it_runs_as_its_module(tmp_path, files, target, expected):
    assert found(tmp_path, files, target) == expected


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("none.py", "There is no file "),
        ("board", "Did you mean board.py?"),
        ("x.ipynb", "is a notebook"),
        ("notes.txt", "is no Python file"),
        ("empty", "There is no Dash app in "),
    ],
)
def test_what_is_no_app(tmp_path, target, text):
    (tmp_path / "empty").mkdir()
    files = {"board.py": APP, "x.ipynb": "{}", "notes.txt": ""}
    assert text in failure(tmp_path, files, target)


# --- modules


def test_module_and_attribute_as_gunicorn_imports_them(tmp_path):
    files = {"app/__init__.py": "", "app/main.py": APP, "make.py": FACTORY}
    assert found(tmp_path, files, "app.main:server") == ("app/main.py", "app.main:server", ["."])
    assert found(tmp_path, files, "make:create_app('y')")[1] == "make:create_app('y')"


def test_a_module_below_src_is_found_without_being_installed(tmp_path):
    files = {"src/t/__init__.py": APP}
    assert found(tmp_path, files, "t:server") == ("src/t/__init__.py", "t:server", [".", "src"])


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (
            "app:servr",
            "app:servr: app.py has no 'servr' at its top level. It has: Dash, app, server.",
        ),
        ("app:create_app()", "has no 'create_app' at its top level"),
        ("app:1+1", "is neither a name nor a call"),
        ("nope:server", "nope:server: there is no module nope in "),
    ],
)
def test_a_module_or_attribute_that_is_not_there(tmp_path, target, text):
    assert text in failure(tmp_path, {"app.py": APP}, target)


def test_names_that_only_running_tells_are_left_to_the_run(tmp_path):
    files = {
        "a.py": "from b import *\n",
        "b.py": APP,
        "c.py": "if 1:\n    s = 1\nelse:\n    pass\n",
    }
    assert found(tmp_path, files, "a:server")[1] == "a:server"
    assert found(tmp_path, files, "c:s")[1] == "c:s"


def test_a_package_runs_its_main(tmp_path):
    files = {"t/__init__.py": "", "t/__main__.py": APP, "u/__init__.py": "", "one.py": APP}
    assert found(tmp_path, files, "", "t") == ("t/__main__.py", "t.__main__", ["."])
    assert found(tmp_path, files, "", "one") == ("one.py", "one", ["."])
    assert "has no __main__.py" in failure(tmp_path, files, "", "u")
    assert "There are: one, t, u." in failure(tmp_path, files, "", "v")
    assert "is no name of a module" in failure(tmp_path, files, "", "t/x.py")
