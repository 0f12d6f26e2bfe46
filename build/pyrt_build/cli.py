"""The command `pyrt`: its commands put together, and its exit codes.

Exit codes: 0 success; 1 an error, whose message says what to do, or, of `replay`, differences; 2 a
wrong command line; 130 interrupted.
"""

import sys
from collections.abc import Sequence

import click

from pyrt.model.errors import PyrtError
from pyrt_build import target
from pyrt_build.commands import (
    base,
    build,
    celery,
    completion,
    doctor,
    replay,
    serve,
    serve_bridge,
)
from pyrt_build.console import output
from pyrt_build.console.notes import StrictError
from pyrt_build.errors import BuildError


@click.group("pyrt", cls=base.Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(target.PYRT_VERSION, prog_name="pyrt", message="%(prog)s %(version)s")
def pyrt() -> None:
    """Dash apps as static sites."""


for module in (build, serve, serve_bridge, celery, replay, doctor):
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
    except click.ClickException as error:
        return output.fail("usage", base.usage_error(error), error.exit_code)
    except StrictError as error:
        return output.fail("warnings", str(error), 1, error.notes)
    except (BuildError, PyrtError) as error:
        code = error.exit_code if isinstance(error, BuildError) else 1
        return output.fail("build", str(error), code)
    except (click.Abort, KeyboardInterrupt):
        return output.fail("interrupted", "", 130)
    finally:
        output.end()
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main())
