"""Sites beside each other: what each keeps, what they share, and the addresses of that."""

import json
from typing import Any

import pytest

from pyrt_build.documentation import share
from pyrt_build.errors import BuildError
from pyrt_build.site.manifest import read_manifest

HEAD = '<script type="application/json" id="pyrt-manifest">'


def site(app="1", library=b"lib()"):
    manifest = {
        "page": "pyrt/page-1.js",
        "worker": "pyrt/worker-1.js",
        "runtime": {
            "url": "pyrt/runtime-1/",
            "lockUrl": "pyrt/runtime-1/pyodide-lock.json",
            "files": [{"name": "a"}, {"name": "b", "url": "pyrt/interpreter-1.zst"}],
        },
        "snapshot": {"url": "pyrt/snapshot-1.bin"},
        "images": [
            {"mount": "/app", "url": f"pyrt/app-{app}.img"},
            {
                "mount": "/pyrt/packages",
                "url": "pyrt/packages-1.img",
                "rest": {"url": "pyrt/packages-rest-1.img"},
            },
        ],
        "packagesUrl": "../pkg/",
    }

    def page(root):
        script = f'<script defer data-pyrt-page src="{root}pyrt/page-1.js"></script>'
        return f"{HEAD}{json.dumps(manifest, separators=(',', ':'))}</script>{script}".encode()

    return {
        "index.html": page("./"),
        "two/index.html": page("../"),
        "404.html": page("/"),
        "favicon.ico": b"ico",
        "pyrt-lock.json": b"{}",
        "LICENSES.txt": f"MIT {app[0]}".encode(),
        "assets/a.css": b"p {}",
        f"pyrt/app-{app}.img": b"app",
        "pyrt/painting-1.json": b"{}",
        "pyrt/page-1.js": b"page()",
        "pyrt/sources-numpy-1.zst": b"sources",
        "pyrt/packages-1.img": b"packages",
        "pkg/x.js": library,
    }


def test_a_site_keeps_its_pages_and_what_is_its_own():
    own, shared = share.split(site())
    assert sorted(own) == [
        "LICENSES.txt",
        "assets/a.css",
        "index.html",
        "pyrt/app-1.img",
        "pyrt/painting-1.json",
        "two/index.html",
    ]
    assert sorted(shared) == [
        "pkg/x.js",
        "pyrt/packages-1.img",
        "pyrt/page-1.js",
        "pyrt/sources-numpy-1.zst",
    ]


def test_addresses_of_shared_files_lead_to_the_folder_above():
    own, _ = share.split(site())
    manifest: Any = read_manifest(own)
    assert (manifest["page"], manifest["worker"]) == ("../pyrt/page-1.js", "../pyrt/worker-1.js")
    assert manifest["runtime"] == {
        "url": "../pyrt/runtime-1/",
        "lockUrl": "../pyrt/runtime-1/pyodide-lock.json",
        "files": [{"name": "a"}, {"name": "b", "url": "../pyrt/interpreter-1.zst"}],
    }
    assert manifest["snapshot"]["url"] == "../pyrt/snapshot-1.bin"
    app, packages = manifest["images"]
    assert app["url"] == "pyrt/app-1.img"
    assert packages["url"] == "../pyrt/packages-1.img"
    assert packages["rest"]["url"] == "../pyrt/packages-rest-1.img"
    assert b'data-pyrt-page src="./../pyrt/page-1.js"' in own["index.html"]
    assert b'data-pyrt-page src="../../pyrt/page-1.js"' in own["two/index.html"]


def test_sites_are_joined_in_one_folder():
    files = share.join([("one", site("1")), ("two", site("2"))])
    assert files["pkg/x.js"] == b"lib()"
    assert files["one/pyrt/app-1.img"] == files["two/pyrt/app-2.img"] == b"app"
    assert files["LICENSES.txt"] == b"MIT 1\nMIT 2"
    assert "one/LICENSES.txt" not in files


def test_the_licenses_of_equal_packages_are_there_once():
    files = share.join([("one", site("1")), ("two", site("11"))])
    assert files["LICENSES.txt"] == b"MIT 1"


def test_two_versions_of_a_shared_file_are_an_error():
    with pytest.raises(BuildError, match=r"one and two need different versions of pkg/x\.js"):
        share.join([("one", site("1")), ("two", site("2", b"other()"))])
