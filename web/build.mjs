// Builds early.js, page.js, agents_page.js, agents.js, worker.js, single.js, offline.js, app-element.js, playground.js and
// playground_editor.js, and page and worker of
// `pyrt dev`, into build/pyrt_build/static/, and copies Pyodide's files beside them; widget.js and frame.js into
// pyrt/notebook/static/, with the page.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { collectLicenses } from "./collect_licenses.mjs";
import { zstdWasm } from "./zstd_wasm.mjs";

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = pathOf("../build/pyrt_build/static");

const runtimeFiles = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];

/**
 * Bundles an entry of src into one file. It evaluates no text, as a Content-Security-Policy may require. What only
 * `pyrt dev` needs is left out unless `isDev`.
 */
function bundle(
  name,
  entry,
  format,
  { target = "es2022", outDir = output, isDev = false, hasAgents = isDev, hasDecoder = true, licenses } = {},
) {
  return build({
    configFile: false,
    root: pathOf("."),
    logLevel: "warn",
    publicDir: false,
    plugins: [zstdWasm({ isLeftOut: !hasDecoder }), ...(licenses ? [collectLicenses(licenses)] : [])],
    define: {
      "import.meta.env.PYRT_DEV": JSON.stringify(isDev),
      "import.meta.env.PYRT_AGENTS": JSON.stringify(hasAgents),
    },
    build: {
      target,
      outDir,
      emptyOutDir: false,
      lib: { entry: pathOf(`src/${entry}.ts`), formats: [format], name: "pyrt" },
      rollupOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
}

mkdirSync(output, { recursive: true });
// The first script says in browsers of any age whether they can run the app.
await bundle("early", "start/early", "iife", { target: "es2017" });
await bundle("page", "start/main", "iife");
// The page of sites whose apps offer tools to agents, and what it loads for that.
await bundle("agents_page", "start/main", "iife", { hasAgents: true });
await bundle("agents", "agents/main", "es");
await bundle("worker", "worker/main", "es");
await bundle("dev_page", "start/main", "iife", { isDev: true });
await bundle("dev_worker", "worker/main", "es", { isDev: true });
// It stands in pages that are a single file, and in their workers.
await bundle("single", "embedded/main", "iife", { hasDecoder: false });
// For other pages, which have apps in frames.
await bundle("app-element", "app_element/main", "iife");
// The page of a playground, and its editor, which comes while the app starts; the site names the works that are in them.
await bundle("playground", "playground/main", "iife", { licenses: "playground_licenses.txt" });
await bundle("playground_editor", "playground/code_editor", "es", { licenses: "playground_editor_licenses.txt" });
// The service worker of a site that was built with --offline.
await bundle("offline", "offline/main", "iife");

// Outputs of notebooks: the widget, and the first script of its frames. The engine takes them from its own folder.
const notebook = pathOf("../pyrt/notebook/static");
await bundle("widget", "notebook/widget", "es", { outDir: notebook });
await bundle("frame", "notebook/frame", "iife", { outDir: notebook });
cpSync(`${output}/page.js`, `${notebook}/page.js`);

rmSync(`${output}/pyodide`, { recursive: true, force: true });
mkdirSync(`${output}/pyodide`);
for (const file of runtimeFiles) cpSync(pathOf(`node_modules/pyodide/${file}`), `${output}/pyodide/${file}`);
