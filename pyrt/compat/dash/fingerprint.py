"""`dash.fingerprint`."""

from pyrt.app.private_names import build_fingerprint, check_fingerprint

__all__ = ["build_fingerprint", "check_fingerprint"]
