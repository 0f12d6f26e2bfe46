"""How many examples: few in `make check`; `EXAMPLES=10000 pytest tests/property` looks longer."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "check",
    max_examples=int(os.environ.get("EXAMPLES", "100")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("check")
