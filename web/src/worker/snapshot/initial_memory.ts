/** The memory as a start without a snapshot makes it; its pages need not be stored. */

import { WASM_PAGE_BYTES } from "./emscripten";
import type { Placement } from "./start_watch";

/**
 * The memory after instantiating the modules: the content of their data segments. Instantiates each module again with
 * imports that do nothing.
 */
export function initialMemory(placements: readonly Placement[], size: number): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: size / WASM_PAGE_BYTES });
  const bytes = new Uint8Array(memory.buffer);
  for (const placement of placements) {
    const { exports } = new WebAssembly.Instance(placement.module, idleImports(placement, memory));
    if (exports.memory instanceof WebAssembly.Memory) bytes.set(new Uint8Array(exports.memory.buffer));
  }
  return bytes;
}

function idleImports({ module, memoryBase }: Placement, memory: WebAssembly.Memory): WebAssembly.Imports {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 << 16 });
  const number = (value: number, mutable: boolean) => new WebAssembly.Global({ value: "i32", mutable }, value);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: scope, name, kind } of WebAssembly.Module.imports(module)) {
    const values = imports[scope] ?? {};
    imports[scope] = values;
    if (kind === "function") values[name] = () => 0;
    else if (kind === "memory") values[name] = memory;
    else if (kind === "table") values[name] = table;
    else if (name === "__memory_base") values[name] = number(memoryBase, false);
    else if (name === "__table_base") values[name] = number(0, false);
    else if (kind === "global") values[name] = number(0, true);
    else values[name] = idleTag(name);
  }
  return imports;
}

/** TypeScript's types do not have tags yet. */
function idleTag(name: string): WebAssembly.ImportValue {
  const { Tag } = WebAssembly as unknown as { Tag: new (type: object) => WebAssembly.ImportValue };
  return new Tag({ parameters: [name === "__cpp_exception" || name === "__c_longjmp" ? "i32" : "externref"] });
}
