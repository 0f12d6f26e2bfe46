"""Wheels that tests make: of given files, with metadata as an installer expects it."""

import base64
import hashlib
import zipfile


def make_wheel(folder, name, files, *, info=None, description=""):
    """Write a pure wheel, the same one for the same files; return its path.

    Args:
        folder: where it is written.
        name: of the distribution and, as is usual, of its package; the version is 1.0.
        files: path -> bytes.
        info: further files of `.dist-info`.
        description: the long description in METADATA.
    """
    dist_info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\n{description}\n"
    about = {"METADATA": metadata.encode(), "WHEEL": b"Wheel-Version: 1.0\n", **(info or {})}
    content = files | {f"{dist_info}/{path}": data for path, data in about.items()}
    record = "".join(_record_line(path, data) for path, data in content.items())
    content[f"{dist_info}/RECORD"] = f"{record}{dist_info}/RECORD,,\n".encode()
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for where, data in content.items():
            archive.writestr(zipfile.ZipInfo(where), data)
    return path


def _record_line(path, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    name = f'"{path}"' if "," in path else path
    return f"{name},sha256={digest},{len(data)}\n"
