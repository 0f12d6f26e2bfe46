"""`pyrt build --watch`: a build after each change. One that fails leaves the last site."""

import time
from pathlib import Path

from pyrt.model.errors import PyrtError
from pyrt_build import build
from pyrt_build.app.config import SiteConfig
from pyrt_build.console.output import progress, say, take_notes
from pyrt_build.dev.app_build import AppBuild
from pyrt_build.dev.watcher import Watcher
from pyrt_build.errors import BuildError


def build_again(config: SiteConfig) -> None:
    """Build, and build again whenever a file that the build has read changes, until interrupted.

    Raises:
        BuildError: of the first build, which says which files there are.
    """
    app = AppBuild(config)
    watcher = Watcher(app.read_files, app.watched)
    app.read()
    build.build(config).write()
    say("Watching for changes (Ctrl-C ends it)")
    try:
        for changed in watcher.changes():
            # The site itself may be in a folder that is watched.
            own = {path for path in changed if path not in {config.out, config.out.parent}}
            if own:
                _build_once(app, own)
            watcher.built()
    except KeyboardInterrupt:
        say("")


def _build_once(app: AppBuild, changed: set[Path]) -> None:
    names = ", ".join(sorted(path.name for path in changed))
    progress(f"{time.strftime('%H:%M:%S')}  {names}")
    try:
        app.read()
        build.build(app.config).write()
    except (BuildError, PyrtError, OSError) as error:
        take_notes()
        progress(f"{error}\nThe site of the build before stays.")
