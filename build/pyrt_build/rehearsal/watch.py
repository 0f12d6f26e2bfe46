"""A site whose app does not come to an end, changed so that Python says where it is."""

from dataclasses import replace
from importlib import resources

from pyrt_build.site import image
from pyrt_build.site.manifest import MOUNTS, Files, describe_file, read_manifest, with_manifest

MODULE = "pyrt_watch"
VARIABLE = "PYRT_WATCH"  # names the address; pyrt/app/launch.py imports the module if it is set
_URL = "pyrt/packages-watch.img"


def with_watch(files: Files, address: str) -> Files:
    """Return a planned site that posts each line of the app that runs, before it has a snapshot.

    Args:
        files: the site.
        address: where it posts them to.
    """
    manifest = {**read_manifest(files)}
    manifest.pop("snapshot", None)
    images, launch = manifest["images"], manifest["launch"]
    assert isinstance(images, list)
    assert isinstance(launch, dict)
    entry = next(e for e in images if isinstance(e, dict) and e["mount"] == MOUNTS["packages"])
    assert isinstance(entry, dict)
    program = (resources.files("pyrt_build") / "templates" / "watch.py").read_bytes()
    shown = image.read(files[str(entry["url"])])
    packed = image.pack_whole(replace(shown, files={**shown.files, f"{MODULE}.py": program}))
    entry.update(describe_file(_URL, packed))
    variables = launch.get("variables") or {}
    assert isinstance(variables, dict)
    launch["variables"] = variables | {VARIABLE: address}
    return with_manifest(files | {_URL: packed}, manifest)
