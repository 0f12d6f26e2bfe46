"""Start commands in the files of hosts."""

import pytest

from pyrt_build.project.host_files import HostStart, read_host_files

RENDER = """
services:
  - {type: worker, name: jobs, startCommand: celery -A app worker}
  - {type: web, name: board, rootDir: web/, startCommand: gunicorn app:server}
  - {type: web, name: image, dockerCommand: python app.py}
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "render.yaml",
            RENDER,
            [
                ("gunicorn app:server", "web", ", service board"),
                ("python app.py", "", ", service image"),
            ],
        ),
        (
            "app.yaml",
            "runtime: python312\nentrypoint: gunicorn a:b",
            [("gunicorn a:b", "", ": entrypoint")],
        ),
        ("app.yaml", "runtime: python312", []),
        ("heroku.yml", "run: {web: gunicorn a:b, worker: x}", [("gunicorn a:b", "", ": run.web")]),
        (
            "heroku.yml",
            "run: {web: {command: [cd x, python a.py]}}",
            [("cd x && python a.py", "", ": run.web")],
        ),
        (
            "fly.toml",
            "[processes]\napp = 'python a.py'\n",
            [("python a.py", "", ": processes.app")],
        ),
        (
            "railway.toml",
            "[deploy]\nstartCommand = 'python a.py'\n",
            [("python a.py", "", ": deploy.startCommand")],
        ),
        (
            "railway.json",
            '{"deploy": {"startCommand": "python a.py"}}',
            [("python a.py", "", ": deploy.startCommand")],
        ),
        ("nixpacks.toml", "[start]\ncmd = 'python a.py'\n", [("python a.py", "", ": start.cmd")]),
    ],
)
def test_what_a_file_starts(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [HostStart(text, folder, f"{name}{origin}") for text, folder, origin in expected]
    assert [*read_host_files(tmp_path)] == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("render.yaml", "services: [}"),
        ("render.yaml", "- a list"),
        ("render.yaml", "services: {startCommand: x}"),
        ("fly.toml", "processes = 3"),
        ("railway.json", '{"deploy": ['),
        ("app.yaml", "entrypoint: [python, a.py]"),
    ],
)
def test_a_file_of_another_form_says_nothing(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert not [*read_host_files(tmp_path)]
