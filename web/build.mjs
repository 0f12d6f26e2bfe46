// Writes what a site needs from here into build/pyrt_build/static/: page.js, early.js, worker.js and the runtime.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = here("../build/pyrt_build/static");

const runtimeFiles = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];

/** One file, without chunks, that needs no evaluation of text. */
function bundle(name, entry, format) {
  return build({
    configFile: false,
    root: here("."),
    logLevel: "warn",
    publicDir: false,
    build: {
      target: "es2022",
      outDir: output,
      emptyOutDir: false,
      lib: { entry: here(`src/${entry}.ts`), formats: [format], name: "pyrt" },
      rollupOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
}

mkdirSync(output, { recursive: true });
await bundle("early", "first_paint/early", "iife");
await bundle("page", "start/main", "iife");
await bundle("worker", "worker/main", "es");

rmSync(`${output}/pyodide`, { recursive: true, force: true });
mkdirSync(`${output}/pyodide`);
for (const file of runtimeFiles) cpSync(here(`node_modules/pyodide/${file}`), `${output}/pyodide/${file}`);
