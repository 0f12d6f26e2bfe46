"""What `app.run(jupyter_...)` says of the output, and what pyrt answers to each mode of Dash."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyrt.model.errors import PyrtError

_MODES = ("inline", "external", "jupyterlab", "tab", "_none")

# Modes of Dash that need the address of a server -> what to do instead.
_NOTES: Mapping[str, str] = {
    "external": "the app has no address, as no server runs: it is shown here.",
    "tab": (
        "the app has no address for a tab of the browser: it is shown here. In JupyterLab, "
        "right-click it and choose Create New View for Output."
    ),
    "jupyterlab": (
        "the app is shown here. For a tab of JupyterLab, right-click it and choose "
        "Create New View for Output."
    ),
}


class OptionError(PyrtError, ValueError):
    """An argument of `app.run` for notebooks has a value that Dash does not have."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an app is shown.

    Attributes:
        height: in pixels; None for the height of its content.
        width: a length of CSS.
        debug: whether the developer tools are shown; None: unless the app says otherwise.
        note: what to say above the app; empty for nothing.
        is_exported_live: whether the output has the app itself, for a notebook that is exported.
    """

    height: int | None = None
    width: str = "100%"
    debug: bool | None = None
    note: str = ""
    is_exported_live: bool = False


def read_options(
    mode: str | None,
    height: object,
    width: object,
    *,
    debug: object,
    export: object = None,
) -> Options | None:
    """Return the options of `app.run`; None if nothing is to be shown.

    Args:
        mode: `jupyter_mode`, in any case; None for "inline".
        height: `jupyter_height`: pixels, as a number or text ("400", "400px").
        width: `jupyter_width`: a length of CSS, or pixels.
        debug: of `app.run`.
        export: "live", or None for the last state of the page.

    Raises:
        OptionError: a value that Dash does not accept.
    """
    chosen = "inline" if mode is None else str(mode).lower()
    if chosen not in _MODES:
        accepted = ", ".join(repr(each) for each in _MODES[:-1])
        raise OptionError(f"jupyter_mode={mode!r} is no way to show an app. Give {accepted}.")
    if export not in (None, "live"):
        raise OptionError(
            f'export={export!r} is no way to export an app. Give "live", which puts the app itself '
            "into the saved notebook, or leave it out for its last state."
        )
    if chosen == "_none":
        return None
    return Options(
        height=_pixels(height),
        width=f"{width}px" if isinstance(width, int) else str(width),
        debug=None if debug is None else bool(debug),
        note=_NOTES.get(chosen, ""),
        is_exported_live=export == "live",
    )


def _pixels(height: object) -> int:
    text = str(height).removesuffix("px")
    try:
        pixels = int(float(text))
    except ValueError:
        pixels = 0
    if pixels <= 0:
        raise OptionError(f"jupyter_height={height!r} is no height. Give a number of pixels: 650.")
    return pixels
