"""Secrets in what is about to travel: found by content, after server code was removed.

A private key or a token in the app's modules or assets stops the build; a data file with one stays
out of the site. What may be a secret is a warning.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pathspec

from pyrt_build.app.config import Layout
from pyrt_build.app.discover import App
from pyrt_build.console.notes import Code, Note
from pyrt_build.errors import BuildError
from pyrt_build.project.files import Verdict, read_file
from pyrt_build.secrets.scanner import Finding, Kind, Level, scan

# Data in which a name and a value stand beside each other.
_CONFIGURATION = frozenset(
    ("", ".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".json", ".properties", ".txt", ".xml")
)
MAX_WARNINGS = 5  # of one file


def keep_secrets_out(app: App) -> list[Note]:
    """Leave out data files with secrets; return notes.

    Raises:
        BuildError: there is a secret in a module or an asset; all of them are named.
    """
    notes = [note for where in sorted(app.data) for note in _judge_data(app, where)]
    certain: list[str] = []
    for where, content in _source(app):
        allowed = where in app.layout.allowed
        found = scan(content, Kind.PYTHON if where in app.modules else Kind.OTHER)
        shown = [f for f in found if f.level is not Level.CERTAIN]
        notes += [_warning(where, finding) for finding in shown[:MAX_WARNINGS] if not allowed]
        lines = [_line(where, f) for f in found if f.level is Level.CERTAIN]
        if allowed:
            app.decisions[where] = Verdict(travels=True, reason="--allow-secret")
        else:
            certain += lines
    if certain:
        raise BuildError(_refusal(certain))
    return notes


def _source(app: App) -> Iterator[tuple[str, bytes]]:
    for where in sorted(app.modules):
        yield where, app.read(where)
    for name, path in sorted(app.assets.items()):
        yield f"{app.assets_folder}/{name}", read_file(path)


def _judge_data(app: App, where: str) -> Iterator[Note]:
    is_configuration = PurePosixPath(where).suffix.lower() in _CONFIGURATION
    kind = Kind.CONFIGURATION if is_configuration else Kind.OTHER
    found = scan(read_file(app.data[where]), kind)
    if not found or _is_wanted(app.layout, where):
        return
    reason = f"it has {found[0]}{_place(found[0])}"
    del app.data[where]
    app.decisions[where] = Verdict(travels=False, reason=reason, is_said=True)
    app.left_out = sorted([*app.left_out, f"{where} ({reason})"])
    yield Note(
        Code.SECRET_LEFT_OUT,
        f"{where} is not part of the site: {reason}. If everyone may read it, name it in include "
        f"of [tool.pyrt] and with --allow-secret {where}",
    )


def _is_wanted(layout: Layout, where: str) -> bool:
    """Tell whether the author has named a file twice: include, and --allow-secret."""
    include = pathspec.GitIgnoreSpec.from_lines(layout.include)
    return where in layout.allowed and include.match_file(where)


def _warning(where: str, finding: Finding) -> Note:
    text = (
        f"{_line(where, finding)}: everyone who opens the site can read it. Give the app what is "
        "secret by a server callback, or by an environment variable of the server"
    )
    return Note(Code.MAY_BE_SECRET, text)


def _refusal(lines: list[str]) -> str:
    some = "There is a secret" if len(lines) == 1 else f"There are {len(lines)} secrets"
    listed = "\n".join(f"  {line}" for line in lines)
    return (
        f"{some} in files that would become part of a public site:\n{listed}\n"
        "Nothing was written. Use it in a server callback, whose code is removed from the site, or "
        "take it out of the file and make it invalid at its issuer. If everyone may have it: "
        "--allow-secret FILE."
    )


def _line(where: str, finding: Finding) -> str:
    return f"{where}{f':{finding.line}' if finding.line else ''}: {finding}"


def _place(finding: Finding) -> str:
    return f" in line {finding.line}" if finding.line else ""
