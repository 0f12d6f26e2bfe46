"""`pyrt check`: what would go wrong with an app in a tab, by reading it."""

import click

from pyrt_build.commands import base


@base.command("check", "say what would go wrong in a tab, without running the app")
@base.app
@click.option("--sarif", "as_sarif", is_flag=True, help="write SARIF, for code scanners")
def command(app: str, module: str, *, as_sarif: bool) -> int:
    """Say what would go wrong with an app in a tab, without running it.

    Each finding has file, line and a code, which docs/messages.md explains. A comment
    `# pyrt: ignore[PY301]` on its line silences it. The exit code is 1 if there are findings.
    """
    from pyrt_build.check import report
    from pyrt_build.check.check import check

    checked = check(base.app_config(app, module))
    if as_sarif:
        click.echo(report.sarif(checked))
    else:
        report.write(checked)
    return 1 if checked.findings else 0
