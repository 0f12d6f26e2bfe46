"""The commands `pyrt build`, `serve`, `serve-bridge`, `celery` and `replay`.

Exit codes: 0 success; 1 an error, whose message says what to do, or, of `replay`, differences; 2 a
wrong command line; 130 interrupted.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pyrt.model.errors import PyrtError
from pyrt_build import build, serve, target
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.settings import read_settings
from pyrt_build.console import progress, say
from pyrt_build.errors import BuildError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (BuildError, PyrtError) as error:
        progress(f"pyrt: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pyrt", description="Dash apps as static sites.")
    parser.add_argument("--version", action="version", version=f"pyrt {target.PYRT_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands.add_parser("build", help="turn an app into a folder of static files"))
    _add_serve(commands.add_parser("serve", help="serve such a folder on this machine"))
    _add_bridge(commands.add_parser("serve-bridge", help="answer an app's server callbacks"))
    _add_celery(commands.add_parser("celery", help="start a Celery worker for an app's jobs"))
    _add_replay(commands.add_parser("replay", help="play the message log of a page again"))
    return parser


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_build)
    parser.add_argument("app", nargs="?", type=Path, default=Path("app.py"), metavar="APP.py")
    parser.add_argument("-o", "--out", type=Path, default=Path("dist"), metavar="DIR")
    parser.add_argument(
        "--base-url",
        type=_base_url,
        default="",
        metavar="PATH",
        help="URL path the site will be served under, for 404.html",
    )
    parser.add_argument("--debug", action="store_true", help="dev tools, message log, source maps")
    parser.add_argument("--cdn", action="store_true", help="leave Pyodide's files on its CDN")
    rehearsal = parser.add_mutually_exclusive_group()
    rehearsal.add_argument(
        "--rehearsal",
        choices=("auto", "require"),
        default="auto",
        help="start the site once in a browser: if there is one, or fail without",
    )
    rehearsal.add_argument(
        "--no-rehearsal",
        dest="rehearsal",
        action="store_const",
        const="skip",
        help="do not start the site; it will have no snapshot and start more slowly",
    )
    parser.add_argument(
        "--precompress",
        action="store_true",
        help="add X.br and X.gz beside files, for hosts that send such copies",
    )
    parser.add_argument("--pyodide", metavar="DIR|URL", help="another Pyodide distribution")
    parser.add_argument("--index-url", metavar="URL", help="package index, passed on to pip")
    parser.add_argument("--requirements", type=Path, metavar="FILE")
    parser.add_argument("--bridge", metavar="URL", help="where server callbacks are answered")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_serve)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"), metavar="DIR")
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--host", default="127.0.0.1")


def _add_bridge(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_serve_bridge)
    parser.add_argument("app", nargs="?", type=Path, default=Path("app.py"), metavar="APP.py")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8060)
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        type=_origin,
        metavar="URL",
        help="a site whose pages may call it, as https://example.org; may be repeated",
    )
    parser.add_argument("--max-body", type=_bytes, metavar="SIZE", help="of a request: 512K, 16M")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument(
        "--secret",
        default=os.environ.get("PYRT_BRIDGE_SECRET", ""),
        help="signs job handles; better given as PYRT_BRIDGE_SECRET",
    )
    parser.add_argument("--debug", action="store_true", help="tell pages what exceptions say")


def _add_celery(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_celery)
    parser.add_argument("app", type=Path, metavar="APP.py")
    parser.add_argument(
        "options", nargs="*", metavar="-- OPTION", help="for `celery worker`: -- --concurrency 4"
    )


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_replay)
    parser.add_argument("log", type=Path, metavar="LOG")
    parser.add_argument("app", type=Path, metavar="APP.py")


def _origin(text: str) -> str:
    if not re.fullmatch(r"https?://[^/?#@]+/?|\*", text):
        raise argparse.ArgumentTypeError(f"{text!r} must be an origin such as https://example.org")
    return text.rstrip("/")


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} must be a size such as 16M")
    return int(found[1]) * (1 << 10 * " KMG".index(found[2] or " "))


def _base_url(text: str) -> str:
    if text and not re.match(r"/[^?#]*$", text):
        raise argparse.ArgumentTypeError(f"{text!r} must be a URL path such as /reports/")
    return f"{text.rstrip('/')}/" if text else ""


def _build(options: argparse.Namespace) -> int:
    config = SiteConfig(
        entry=options.app.absolute(),
        out=options.out.absolute(),
        base_url=options.base_url,
        debug=options.debug,
        cdn=options.cdn,
        rehearsal=options.rehearsal,
        precompress=options.precompress,
        pyodide=options.pyodide,
        index_url=options.index_url,
        requirements=options.requirements,
        bridge=options.bridge,
    )
    say(build.build(config))
    return 0


def _serve(options: argparse.Namespace) -> int:
    serve.serve(options.folder, options.host, options.port)
    return 0


def _serve_bridge(options: argparse.Namespace) -> int:
    from pyrt.server.serve import read_variables, serve  # noqa: PLC0415  # imports the engine

    if not options.app.is_file():
        raise BuildError(f"There is no app {options.app}. Give the path of a Python file.")
    given = read_variables()
    config = SiteConfig(entry=options.app.absolute(), out=Path())
    settings = replace(
        given,
        app=config.entry,
        named=[*given.named, *read_settings(config).server],
        origins=options.origin or given.origins,
        max_body=options.max_body or given.max_body,
        secret=options.secret,
        debug=options.debug,
    )

    def announce() -> None:
        say(f"Answering for {options.app} on http://{options.host}:{options.port}")

    serve(settings, options.host, options.port, options.workers, announce)
    return 0


def _celery(options: argparse.Namespace) -> int:
    from pyrt.server.serve import run_celery_worker  # noqa: PLC0415  # imports the engine

    run_celery_worker(options.app.absolute(), options.options)
    return 0


def _replay(options: argparse.Namespace) -> int:
    from pyrt_build.replay import replay  # noqa: PLC0415  # imports the engine

    differences = replay(options.log, options.app)
    for difference in differences:
        say(str(difference))
    count = len(differences)
    verdict = f"{count} prop{'s differ' if count > 1 else ' differs'}."
    say(verdict if count else "Every output is the same.")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
