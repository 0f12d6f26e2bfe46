"""Sites beside each other that share their files: each keeps its pages, and what is its own.

pyrt-app.js  pyrt/  pkg/       shared: runtime, snapshot, packages, what pages load
<name>/index.html  assets/     of one site; its addresses of shared files begin with `../`
<name>/pyrt/                   its own image, and what was recorded of it
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyrt_build.errors import BuildError
from pyrt_build.site.manifest import MOUNTS, Files, read_manifest, with_manifest
from pyrt_build.site.plan import ICON
from pyrt_build.site.write import LOCK_FILE

UP = "../"  # from a site to what it shares
_PAGE_SCRIPT = re.compile(rb'(<script [^>]*data-pyrt-page [^>]*?src=")((?:\.{1,2}/)+)')
_SHARED = re.compile(
    r"pkg/|pyrt/(page|worker|agents|runtime|interpreter|snapshot|stdlib|engine|packages|compiled|"
    r"core|sources|wheels?)\b"
)
# Of one site by itself: its host's page for lost addresses, the icon at the root, the lock.
_LEFT_OUT = frozenset({"404.html", ICON, LOCK_FILE})


def split(files: Files) -> tuple[Files, Files]:
    """Return the files of a compressed site that are its own, and those that it shares.

    The site has been planned and compressed with `shared="../"`, which made all other addresses.
    """
    manifest: Any = read_manifest(files)
    for entry, key in _addresses(manifest):
        if _SHARED.match(entry[key]):
            entry[key] = UP + entry[key]
    files = with_manifest(files, manifest)
    own, shared = {}, {}
    for path, data in files.items():
        if _SHARED.match(path):
            shared[path] = data
        elif path not in _LEFT_OUT:
            own[path] = _PAGE_SCRIPT.sub(rb"\1\2../", data) if path.endswith(".html") else data
    return own, shared


def _addresses(manifest: Any) -> Iterator[tuple[Any, str]]:  # noqa: ANN401 -- JSON
    """Yield where a manifest has addresses of files that the builder has named."""
    yield from ((manifest, key) for key in ("page", "worker", "agents") if key in manifest)
    runtime = manifest["runtime"]
    yield from ((runtime, key) for key in ("url", "lockUrl"))
    yield from ((each, "url") for each in runtime["files"] if "url" in each)
    if manifest.get("snapshot"):
        yield manifest["snapshot"], "url"
    for image in manifest["images"]:
        if image["mount"] != MOUNTS["app"]:
            yield image, "url"
            if "rest" in image:
                yield image["rest"], "url"


def join(sites: Iterable[tuple[str, Files]]) -> Files:
    """Return the files of all sites in one folder.

    Args:
        sites: the name of each, and its files, as for `split`.

    Raises:
        BuildError: two sites have a shared file that is not the same.
    """
    result: Files = {}
    owners: dict[str, str] = {}
    for name, files in sites:
        own, shared = split(files)
        for path, data in shared.items():
            owner = owners.setdefault(path, name)
            if result.setdefault(path, data) != data:
                raise BuildError(
                    f"{owner} and {name} need different versions of {path}. Examples of one "
                    "documentation have the same packages: require one version in both."
                )
        licenses = own.pop("LICENSES.txt", b"")
        known = result.setdefault("LICENSES.txt", licenses)
        if licenses not in known:
            result["LICENSES.txt"] = known + b"\n" + licenses
        result |= {f"{name}/{path}": data for path, data in own.items()}
    return result
