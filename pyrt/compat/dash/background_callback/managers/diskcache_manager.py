"""`dash.background_callback.managers.diskcache_manager`."""

from pyrt.background.diskcache_manager import DiskcacheLongCallbackManager, DiskcacheManager

__all__ = ["DiskcacheLongCallbackManager", "DiskcacheManager"]
