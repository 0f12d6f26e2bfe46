// Compiles Python source with the interpreter that will run it: node compiler.mjs PYODIDE PROGRAM IN OUT PATTERN
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, program, source, target, pattern] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${folder}/` });
pyodide.FS.writeFile("/in", readFileSync(source));
pyodide.globals.set("pattern", pattern);
pyodide.runPython('import sys; sys.argv = ["compiler.py", "/in", "/out", pattern]');
pyodide.runPython(readFileSync(program, "utf8"));
writeFileSync(target, pyodide.FS.readFile("/out"));
