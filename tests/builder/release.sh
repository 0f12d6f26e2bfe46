#!/usr/bin/env bash
# Installs the wheel in dist/ into a clean environment without Node and builds an example with it.
set -euo pipefail
cd "$(dirname "$0")/../.."
wheel=$(ls -t dist/pyrt-*.whl | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

.venv/bin/python -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "$wheel"
cp -r examples/counter "$work/app"
mkdir "$work/no-node"

cd "$work"
PATH="$work/no-node" PYTHONNOUSERSITE=1 "$work/venv/bin/pyrt" build app/app.py -o site
test -s site/index.html
test -s site/pyrt-lock.json

# The bytecode that is part of pyrt was used: no source of the engine or the standard library is left.
"$work/venv/bin/python" - <<'CHECK'
import glob
import zipfile

from pyrt_build import image

(library,) = glob.glob("site/pyrt/runtime-*/python_stdlib.zip")
names = zipfile.ZipFile(library).namelist()
assert "json/__init__.pyc" in names, "the standard library is source"
(engine,) = glob.glob("site/pyrt/engine-*.img")
with open(engine, "rb") as file:
    files = image.unpack(file.read())
assert "pyrt/worker.pyc" in files, "the engine is source"
CHECK
echo "release: $wheel builds a site on a machine without Node"
