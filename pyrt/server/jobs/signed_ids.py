"""Job handles: names of jobs in the hands of pages, which cannot be forged or passed on.

A handle is `value~mac`. The code binds the value to the callback it belongs to and to the page load
it was given to (`endId`, if the page names one), so that a handle of one job is of no use for
another. This module imports nothing of pyrt.
"""

import hmac
from hashlib import sha256

_MARK = "~"
_SHORT = 16  # characters of a callback's hash within the value


class Seal:
    """Signs handles.

    Args:
        secret: the same in all processes of one bridge.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, kind: str, callback_id: str, end_id: str, value: str) -> str:
        """Return a handle.

        Args:
            kind: `job` or `cacheKey`.
            callback_id: Dash's name of the callback.
            end_id: of the page load, or nothing.
            value: what the handle stands for.
        """
        text = f"{_short(callback_id)}.{value}"
        return f"{text}{_MARK}{self._mac(kind, end_id, text)}"

    def read(self, kind: str, end_id: str, handle: str) -> tuple[str, str] | None:
        """Return the hash of the callback and the value; None for a handle that is not ours."""
        text, mark, mac = handle.rpartition(_MARK)
        if not mark or not mac.isascii():
            return None
        if not hmac.compare_digest(mac, self._mac(kind, end_id, text)):
            return None
        short, _, value = text.partition(".")
        return short, value

    @staticmethod
    def belongs(short: str, callback_id: str) -> bool:
        """Return whether a hash in a handle is that of a callback."""
        return short == _short(callback_id)

    def _mac(self, kind: str, end_id: str, text: str) -> str:
        message = f"{kind}\0{end_id}\0{text}".encode()
        return hmac.new(self._secret, message, sha256).hexdigest()


def _short(callback_id: str) -> str:
    return sha256(callback_id.encode()).hexdigest()[:_SHORT]
