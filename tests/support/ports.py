"""TCP ports of this machine that are reserved for a test."""

import socket


class Port:
    """A port that stays reserved until the object is gone.

    A socket is bound to it and does not listen. A server that sets SO_REUSEADDR, as all servers of
    these tests do, may bind it as well and listen, and again after a restart. No program that asks
    the system for a free port is given this one. While no server listens, clients are refused.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    def __del__(self) -> None:
        self._socket.close()
