"""Where a project is, and which of its files of requirements counts."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from pyrt_build.app.root import find_place, is_shared, leads_to_dash, upward
from pyrt_build.errors import ChoiceError
from pyrt_build.project.entry import find_entry
from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\nserver = app.server\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which a search may go upward: not that of temporary files."""
    monkeypatch.setattr("pyrt_build.app.root.tempfile.gettempdir", lambda: "/nonexistent/tmp")
    home = tmp_path / "home" / "me"
    home.mkdir(parents=True)
    monkeypatch.setattr("pyrt_build.app.root._home", lambda: home)
    (home / "code").mkdir()
    return home / "code"


def place(folder, files, target, given=None):
    write_files(folder, files)
    entry = find_entry(target, "", given or folder)
    return find_place(entry, None)


def summary(folder, files, target, given=None):
    """Root, core and requirements, relative to a folder."""
    found = place(folder, files, target, given)
    required = found.requirements and found.requirements.relative_to(folder).as_posix()
    return (
        found.root.relative_to(folder).as_posix(),
        found.core.relative_to(folder).as_posix(),
        required,
    )


# --- requirements


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[options]\ninstall_requires =\n    dash>=2\n"),
        ("setup.py", "NEEDS = ['dash']\nsetup(install_requires=NEEDS)\n"),
    ],
)
def test_a_setup_file_that_names_dash_makes_the_root(folder, name, text):
    files = {f"p/{name}": text, "p/src/t/__init__.py": "", "p/src/t/app.py": APP}
    found = summary(folder, files, "p/src/t/app.py")
    assert found == ("p", "p", f"p/{name}")


def test_a_setup_py_whose_requirements_are_computed_does_not_count(folder):
    files = {"setup.py": "dash = open('x').read()\nsetup(install_requires=dash)\n", "app.py": APP}
    assert summary(folder, files, "app.py") == (".", ".", None)


def test_requirements_two_folders_up_make_the_root(folder):
    files = {
        "p/pyproject.toml": '[project]\nname = "t"\ndependencies = ["dash>=2"]\n',
        "p/src/t/app.py": APP,
    }
    assert summary(folder, files, "p/src/t/app.py") == ("p", "p", "p/pyproject.toml")


def test_requirements_in_a_folder_of_their_own(folder):
    """A folder below that has them and no Python."""
    files = {
        "p/environment/requirements.txt": "dash\npandas\n",
        "p/environment/conda.yaml": "dependencies: [dash]\n",
        "p/main.py": APP,
    }
    assert summary(folder, files, "p/main.py") == ("p", "p", "p/environment/requirements.txt")


def test_requirements_of_a_project_beside_it_do_not_count(folder):
    files = {"a/main.py": APP, "b/requirements.txt": "dash\npandas\n"}
    assert summary(folder, files, "a/main.py") == ("a", "a", None)


def test_in_a_repository_they_are_those_of_the_app(folder):
    files = {"p/.git/HEAD": "", "p/src/main.py": APP, "p/environment/requirements.txt": "dash\n"}
    assert summary(folder, files, "p/src/main.py")[2] == "p/environment/requirements.txt"


@pytest.mark.parametrize(
    "more",
    [{"p/other/app.py": APP}, {"p/third/requirements.txt": "dash\n"}, {"p/.git/HEAD": ""}],
    ids=["of another app", "two folders", "none"],
)
def test_requirements_below_that_may_be_another_apps_do_not_count(folder, more):
    required = {} if "p/.git/HEAD" in more else {"p/other/requirements.txt": "dash\n"}
    assert summary(folder, {"p/main.py": APP, **required, **more}, "p/main.py")[2] is None


def test_requirements_of_something_else_do_not_count(folder):
    """A monorepo: tools at the top, the app's own file beside it."""
    files = {
        ".git/HEAD": "",
        "pyproject.toml": '[project]\nname = "tools"\ndependencies = ["black", "pytest"]\n',
        "services/board/requirements.txt": "dash\npandas\n",
        "services/board/app.py": APP,
        "services/other/requirements.txt": "flask\n",
        "services/other/app.py": APP,
    }
    board = "services/board"
    assert summary(folder, files, f"{board}/app.py") == (board, board, f"{board}/requirements.txt")
    other = "services/other"
    found = place(folder, files, f"{other}/app.py")
    assert found.root == folder / other
    assert found.requirements == folder / other / "requirements.txt", "beside the app, it is taken"
    assert not found.leads_to_dash


@pytest.mark.parametrize(
    ("line", "leads"),
    [
        ("dash", True),
        ("Dash==2.9.3", True),
        ("dash[async]>=2 ; python_version > '3'", True),
        ("dash-bootstrap-components", True),
        ("jupyter_dash", True),
        ("dashboards", False),
        ("# dash", False),
        ("-r other.txt", True),
    ],
)
def test_what_leads_to_dash(tmp_path, line, leads):
    write_files(tmp_path, {"requirements.txt": f"numpy\n{line}\n", "other.txt": "dash\n"})
    assert leads_to_dash(tmp_path / "requirements.txt") is leads


def test_a_broken_file_that_names_dash_counts_so_that_its_error_is_said(tmp_path):
    write_files(tmp_path, {"requirements.txt": "dash\n== 3 ==\n"})
    assert leads_to_dash(tmp_path / "requirements.txt")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["base", "dev", "prod"], "prod"),
        (["base", "dev"], "base"),
        (["requirements", "dev"], "requirements"),
        (["production-linux", "dev"], "production-linux"),
        (["only"], "only"),
    ],
)
def test_one_of_several_files_is_obvious(folder, names, chosen):
    files = {f"requirements/{name}.txt": "dash\n" for name in names}
    found = summary(folder, {**files, "app.py": APP}, "app.py")
    assert found == (".", ".", f"requirements/{chosen}.txt")


def test_files_beside_the_app_with_other_names_are_found(folder):
    files = {"app.py": APP, "requirements-prod.txt": "dash\n", "requirements_dev.txt": "dash\n"}
    assert summary(folder, files, "app.py") == (".", ".", "requirements-prod.txt")


def test_several_files_none_of_them_obvious_are_listed(folder):
    files = {"requirements/linux.txt": "dash\n", "requirements/mac.txt": "dash\n", "app.py": APP}
    with pytest.raises(ChoiceError) as raised:
        place(folder, files, "app.py")
    assert "  pyrt build --requirements requirements/linux.txt\n" in str(raised.value)


def test_requirements_txt_that_is_a_folder_is_no_file(folder):
    assert summary(folder, {"app.py": APP, "requirements.txt/x": ""}, "app.py") == (".", ".", None)


# --- how far up


def test_the_search_ends_at_the_folder_of_git(folder):
    files = {"requirements.txt": "dash\n", "p/.git/HEAD": "", "p/web/app.py": APP}
    assert summary(folder, files, "p/web/app.py") == ("p/web", "p/web", None)


def test_a_home_folder_is_never_searched(folder):
    files = {"requirements.txt": "dash\n", "utils.py": "", "data.csv": ""}
    write_files(folder.parent, files)
    app = APP + "import utils, sys\nsys.path.append('..')\nopen('../data.csv')\n"
    assert summary(folder, {"app.py": app}, "app.py") == (".", ".", None)
    assert list(upward(folder)) == [folder]


@pytest.mark.parametrize(
    ("kind", "path", "shared"),
    [
        (PurePosixPath, "/home/me", True),
        (PurePosixPath, "/home/you", True),
        (PurePosixPath, "/home", True),
        (PurePosixPath, "/", True),
        (PurePosixPath, "/tmp", True),
        (PurePosixPath, "/home/me/Downloads", True),
        (PurePosixPath, "/home/me/code", False),
        (PurePosixPath, "/srv/apps/board", False),
        (PureWindowsPath, r"C:\Users\me", True),
        (PureWindowsPath, r"c:\users\ME", True),
        (PureWindowsPath, r"C:\Users", True),
        (PureWindowsPath, "D:\\", True),
        (PureWindowsPath, r"C:\Users\me\Desktop", True),
        (PureWindowsPath, r"C:\Users\me\AppData\Local\Temp", True),
        (PureWindowsPath, r"C:\Users\me\code", False),
    ],
)
def test_folders_that_belong_to_no_project(kind, path, shared):
    posix = kind is PurePosixPath
    home = kind("/home/me" if posix else r"C:\Users\me")
    temporary = kind("/tmp" if posix else r"C:\Users\me\AppData\Local\Temp")
    assert is_shared(kind(path), home, temporary) is shared


# --- imports and reads above the entry


def test_a_folder_from_which_the_app_imports_is_in_the_project(folder):
    app = "import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), '..'))\n"
    files = {
        "web/app.py": app + "from common import x\n" + APP,
        "common.py": "x = 1\n",
        "big.bin": "",
    }
    found = place(folder, files, "web/app.py")
    assert found.root == folder
    assert found.core == folder / "web", "of the rest, only what the app names travels"
    assert found.imported == (folder,)
    assert found.path == (), "the app does it itself"


def test_a_module_at_the_top_of_a_repository_is_found_from_below(folder):
    files = {".git/HEAD": "", "web/app.py": "import common\n" + APP, "common.py": ""}
    found = place(folder, files, "web/app.py")
    assert (found.root, found.path) == (folder, (folder,))


def test_a_module_of_another_project_is_not(folder):
    files = {"mine/app.py": "import common\n" + APP, "common/__init__.py": ""}
    assert summary(folder, files, "mine/app.py") == ("mine", "mine", None)


def test_a_package_below_src_is_found_as_if_it_were_installed(folder):
    files = {
        "run.py": "from tides.app import app\n",
        "src/tides/__init__.py": "",
        "src/tides/app.py": APP,
    }
    found = place(folder, files, "run.py")
    assert (found.root, found.path) == (folder, (folder / "src",))


@pytest.mark.parametrize(
    "read",
    [
        "open('../data/x.csv')",
        r"open('..\\data\\x.csv')",
        "from pathlib import Path\nopen(Path(__file__).parent.parent / 'data' / 'x.csv')",
        "from pathlib import Path\nopen(Path(__file__).resolve().parents[1] / 'data/x.csv')",
        "import os\nD = os.path.dirname\nopen(os.path.dirname(os.path.dirname(__file__)) + 'data')",
        "open('data/x.csv')",
    ],
)
def test_a_folder_in_which_the_app_reads_is_in_the_project(folder, read):
    files = {"p/web/app.py": f"{APP}{read}\n", "p/data/x.csv": "", "p/secret.bin": ""}
    found = place(folder, files, "web/app.py", folder / "p")
    assert (found.root, found.core) == (folder / "p", folder / "p" / "web")


def test_what_is_not_there_widens_nothing(folder):
    files = {"p/web/app.py": f"{APP}open('../none.csv')\nopen('https://x.org/data')\n"}
    assert summary(folder, files, "p/web/app.py") == ("p/web", "p/web", None)


def test_a_module_given_to_gunicorn_has_the_folder_of_the_command_as_root(folder):
    files = {"app/__init__.py": "", "app/main.py": APP}
    assert summary(folder, files, "app.main:server") == (".", ".", None)
    assert isinstance(place(folder, files, "app/main.py").root, Path)


def test_a_module_of_a_namespace_package_makes_its_folder_a_part_of_sys_path(folder):
    """`gunicorn --chdir src app:server`, and pages that import `src.tides`."""
    files = {
        "requirements.txt": "dash\n",
        "src/app.py": "from dash import Dash\napp = Dash(__name__, use_pages=True)\n",
        "src/pages/home.py": "from src.tides.high import level\n",
        "src/tides/high.py": "level = 2\n",
    }
    assert place(folder, files, "src/app.py").path == (folder,)
    write_files(folder, {"src/pages/home.py": "from src.ebb import level\n"})
    assert place(folder, {}, "src/app.py").path == (), "there is no such module"


@pytest.mark.parametrize("other", [{"b/.git/HEAD": ""}, {"b/setup.py": "", "c/Pipfile": ""}])
def test_without_a_repository_the_search_ends_below_a_folder_of_projects(folder, other):
    files = {"req.txt": "dash\n", "mine/web/app.py": APP, "mine/notes.md": ""}
    assert summary(folder, files, "mine/web/app.py") == (".", ".", "req.txt")
    write_files(folder, other)
    assert summary(folder, {}, "mine/web/app.py") == ("mine/web", "mine/web", None)
    # In a repository all of it is one project.
    write_files(folder, {".git/HEAD": ""})
    assert summary(folder, {}, "mine/web/app.py") == (".", ".", "req.txt")
