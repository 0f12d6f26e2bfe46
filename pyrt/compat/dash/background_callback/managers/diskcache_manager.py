"""`dash.background_callback.managers.diskcache_manager`."""

from pyrt.managers.diskcache_manager import DiskcacheLongCallbackManager, DiskcacheManager

__all__ = ["DiskcacheLongCallbackManager", "DiskcacheManager"]
