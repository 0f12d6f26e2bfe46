"""The server of an app: callbacks over HTTP and WebSockets, and background jobs.

Runs in the processes of `pyrt serve-bridge` and `pyrt celery`, never in a browser. Read `serve`
first, then `asgi`, `service`, and `jobs`.
"""

from pyrt.server.serve import create_app

__all__ = ["create_app"]
