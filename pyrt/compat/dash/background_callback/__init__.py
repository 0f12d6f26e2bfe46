"""`dash.background_callback`: the managers under the names Dash gives them."""

from .managers.celery_manager import (
    CeleryLongCallbackManager,
    CeleryManager,
)
from .managers.diskcache_manager import (
    DiskcacheLongCallbackManager,
    DiskcacheManager,
)

__all__ = [
    "CeleryLongCallbackManager",
    "CeleryManager",
    "DiskcacheLongCallbackManager",
    "DiskcacheManager",
]
