"""Content for `dcc.Download`: `dcc.send_file`, `send_bytes`, `send_string`, `send_data_frame`.

Each returns the value of the component's `data` property: `{content, filename, type, base64}`. The
content of binary files is in base64.
"""

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from ntpath import basename  # splits at both kinds of slashes
from pathlib import Path
from types import MappingProxyType

type Data = dict[str, object]


def send_file(
    path: str | Path,
    filename: str | None = None,
    type: str | None = None,  # noqa: A002  # Dash's name
) -> Data:
    """Return the content of a file, under its own name unless `filename` is given."""
    return send_bytes(Path(path).read_bytes(), filename or basename(path), type)


def send_bytes(
    src: bytes | Callable[..., object],
    filename: str,
    type: str | None = None,  # noqa: A002  # Dash's name
    **kwargs: object,
) -> Data:
    """Return bytes, or those that `src(buffer, **kwargs)` writes into a binary buffer."""
    content = src if isinstance(src, bytes) else _collect(_OpenBytes(), src, kwargs).getvalue()
    return {
        "base64": True,
        "content": b64encode(content).decode(),
        "filename": filename,
        "type": type,
    }


def send_string(
    src: str | Callable[..., object],
    filename: str,
    type: str | None = None,  # noqa: A002  # Dash's name
    **kwargs: object,
) -> Data:
    """Return text, or that which `src(buffer, **kwargs)` writes into a text buffer."""
    content = src if isinstance(src, str) else _collect(_OpenText(), src, kwargs).getvalue()
    return {"base64": False, "content": content, "filename": filename, "type": type}


def send_data_frame(
    writer: Callable[..., object],
    filename: str,
    type: str | None = None,  # noqa: A002  # Dash's name
    **kwargs: object,
) -> Data:
    """Return the output of a writer of a pandas DataFrame, such as `frame.to_csv`.

    Raises:
        ValueError: the writer is not one of those known to write text or bytes.
    """
    send = _SENDERS.get(writer.__name__)
    if send is None:
        raise ValueError(
            f"The provided writer ({writer.__name__}) is not supported. Known are "
            f"{', '.join(_SENDERS)}; for others, call send_string or send_bytes."
        )
    return send(writer, filename, type, **kwargs)


_SENDERS: Mapping[str, Callable[..., Data]] = MappingProxyType(
    {
        **dict.fromkeys(("to_csv", "to_json", "to_html"), send_string),
        **dict.fromkeys(
            ("to_excel", "to_feather", "to_parquet", "to_msgpack", "to_stata", "to_pickle"),
            send_bytes,
        ),
    }
)


class _OpenBytes(io.BytesIO):
    """A buffer that can be read after `close`, which some writers of pandas call."""

    def close(self) -> None:
        pass


class _OpenText(io.StringIO):
    """The same for text."""

    def close(self) -> None:
        pass


def _collect[B: (_OpenBytes, _OpenText)](
    buffer: B, write: Callable[..., object], kwargs: dict[str, object]
) -> B:
    write(buffer, **kwargs)
    return buffer
