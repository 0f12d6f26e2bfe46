// @vitest-environment node
/** Whether synchronous Python can wait, and what Pyodide is told. */
import { afterEach, expect, it } from "vitest";
import type { EmscriptenModule } from "../../src/worker/snapshot/emscripten";
import { decideSwitching, findJspiObstacle } from "../../src/worker/stack_switching";

type Jspi = { Suspending?: unknown; promising?: unknown };
const jspi = WebAssembly as Jspi;
const original = { Suspending: jspi.Suspending, promising: jspi.promising };

afterEach(() => {
  for (const name of ["Suspending", "promising"] as const) {
    if (original[name] === undefined) delete jspi[name];
    else jspi[name] = original[name];
  }
});

function moduleWith(trampoline: number): EmscriptenModule {
  const HEAP32 = new Int32Array(8);
  HEAP32[1] = 8; // the offset of the trampoline
  HEAP32[4] = trampoline;
  return {
    HEAP32,
    __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: 4,
    __PyRuntime: 8,
    jspiSupported: true,
  } as unknown as EmscriptenModule;
}

/** An engine whose promising functions give `value`; the import is called as by an engine without suspension. */
function stubJspi(value: () => unknown): void {
  jspi.Suspending = function Suspending() {
    return () => 0;
  };
  jspi.promising = () => async () => value();
}

it("without JSPI there is no switching", async () => {
  delete jspi.Suspending;
  delete jspi.promising;
  expect(await findJspiObstacle()).toMatch(/has no WebAssembly stack switching/);
});

it("JSPI that works is left to Pyodide", async () => {
  stubJspi(() => 42);
  expect(await findJspiObstacle()).toBe("");
  expect(jspi.promising).toBeDefined();
});

it.each([
  ["gives a wrong result", () => 0, "a call gave 0"],
  [
    "throws",
    () => {
      throw new WebAssembly.RuntimeError("trap");
    },
    "RuntimeError: trap",
  ],
  ["never answers", () => new Promise(() => {}), "no answer"],
])("JSPI that %s is hidden from Pyodide", async (_name, value, text) => {
  stubJspi(value);
  expect(await findJspiObstacle()).toContain(text);
  expect("Suspending" in WebAssembly).toBe(false);
  expect("promising" in WebAssembly).toBe(false);
});

it.each(["Suspending", "promising"] as const)("JSPI without %s is hidden from Pyodide", async (name) => {
  stubJspi(() => 42);
  delete jspi[name];
  expect(await findJspiObstacle()).toMatch(/a part of it is missing/);
  expect("Suspending" in WebAssembly).toBe(false);
  expect("promising" in WebAssembly).toBe(false);
});

it("Python without trampolines does not switch, and neither does Pyodide's event loop", () => {
  const module = moduleWith(0);
  expect(decideSwitching(module, "")).toMatchObject({ switching: false });
  expect(module.jspiSupported).toBe(false);
});

it("with JSPI and trampolines it does", () => {
  const module = moduleWith(77);
  expect(decideSwitching(module, "")).toEqual({ switching: true, switchingObstacle: "" });
  expect(module.jspiSupported).toBe(true);
});
