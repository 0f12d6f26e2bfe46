"""Signed ids of jobs and of their results: a page can neither forge them nor use those of another.

A signed id is `value~mac`. The code binds the value to its callback, and to the page load it was
made for (`endId`, if the page sends one), so that it is refused for any other callback or page.
"""

import hmac
from hashlib import sha256

_SEPARATOR = "~"
_HASH_CHARS = 16  # of a callback's hash, within the value


class Signer:
    """Signs ids and checks signatures.

    Args:
        secret: the same in all processes of one server.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, kind: str, callback_id: str, end_id: str, value: str) -> str:
        """Return a signed id.

        Args:
            kind: `job` or `cacheKey`.
            callback_id: Dash's name of the callback.
            end_id: of the page load; empty if the page sent none.
            value: what the id stands for.
        """
        text = f"{_hash(callback_id)}.{value}"
        return f"{text}{_SEPARATOR}{self._mac(kind, end_id, text)}"

    def read(self, kind: str, end_id: str, signed_id: str) -> tuple[str, str] | None:
        """Return the callback's hash and the value; None if the signature is wrong."""
        text, separator, mac = signed_id.rpartition(_SEPARATOR)
        if not separator or not mac.isascii():
            return None
        if not hmac.compare_digest(mac, self._mac(kind, end_id, text)):
            return None
        callback_hash, _, value = text.partition(".")
        return callback_hash, value

    @staticmethod
    def is_for(callback_hash: str, callback_id: str) -> bool:
        """Return whether the hash in an id is that of a callback."""
        return callback_hash == _hash(callback_id)

    def _mac(self, kind: str, end_id: str, text: str) -> str:
        message = f"{kind}\0{end_id}\0{text}".encode()
        return hmac.new(self._secret, message, sha256).hexdigest()


def _hash(callback_id: str) -> str:
    return sha256(callback_id.encode()).hexdigest()[:_HASH_CHARS]
