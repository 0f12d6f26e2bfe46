"""What the commands have in common: help that fits the terminal, and their order."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, override

import click

from pyrt_build.app.config import SiteConfig
from pyrt_build.console import output
from pyrt_build.console.notes import refuse_warnings
from pyrt_build.console.values import FILE

MIN_WIDTH = 30  # characters of a line of help
MAX_WIDTH = 100
COLUMN = 30  # at most, of the names of options


def width() -> int:
    """Return the characters that a line may have: as many as the terminal, within limits."""
    return min(max(shutil.get_terminal_size().columns - 1, MIN_WIDTH), MAX_WIDTH)


class Formatter(click.HelpFormatter):
    """Leaves two thirds of a line to what an option does, also in a narrow terminal."""

    @override
    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = COLUMN, col_spacing: int = 2
    ) -> None:
        super().write_dl(list(rows), min(col_max, self.width // 3), col_spacing)


class Context(click.Context):
    """Writes help by `Formatter`."""

    formatter_class = Formatter


class Command(click.Command):
    """One command, with the options of all: how much it writes, and in which form."""

    context_class = Context

    @override
    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        *own, helping = super().get_params(ctx)
        return [*own, *_OUTPUT, helping]

    @override
    def invoke(self, ctx: click.Context) -> object:
        chosen = {name: bool(ctx.meta.get(f"pyrt.{name}")) for name in ("quiet", "verbose")}
        if all(chosen.values()):
            raise click.UsageError("--quiet and --verbose exclude each other.", ctx)
        output.begin(self.name or "", **chosen, as_json=bool(ctx.meta.get("pyrt.as_json")))
        code = super().invoke(ctx)
        if ctx.params.get("strict"):
            refuse_warnings(output.take_notes())
        output.write_kept_notes()
        return code


class Group(click.Group):
    """The commands, listed in the order in which they were added."""

    context_class = Context
    command_class = Command

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    ctx.meta[f"pyrt.{param.name}"] = value


_OUTPUT = [
    click.Option(flags, is_flag=True, expose_value=False, callback=_keep, help=text)
    for flags, text in (
        (["-q", "--quiet"], "write warnings and errors only"),
        (["-v", "--verbose"], "write more about each step"),
        (["--json", "as_json"], "write the result, or the error, as one JSON document"),
    )
]

strict = click.option(
    "--strict", is_flag=True, help="every warning is an error; all are named, nothing is written"
)

fast = click.option("--fast", is_flag=True, help="larger files, compressed in a second")
no_rehearsal = click.option(
    "--no-rehearsal",
    is_flag=True,
    help="do not start what is built; it will have no snapshot and start more slowly",
)
index_url = click.option(
    "--index-url", metavar="URL", help="package index of the build, passed on to pip"
)
_PYODIDE = click.option(
    "--pyodide",
    metavar="DIR|URL|WHEEL",
    help="another source of Pyodide's packages; a wheel as name==version",
)

_ENV = click.option(
    "--env", multiple=True, metavar="NAME=VALUE", help="for the app; may be repeated"
)
_ENV_FILE = click.option(
    "--env-file",
    "env_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="a .env file with variables for the app; may be repeated",
)
_APP = click.argument("app", default="", metavar="[APP.py|DIR|MODULE:ATTRIBUTE]")
_MODULE = click.option(
    "-m", "module", default="", metavar="MODULE", help="the app, as python -m would run it"
)


def app[**P](function: Callable[P, int]) -> Callable[P, int]:
    """Add what names an app: an argument in one of its forms, or `-m`."""
    return _APP(_MODULE(function))


def package_sources[**P](function: Callable[P, int]) -> Callable[P, int]:
    """Add where packages come from: `--pyodide` and `--index-url`."""
    return _PYODIDE(index_url(function))


def environment[**P](function: Callable[P, int]) -> Callable[P, int]:
    """Add what gives the app its variables: `--env` and `--env-file`."""
    return _ENV(_ENV_FILE(function))


def app_config(target: str, module: str = "", **options: Any) -> SiteConfig:  # noqa: ANN401
    """Return the options of a build of an app.

    Args:
        target: the argument that names it.
        module: the value of `-m`.
        options: the other fields.

    Raises:
        UsageError: both are given.
    """
    if target and module:
        raise click.UsageError(f"{target} and -m {module} exclude each other.")
    entry = Path(target or "app.py").absolute()
    return SiteConfig(**{"out": Path(), **options}, entry=entry, target=target, module=module)


def command(name: str, does: str) -> Callable[[Callable[..., Any]], Command]:
    """Return the decorator of a command's function, which returns the exit code.

    `does` stands beside the name in `pyrt --help`; the function's docstring in the command's help.
    """
    return click.command(name, cls=Command, short_help=does)


def usage_error(error: click.ClickException) -> str:
    """Return what is wrong with a command line, and how it would be right."""
    context = getattr(error, "ctx", None)
    if not isinstance(context, click.Context):
        return error.format_message()
    usage = context.get_usage()
    return f"{error.format_message()}\n{usage}\nAll options: {context.command_path} --help"
