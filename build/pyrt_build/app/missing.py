"""Files of the project that a start asked for, and that are not part of the site."""

import re
from collections.abc import Iterator

from pyrt_build.app.discover import App
from pyrt_build.app.leaks import keep_secrets_out
from pyrt_build.console.notes import Code, Note
from pyrt_build.project.files import Verdict

IN_SITE = "/app/"  # the root in the browser
LEAVES_OUT = " leaves it out"  # the end of the reason of a rule of .gitignore or .dockerignore


def admit_ignored(app: App, text: str) -> list[Note]:
    """Let files travel that only an ignore file left out, as the start opens them.

    Args:
        app: the app; its data is changed.
        text: the error of the start.

    Returns:
        Notes about these files; nothing if there are none.
    """
    notes = []
    for where in _asked_for(app, text):
        reason = app.decisions[where].reason
        if not reason.endswith(LEAVES_OUT):
            continue
        said = f"the start opens it, although {reason}"
        app.data[where] = app.folder / where
        app.decisions[where] = Verdict(travels=True, reason=said, is_said=True)
        app.left_out = [line for line in app.left_out if not line.startswith(f"{where} (")]
        notes.append(Note(Code.IGNORED_TRAVELS, f"{where} is part of the site: {said}"))
    return [*notes, *keep_secrets_out(app)] if notes else []


def explain_missing(app: App, text: str) -> list[str]:
    """Return a sentence for each file that an error names and that was left out."""
    return [
        f"{where} is in the project, and not part of the site: {app.decisions[where].reason}. "
        "include in [tool.pyrt] names files that are to be."
        for where in _asked_for(app, text)
    ]


def _asked_for(app: App, text: str) -> Iterator[str]:
    """Yield the files that were left out and that a text names in quotes."""
    named = {
        quoted.removeprefix(IN_SITE).removeprefix("./")
        for quoted in re.findall(r"'([^'\n]{1,300})'", text)
    }
    for where, verdict in app.decisions.items():
        if not verdict.travels and any(where == n or where.endswith(f"/{n}") for n in named if n):
            yield where
