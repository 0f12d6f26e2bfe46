"""The code of packages does not run on the machine that builds: theirs would leave a mark."""

from tests.support.workspace import write_files

APP = "from dash import Dash\napp = Dash(__name__)\n"
MARK = """
import os
open(os.path.join(os.path.dirname(os.environ["PYRT_CACHE"]), "mark"), "w").close()
"""


def test_no_code_of_a_package_runs_in_a_build(workspace):
    """A wheel is not imported, a source is not built, a setup.py of the project is not run."""
    files = {"own/__init__.py": MARK, "own.pth": f"import own;{MARK}", "setup.py": MARK}
    workspace.add_wheel("own", "1.0", files)
    workspace.add_source("own", "2.0", MARK)
    workspace.add_source("helpers", "1.0", MARK)
    workspace.add_wheel("helpers", "0.9", {"helpers.py": MARK})
    write_files(workspace.app, {"setup.py": MARK})
    sources = {"app.py": APP + "import own\n", "requirements.txt": "own\n-e .\n"}
    assert workspace.build(sources) == 0
    assert workspace.build({**sources, "app.py": APP + "import own, helpers\n"}) == 1
    assert not list((workspace.root / "cache" / "wheels").glob("helpers*"))
    assert not (workspace.root / "mark").exists()


def test_modules_of_the_project_are_not_asked_for(workspace, capsys):
    for name in ("config", "views", "helpers"):
        workspace.add_wheel(name, "1.0", {f"{name}.py": MARK})
    files = {
        "app.py": APP + "import config\nfrom views.home import title\n",
        "config.py": "x = 1\n",
        "views/home.py": "from .parts import title\nfrom helpers import y\n",
        "views/parts.py": "title = 1\n",
        "helpers/deep/z.py": "",
        "helpers/__init__.py": "y = 1\n",
    }
    assert workspace.build(files) == 0
    assert "Packages: none" in capsys.readouterr().out
    assert not (workspace.root / "mark").exists()
