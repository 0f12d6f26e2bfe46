"""`pyrt doctor`: what this machine has of all that a build needs."""

from pyrt_build.commands import base
from pyrt_build.console.output import result, say, step


@base.command("doctor", "say what a build finds here, for a bug report")
def command() -> int:
    """Say which versions, programs, caches and hosts a build finds on this machine.

    The text is for a bug report: credentials are taken out of it. The exit code is 1 if something
    that a build needs is missing.
    """
    from pyrt_build.doctor import report

    with step("Looking at programs, caches and hosts"):
        made = report.make()
    result(made.as_json())
    say("\n".join(made.lines()))
    return 0 if made.is_complete else 1
