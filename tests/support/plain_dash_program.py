"""The program of plain_dash: a Dash app on a WSGI server, with CORS for one origin.

It runs in the environment of a real Dash, which has no module of these tests:

    python plain_dash_program.py APP.py PORT ORIGIN
"""

import runpy
import sys
from pathlib import Path


def allow_origin(application, origin):
    """Wrap a WSGI application: pages of one origin may read what it answers."""
    headers = [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Headers", "content-type"),
    ]

    def wrapped(environment, start_response):
        if environment["REQUEST_METHOD"] == "OPTIONS":
            start_response("204 No Content", headers)
            return []

        def start(status, given, *more):
            return start_response(status, [*given, *headers], *more)

        return application(environment, start)

    return wrapped


def main():
    """Serve an app file, as `python app.py` would."""
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415  # only in that environment

    file, port, origin = sys.argv[1:]
    sys.path[0] = str(Path(file).parent)  # not the folder of these tests
    sys.modules["app"] = module = type(sys)("app")
    vars(module).update(runpy.run_path(file, run_name="app"))
    waitress.serve(allow_origin(module.app.server, origin), port=int(port), host="127.0.0.1")


if __name__ == "__main__":
    main()
