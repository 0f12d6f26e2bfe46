"""What is in the files of a site, compressed or not."""

import io
import zipfile

from pyrt_build.site import compression


def everything(path, data):
    """All that is in a file of a site: itself, and what is compressed in it.

    An image is its files one after the other, and need not be taken apart.
    """
    yield path, data
    if data[:4] == b"\x28\xb5\x2f\xfd":
        yield from everything(path.removesuffix(".zst"), compression.decompress(data))
    elif zipfile.is_zipfile(io.BytesIO(data)):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from [(f"{path}: {name}", archive.read(name)) for name in archive.namelist()]
        except (zipfile.BadZipFile, ValueError):
            return  # the ranges of the standard library that a start reads: no whole archive
