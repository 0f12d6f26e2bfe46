"""Single files of apps, made of sites that are built already: only the last step of a build."""

from pyrt_build.app.discover import discover
from pyrt_build.single_file.pack import pack
from pyrt_build.site import compression

_BACK = {"\\": b"\\", "0": b"\0", "r": b"\r", "l": b"<"}


def pack_site(site, app, out, *, small=False):
    """Write the single file of a site to `out`.

    Args:
        site: the folder of a site, as `BuiltSites.site` gives it.
        app: the app file that it was built of.
        out: path of the file.
        small: without the snapshot.
    """
    files = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(pack(files, discover(app), compression.FAST, small=small, debug=False))
    return out


def read_back(text):
    """Decode the text of a file as web/src/embedded/text.ts does, one byte after the other."""
    out, at = bytearray(), 0
    while at < len(text):
        byte = text[at : at + 1]
        if byte == b"\\":
            at += 1
            byte = _BACK[chr(text[at])]
        out += byte
        at += 1
    return bytes(out)
