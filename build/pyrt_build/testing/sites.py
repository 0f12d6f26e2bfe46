"""Sites of a test run: built once each, and served until the run ends."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pyrt.model.errors import PyrtError
from pyrt_build.app.config import SiteConfig
from pyrt_build.build import build
from pyrt_build.console import output
from pyrt_build.errors import BuildError
from pyrt_build.serve import make_server


class Sites:
    """Builds and serves.

    Args:
        folder: for the sites.
        stack: ends what serves them.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._addresses: dict[str, str] = {}

    def address(self, app: str | Path, options: Mapping[str, Any]) -> str:
        """Return the address of an app's site, with a slash at its end; fail the test without one.

        Args:
            app: as on the command line of `pyrt build`.
            options: fields of `SiteConfig`.
        """
        key = repr((str(Path.cwd()), str(app), sorted(options.items())))
        if key not in self._addresses:
            out = self._folder / str(len(self._addresses)) / "site"
            try:
                self._build(str(app), out, options)
            except (BuildError, PyrtError) as error:
                pytest.fail(f"pyrt build {app}: {error}", pytrace=False)
            self._addresses[key] = self._serve(out)
        return self._addresses[key]

    @staticmethod
    def _build(app: str, out: Path, options: Mapping[str, Any]) -> None:
        output.begin("build", quiet=True, as_json=False)
        given = {"rehearsal": "skip", "compression": "fast", **options}
        try:
            config = SiteConfig(entry=Path(app).absolute(), out=out, target=app, **given)
        except TypeError as error:
            raise BuildError(f"pyrt_site takes the options of a build: {error}.") from None
        build(config)
        output.take_notes()

    def _serve(self, folder: Path) -> str:
        server = make_server(folder, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}/"
