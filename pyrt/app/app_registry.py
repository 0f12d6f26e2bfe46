"""The apps of this process: which one a call belongs to, and which one the page shows (S-173)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from pyrt.app import config
from pyrt.app.config import Config
from pyrt.model import failures
from pyrt.model.callback import GLOBAL_CALLBACKS, CallbackRegistry
from pyrt.model.errors import AppNotFoundError
from pyrt.model.failures import StartError


class _App(Protocol):
    """What the registry needs of a `Dash`."""

    config: Config
    server: Any
    callbacks: CallbackRegistry


class AppRegistry[App: _App]:
    """The apps that were made; of these the one made last and the one that was mounted count."""

    def __init__(self) -> None:
        self.all: list[App] = []
        self._last: App | None = None
        self._mounted: App | None = None
        self._of_call: ContextVar[App | None] = ContextVar("app", default=None)

    def add(self, app: App) -> bool:
        """Note an app that was made; False if it is the one made last."""
        if self._last is app:
            return False
        self._last = app
        self.all.append(app)
        return True

    def get(self) -> App:
        """Return what `find` returns.

        Raises:
            AppNotFoundError: there is no app yet.
        """
        app = self.find()
        if app is None:
            raise AppNotFoundError(
                "There is no app for `dash.get_app()` to return yet: call it after "
                "`app = dash.Dash()` or in a module of the pages folder, which is imported when "
                "the app exists."
            )
        return app

    def find(self) -> App | None:
        """Return the app whose callback runs, else the mounted one, else the last; None without."""
        return self._of_call.get() or self._mounted or self._last

    @contextmanager
    def serving(self, app: App) -> Iterator[None]:
        """Make this app the current one in this context, tasks included: its callbacks run."""
        token = self._of_call.set(app)
        try:
            with config.serving(app.config), GLOBAL_CALLBACKS.passing_to(app.callbacks):
                yield
        finally:
            self._of_call.reset(token)

    def choose(self, value: object, entry: str) -> App:
        """Return the app to show, and mount it.

        Args:
            value: an app, or the server of one, if the command line names it; or any other object.
            entry: path of the app's file, for the message.

        Raises:
            StartError: there is no app.
        """
        named = (app for app in self.all if value is app or value is app.server)
        app = next(named, None) or self.find()
        if app is None:
            raise StartError(failures.explain_no_app(entry))
        self.mount(app)
        return app

    def mount(self, app: App) -> None:
        """Make this the app of the page."""
        self._mounted = app
        config.use(app.config)

    def forget(self) -> None:
        """Forget all apps, before the app's script runs again."""
        self._last = self._mounted = None
        self.all.clear()
        config.use(Config())

    def keep(self) -> Callable[[], None]:
        """Return what brings back the apps that are here now, and the settings of the mounted."""
        made, last, mounted, settings = [*self.all], self._last, self._mounted, config.current()

        def put_back() -> None:
            self.all[:] = made
            self._last, self._mounted = last, mounted
            config.use(settings)

        return put_back
