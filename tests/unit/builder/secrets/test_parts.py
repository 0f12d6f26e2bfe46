"""What is packed in a file is looked at, too."""

import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from pyrt_build.secrets.parts import parts
from tests.support.traps import picture

TEXT = b"a text to be found, a text to be found, a text to be found"


def packed(kind):
    made = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("in/a.txt", TEXT)
    elif kind == "tar":
        with tarfile.open(fileobj=made, mode="w") as tar:
            info = tarfile.TarInfo("in/a.txt")
            info.size = len(TEXT)
            tar.addfile(info, io.BytesIO(TEXT))
    elif kind == "gz":
        made.write(gzip.compress(TEXT))
    elif kind == "xz":
        made.write(lzma.compress(TEXT))
    elif kind == "png":
        made.write(picture(TEXT.decode(), is_compressed=True))
    elif kind == "utf-16":
        made.write(TEXT.decode().encode("utf-16"))
    return made.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar", "gz", "xz", "png", "utf-16"])
def test_the_content_of_a_packed_file_is_found(kind):
    found = {name for name, data in parts(packed(kind)) if TEXT in data}
    assert ("in/a.txt" if kind in {"zip", "tar"} else "") in found


def test_archives_in_archives_are_opened():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("inner.zip", packed("zip"))
    found = {name for name, data in parts(gzip.compress(made.getvalue())) if TEXT in data}
    assert found == {"inner.zip/in/a.txt"}


@pytest.mark.parametrize("kind", ["zip", "tar", "gz", "xz", "png"])
@pytest.mark.parametrize("length", [4, 20, 300])
def test_a_damaged_file_is_looked_at_as_it_is(kind, length):
    damaged = packed(kind)[:length]
    assert next(parts(damaged)) == ("", damaged)
    assert list(parts(damaged))
