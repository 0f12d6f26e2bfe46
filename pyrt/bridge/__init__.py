"""Callbacks whose function runs elsewhere: the callback protocol over HTTP and WebSocket."""
