"""Single files of apps, made of sites that are built already: only the last step of a build."""

import base64

from pyrt_build.app.discover import discover
from pyrt_build.single_file.pack import pack
from pyrt_build.site import compression


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


def read_back(text, size):
    """Decode the text of a file as web/src/embedded/text.ts does, one byte after the other."""
    packed = base64.b64decode(text[size:], validate=True)
    bits = iter("".join(f"{byte:08b}" for byte in packed))
    meaning = {"0": b"\n", "10": b"\r", "11": b">"}
    out = bytearray()
    for number in text[:size]:
        byte = bytes([number])
        if byte == b"\n":
            choice = next(bits)
            byte = meaning[choice if choice == "0" else choice + next(bits)]
        out += byte
    return bytes(out)
