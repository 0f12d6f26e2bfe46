"""Command lines of a Procfile, a Dockerfile or a script: what they start."""

import pytest

from pyrt_build.project.start_commands import StartCommand, read_command, read_words


def module(name, attribute="server", **more):
    return StartCommand(module=name, attribute=attribute, **more)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gunicorn app.main:server --workers 2", module("app.main")),
        ("gunicorn -w 4 -k gevent -b 0.0.0.0:$PORT app:server", module("app")),
        ("gunicorn --preload --timeout=90 app:server", module("app")),
        ('gunicorn "app:create_app()"', module("app", "create_app()")),
        ("gunicorn 'app:make(\"prod\", debug=True)'", module("app", 'make("prod", debug=True)')),
        ("gunicorn wsgi", module("wsgi", "application")),
        ("gunicorn --chdir src app:server", module("app", folder="src")),
        ("gunicorn --pythonpath lib,src app:server", module("app", path=("lib", "src"))),
        ("cd dashboard && exec gunicorn app:server", module("app", folder="dashboard")),
        ("PYTHONPATH=src gunicorn tides.app:server", module("tides.app", path=("src",))),
        ("export DEBUG=1; poetry run gunicorn app:server", module("app")),
        ("newrelic-admin run-program gunicorn app:server", module("app")),
        ("conda run -n tides --no-capture-output gunicorn app:server", module("app")),
        ("python -m gunicorn app:server", module("app")),
        ("waitress-serve --port=8050 --call app:create", module("app", "create()")),
        ("uvicorn app:server --port 80", module("app")),
        ("uwsgi --http :80 --module app:server", module("app")),
        ("uwsgi --wsgi-file site/app.py --callable server", module("site.app")),
        ("FLASK_APP=wsgi:server flask run", module("wsgi")),
        ("flask --app 'tides:create()' run", module("tides", "create()")),
        ("python app.py", StartCommand(file="app.py")),
        ("python3 -u ./src/app.py --port 80", StartCommand(file="./src/app.py")),
        (r".venv\Scripts\python.exe app.py", None),
        ("python -W ignore -m tides", StartCommand(module="tides")),
        ("bash -c 'cd x && python y.py'", StartCommand(file="y.py", folder="x")),
        ("python manage.py collectstatic && gunicorn app:server", module("app")),
        ("celery -A app worker", None),
        ("npm start", None),
        ("python -c 'print(1)'", None),
        ("echo 'no end", None),
        ("", None),
    ],
)
def test_what_a_line_starts(text, found):
    assert read_command(text) == found


def test_a_script_is_read_and_the_last_command_counts():
    scripts = {
        "bin/start.sh": "#!/bin/sh\n# start\npython setup_db.py\nexec gunicorn \\\n  app:server\n"
    }
    assert read_command("sh bin/start.sh", scripts.get) == module("app")
    assert read_command("./bin/start.sh", scripts.get) == module("app")
    assert read_command("./bin/other.sh", scripts.get) is None


def test_scripts_that_call_each_other_end():
    assert read_command("./a.sh", lambda _: "./a.sh") is None


def test_a_command_in_parts():
    assert read_words(["gunicorn", "-b", ":80", "app:create_app('x')"]) == module(
        "app", "create_app('x')"
    )
