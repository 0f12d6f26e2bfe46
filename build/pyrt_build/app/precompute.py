"""Whether an app wants results of callbacks to be computed when its site is built."""

from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings


def is_precompute_wanted(app: App, settings: Settings) -> bool:
    """Return whether the settings name callbacks, or the app's code has `precompute=`."""
    return bool(settings.precompute) or any("precompute" in app.read(m) for m in app.modules)
