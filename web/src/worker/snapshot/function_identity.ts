/**
 * Gives exported functions one identity, as the JavaScript interface of WebAssembly demands.
 *
 * Emscripten finds the slot of a function by identity. In WebKit, what the function table holds is another object than
 * the export of the same function, so that Emscripten gives 972 functions a second slot, and the slots of a snapshot
 * are taken. Here Emscripten's own copy of the table is filled before it is used: with the exports.
 */

import type { EmscriptenModule, Settings } from "./emscripten";

/** Call it before the module is made from `settings`. */
export function unifyFunctions(settings: Settings): void {
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, done) =>
    instantiateWasm?.(imports, (instance, code) => {
      fillMirror(settings as unknown as EmscriptenModule, instance.exports);
      done(instance, code);
    });
}

/** The name of an exported function is its index in the module. */
function fillMirror({ wasmTableMirror }: EmscriptenModule, exports: WebAssembly.Exports): void {
  const table = exports.__indirect_function_table as WebAssembly.Table;
  const byIndex = new Map<string, unknown>();
  for (const value of Object.values(exports)) if (typeof value === "function") byIndex.set(value.name, value);
  for (let slot = 0; slot < table.length; slot++) {
    const held = table.get(slot) as { name: string } | null;
    if (!held) continue;
    const exported = byIndex.get(held.name);
    if (exported === held) return; // this browser keeps the identity
    if (exported) wasmTableMirror[slot] = exported;
  }
}
