"""`pyrt --install-completion` and `--show-completion`: completion of command lines by the shell."""

from pathlib import Path

import click
from click import shell_completion

from pyrt_build.console.output import progress, say
from pyrt_build.console.values import Choice

SHELLS = ("bash", "zsh", "fish")
DETECT = "detect"
VARIABLE = "_PYRT_COMPLETE"


def _options() -> list[click.Option]:
    return [
        click.Option(
            [name],
            type=Choice([*SHELLS, DETECT]),
            is_flag=False,
            flag_value=DETECT,
            metavar="[SHELL]",
            expose_value=False,
            callback=callback,
            is_eager=True,
            help=text,
        )
        for name, callback, text in (
            ("--install-completion", _install, "let the shell complete: bash, zsh or fish"),
            ("--show-completion", _show, "print the script that makes the shell complete"),
        )
    ]


def add_options(group: click.Group) -> None:
    """Give a group both options."""
    group.params += _options()


def script(group: click.Command, shell: str) -> str:
    """Return the script that makes a shell complete command lines of `pyrt`."""
    made = shell_completion.get_completion_class(shell)
    assert made is not None
    return made(group, {}, "pyrt", VARIABLE).source()


def install(text: str, shell: str, home: Path) -> Path:
    """Write a script to where a shell reads it; return the file."""
    if shell == "fish":
        path = home / ".config" / "fish" / "completions" / "pyrt.fish"
    else:
        path = home / ".config" / "pyrt" / f"completion.{shell}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if shell != "fish":
        _add_line(home / f".{shell}rc", _loading_line(shell, path))
    return path


def _loading_line(shell: str, path: Path) -> str:
    prepare = "autoload -Uz compinit && compinit; " if shell == "zsh" else ""
    return f"{prepare}source '{path}'  # pyrt --install-completion"


def _add_line(path: Path, line: str) -> None:
    """Add a line to a file, unless it is there."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    if line not in lines:
        path.write_text("\n".join([*lines, line, ""]), encoding="utf-8")


def _shell(given: str) -> str:
    """Return the shell that was given, or the one that runs this command."""
    if given != DETECT:
        return given
    import shellingham

    try:
        found = str(shellingham.detect_shell()[0])
    except shellingham.ShellDetectionFailure:
        found = ""
    if found not in SHELLS:
        known = ", ".join(SHELLS)
        raise click.UsageError(f"{found or 'This shell'} is not known; give one of {known}.")
    return found


def _install(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    del param
    if not value or ctx.resilient_parsing:
        return
    shell = _shell(value)
    path = install(script(ctx.find_root().command, shell), shell, Path.home())
    progress(f"Completion for {shell} is in {path}; a new shell has it.")
    ctx.exit()


def _show(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    del param
    if not value or ctx.resilient_parsing:
        return
    say(script(ctx.find_root().command, _shell(value)))
    ctx.exit()
