// The engine's benchmark (engine.py) in Pyodide, under Node: `node benchmarks/engine.mjs`.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { loadPyodide } = await import(`${root}/build/pyrt_build/static/pyodide/pyodide.mjs`);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/repository", root);
pyodide.runPython(`
import os, runpy
os.environ["PYRT_BENCH_RUN"] = "${process.env.PYRT_BENCH_RUN ?? "1"}"
runpy.run_path("/repository/benchmarks/engine.py", run_name="__main__")
`);
