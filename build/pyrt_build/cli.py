"""The command `pyrt`: its commands put together, and its exit codes.

Exit codes: 0 success; 1 an error, whose message says what to do, or, of `replay`, differences; 2 a
wrong command line; 130 interrupted.
"""

import gc
import sys
from collections.abc import Sequence

import click

from pyrt.model.errors import PyrtError
from pyrt_build import target
from pyrt_build.commands import (
    base,
    build,
    cache,
    celery,
    check,
    completion,
    dev,
    doctor,
    mcp,
    new,
    playground,
    replay,
    serve,
    serve_bridge,
)
from pyrt_build.console import output
from pyrt_build.console.notes import Note, StrictError
from pyrt_build.errors import BuildError

BUG = "This is a bug of pyrt. Please report it, with the lines above and what `pyrt doctor` writes."


@click.group("pyrt", cls=base.Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(target.PYRT_VERSION, prog_name="pyrt", message="%(prog)s %(version)s")
def pyrt() -> None:
    """Dash apps as static sites."""


for module in (
    *(new, dev, check, build, serve, serve_bridge, playground),
    *(mcp, celery, replay, cache, doctor),
):
    pyrt.add_command(module.command)
completion.add_options(pyrt)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What `base.Command` sets once it has read its options, for errors before.
    output.begin(next(iter(given), ""), as_json="--json" in given)
    try:
        code = pyrt.main(
            given, prog_name="pyrt", standalone_mode=False, terminal_width=base.width()
        )
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- a bug is told as well
        return _fail(error)
    finally:
        output.end()
        if arguments is None:
            gc.freeze()  # the process ends: looking for garbage would take a tenth of a short build
    return int(code or 0)


def _fail(error: BaseException) -> int:
    """Write the error that ends the command; return its exit code."""
    kind, text, exit_code = "build", str(error), 1
    notes: Sequence[Note] = ()
    match error:
        case click.ClickException():
            kind, text, exit_code = "usage", base.usage_error(error), error.exit_code
        case StrictError():
            kind, notes = "warnings", error.notes
        case click.Abort() | KeyboardInterrupt():
            kind, text, exit_code = "interrupted", "", 130
        case BuildError() | PyrtError():
            pass
        case _:
            import traceback  # noqa: PLC0415 -- seldom needed

            output.end()
            traceback.print_exception(error)
            kind, text = "internal", BUG
    return output.fail(kind, text, exit_code, notes)


if __name__ == "__main__":
    sys.exit(main())
