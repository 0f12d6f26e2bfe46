"""Puts packages into an image: what Python imports, and a list of everything else there is.

Python finds a package as an installer would have placed it. Modules are in the image, as bytecode
in `__pycache__`. Their sources, type stubs and what `.dist-info` has beside METADATA are seldom
read: they are one pack for each distribution. All other files have an address of their own,
`pkg/<path>`, which the page uses, too. Packs and these files are fetched when they are read.
"""

from collections.abc import Mapping

from pyrt_build.site import image
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import Files, digest

FOLDER = "pkg/"
_IN_IMAGE = frozenset({"entry_points.txt", "top_level.txt"})


def pack(python: Mapping[str, Files], data: Files) -> tuple[bytes, Files]:
    """Return an image of packages, and the files of the site that go with it.

    Args:
        python: name of each distribution -> its modules with their bytecode, and what else belongs
            into the image, or a pack.
        data: all files that have an address of their own.
    """
    content: Files = {}
    beside = {f"{FOLDER}{path}": found for path, found in data.items()}
    packs = []
    for name, files in sorted(python.items()):
        seldom = {path: found for path, found in files.items() if _is_seldom_read(path, files)}
        content |= {path: found for path, found in files.items() if path not in seldom}
        if not seldom:
            continue
        joined = image.pack_content(seldom)
        url = f"pyrt/sources-{name}-{digest(joined)}.bin"
        beside[url] = joined
        packs.append(image.Pack(url, len(joined), 0, {p: len(f) for p, f in seldom.items()}))
    own = {path: len(found) for path, found in data.items()}
    return image.pack_whole(image.Image(content, own, packs)), beside


def with_bytecode(
    python: Mapping[str, Files], mount: str, compiler: bytecode.Compiler
) -> dict[str, Files]:
    """Add bytecode to the modules of distributions, which are compiled together."""
    everything: Files = {}
    for files in python.values():
        everything |= files
    compiled = bytecode.compiled(everything, mount, compiler, keep_source=True)
    return {
        name: files
        | {
            cached: compiled[cached]
            for path in files
            if path.endswith(".py") and (cached := image.cached_path(path)) in compiled
        }
        for name, files in python.items()
    }


def _is_seldom_read(path: str, files: Files) -> bool:
    top, _, rest = path.partition("/")
    if top.endswith(".dist-info"):
        return rest not in _IN_IMAGE
    return path.endswith(".pyi") or (path.endswith(".py") and image.cached_path(path) in files)
