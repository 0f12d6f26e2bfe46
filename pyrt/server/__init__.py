"""The bridge server: answers callbacks over HTTP and WebSockets. Never part of a site."""

from pyrt.server.serve import create_app

__all__ = ["create_app"]
