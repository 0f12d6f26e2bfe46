"""The anywidget of an output: it passes messages on, and knows nothing of apps."""

import secrets
from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from pyrt.notebook import files
from pyrt.notebook.last_state import state_class
from pyrt.notebook.options import Options
from pyrt.notebook.page import AppPages


class AppWidget(anywidget.AnyWidget):  # type: ignore[misc]  # it has no types
    """An app in the output of a cell.

    Args:
        pages: gets the messages of the browser.
        options: size of the frame.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _app = traitlets.Dict().tag(sync=True)
    _model = traitlets.Unicode().tag(sync=True)

    def __init__(self, pages: AppPages, options: Options) -> None:
        self.state_name = secrets.token_hex(8)
        described = {
            **pages.describe(),
            "height": options.height,
            "width": options.width,
            "stateClass": state_class(self.state_name),
        }
        super().__init__(_esm=files.read_static("widget.js").decode(), _app=described)
        self._model = self.model_id
        self._pages = pages
        pages.send = self._send_message
        pages.close = self.close
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"<the app {self._app['title']!r} in a notebook>"

    def _repr_mimebundle_(self, **options: Any) -> Any:  # noqa: ANN401
        """Return the view, and nothing for a file that has no widgets: the state stands above."""
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = "<span></span>"
        return bundle

    def _send_message(self, message: Any, buffers: Sequence[bytes]) -> None:  # noqa: ANN401
        self.send(message, list(buffers))

    def _receive(self, _widget: object, message: Any, _buffers: object) -> None:  # noqa: ANN401
        self._pages.receive(message)
