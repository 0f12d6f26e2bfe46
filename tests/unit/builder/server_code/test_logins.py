"""Logins are refused: a static site can keep no password."""

from textwrap import dedent

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.errors import BuildError
from pyrt_build.server_code import logins
from tests.support.workspace import write_files

DASH = "from dash import Dash\napp = Dash(__name__)\n"


@pytest.fixture
def refused(tmp_path):
    """Why an app of these files is refused; None if it is not."""

    def check(text, **others):
        files = {"app.py": DASH + dedent(text), **{f"{n}.py": t for n, t in others.items()}}
        write_files(tmp_path, files)
        try:
            logins.refuse(discover(tmp_path / "app.py"))
        except BuildError as error:
            return str(error)
        return None

    return check


@pytest.mark.parametrize(
    "text",
    [
        'import dash_auth\ndash_auth.BasicAuth(app, {"anna": "correct-horse"})\n',
        "from flask_login import LoginManager\n",
        "try:\n    import dash_auth\nexcept ImportError:\n    pass\n",
        "from werkzeug.security import check_password_hash\n",
        "from flask import request\n\n\ndef check():\n    return request.authorization.password\n",
        "from hashes import check_password_hash\n",
    ],
)
def test_a_login_is_refused(refused, text):
    message = refused(text)
    assert message.startswith("A login, in a site of static files:\n  app.py:")
    assert "A static site can keep no password" in message
    assert "Protect the host" in message
    assert "correct-horse" not in message


def test_every_place_is_named_once(refused):
    message = refused("import users\nimport flask_login\n", users="import flask_login\n")
    places = [line.strip() for line in message.splitlines() if line.startswith("  ")]
    assert places == ["users.py:1: import of flask_login", "app.py:4: import of flask_login"]


@pytest.mark.parametrize(
    "text",
    [
        "import hashlib\n",
        "from flask import request\nprint(request.path)\n",
        'headers = {"authorization": "none"}\n',
        "from werkzeug.utils import secure_filename\n",
    ],
)
def test_what_is_no_login_is_not(refused, text):
    assert refused(text) is None
