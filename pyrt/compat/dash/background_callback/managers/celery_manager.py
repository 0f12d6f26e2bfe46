"""`dash.background_callback.managers.celery_manager`."""

from pyrt.managers.celery_manager import CeleryLongCallbackManager, CeleryManager

__all__ = ["CeleryLongCallbackManager", "CeleryManager"]
