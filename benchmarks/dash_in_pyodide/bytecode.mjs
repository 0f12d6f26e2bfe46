// Adds bytecode to packages.zip, so that pages start sooner: `node bytecode.mjs FOLDER`.
// The folder also has the files of Pyodide, whose Python compiles; hashes are not checked on import.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const archive = `${folder}/packages.zip`;
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${folder}/` });
pyodide.FS.writeFile("/in.zip", readFileSync(archive));
const packed = pyodide.runPython(`
import importlib.util, io, sys, zipfile
from importlib import _bootstrap_external as external

source, target = zipfile.ZipFile("/in.zip"), io.BytesIO()
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for name in source.namelist():
        data = source.read(name)
        archive.writestr(name, data)
        if not name.endswith(".py"):
            continue
        try:
            code = compile(data, f"/packages/{name}", "exec", dont_inherit=True)
        except SyntaxError:
            continue
        folder, slash, file = name.rpartition("/")
        stem = file.removesuffix(".py")
        compiled = external._code_to_hash_pyc(code, importlib.util.source_hash(data), False)
        tag = sys.implementation.cache_tag
        archive.writestr(f"{folder}{slash}__pycache__/{stem}.{tag}.pyc", compiled)
target.getvalue()
`);
const buffer = packed.getBuffer("u8");
writeFileSync(archive, buffer.data.slice());
process.exit(0);
