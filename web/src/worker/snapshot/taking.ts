/** Takes a snapshot of a started interpreter. */

import { type EmscriptenModule, type Exports, exportsOf, trampolineAddress } from "./emscripten";
import { type FunctionRecord, type LibraryRecord, MAIN, type Snapshot, SnapshotError } from "./format";
import { initialMemory } from "./initial_memory";
import { gatherPages, sortPages } from "./memory_pages";
import { readJsState } from "./pyodide_image";
import { freeze, type Interpreter } from "./renewal";
import { type Placement, recordOffsets, type StartWatch } from "./start_watch";

/* The allocator returns at least 8 bytes; regions larger than a block are allocated in several. */
const LARGEST_BLOCK_BYTES = 65536;
const SMALLEST_BLOCK_BYTES = 8;

/** Takes a snapshot of a prepared Pyodide that was started with the options of `watch` and runs nothing. */
export function takeSnapshot(pyodide: Interpreter, watch: StartWatch): Snapshot {
  freeze(pyodide);
  const module = pyodide._module as EmscriptenModule;
  watch.stop();
  const { beginning, placements } = watch;
  if (!beginning) throw new SnapshotError("the start of Pyodide was not watched");
  const libraries = recordLibraries(module, placements);
  releaseLibraryFiles(module, libraries);
  clearFreeMemory(module);
  const jsState = readJsState(module.API.makeSnapshot());
  clearStack(module);
  const memory = module.HEAPU8;
  const data = initialMemory(placements, memory.length);
  const pages = sortPages(memory, data, module._emscripten_stack_get_end());
  return {
    index: {
      buildId: module.API.config.BUILD_ID,
      memorySize: memory.length,
      jsState,
      libraries,
      firstSlot: beginning.tableLength,
      tableLength: module.wasmTable.length,
      functions: recordFunctions(module, libraries).filter(([slot]) => slot >= beginning.tableLength),
      freeSlots: [...module.freeTableIndexes],
      offsets: changed(beginning.offsets, recordOffsets(module)),
      trampoline: module.HEAP32[trampolineAddress(module)] ?? 0,
      ...pages,
    },
    pages: gatherPages(memory, data, pages),
  };
}

/** Emscripten keeps the file of every library in the memory, as much as all other compiled code together. */
function releaseLibraryFiles(module: EmscriptenModule, libraries: readonly LibraryRecord[]): void {
  for (const handle of libraries.flatMap(({ handles }) => handles)) {
    const [address = 0, size = 0] = module.HEAPU32.subarray((handle + 28) >> 2, (handle + 36) >> 2);
    if (!address) continue;
    module.HEAPU8.fill(0, address, address + size);
    module._free(address);
    module.HEAPU32.fill(0, (handle + 28) >> 2, (handle + 36) >> 2);
  }
}

/** Fills free memory with zeros: freed blocks still contain parsed text and bytecode. */
function clearFreeMemory(module: EmscriptenModule): void {
  const end = module._sbrk(0);
  const taken: number[] = [];
  for (let size = LARGEST_BLOCK_BYTES; size >= SMALLEST_BLOCK_BYTES; size /= 2) {
    let address = 0;
    do {
      address = module._malloc(size);
      taken.push(address);
      module.HEAPU8.fill(0, address, address + size);
      // A block beyond the old end was never used, so no free block of this size is left.
    } while (address && address < end);
  }
  for (const address of taken.reverse()) module._free(address);
}

/** Fills what returned calls have left on the stack with zeros. The stack grows down, to the end of the data. */
function clearStack(module: EmscriptenModule): void {
  module.HEAPU8.fill(0, module._emscripten_stack_get_end(), module._emscripten_stack_get_current());
}

function recordLibraries(module: EmscriptenModule, placements: readonly Placement[]): LibraryRecord[] {
  const byFunction = new Map<unknown, Placement>();
  for (const placement of placements) {
    for (const value of Object.values(placement.exports)) {
      if (typeof value === "function") byFunction.set(value, placement);
    }
  }
  const records: LibraryRecord[] = [];
  for (const [path, dso] of Object.entries(module.LDSO.loadedLibsByName)) {
    if (path === "__main__") continue;
    if (dso.exports === "loading") throw new SnapshotError(`${path} is still being loaded`);
    const placement = Object.values(dso.exports)
      .map((value) => byFunction.get(value))
      .find((found) => found);
    if (!placement) throw new SnapshotError(`it is unknown where ${path} was loaded to`);
    if (Object.keys(placement.exports).some((name) => name === "__start_em_asm" || name.startsWith("__em_js__"))) {
      throw new SnapshotError(`${path} brings JavaScript of its own, which is not restored`);
    }
    const { memorySize = 0, tableSize = 0 } = module.getDylinkMetadata(placement.module);
    const handles = Object.entries(module.LDSO.loadedLibsByHandle).filter(([, other]) => other === dso);
    records.push({
      path,
      handles: handles.map(([handle]) => Number(handle)),
      global: Boolean(dso.global),
      memoryBase: placement.memoryBase,
      memorySize,
      tableBase: placement.tableBase,
      tableSize,
    });
  }
  return records.sort((a, b) => a.tableBase - b.tableBase);
}

/** Names every table slot that a module exports. Slots inside libraries are filled when they are instantiated. */
function recordFunctions(module: EmscriptenModule, libraries: readonly LibraryRecord[]): FunctionRecord[] {
  const records = new Map<number, FunctionRecord>();
  const scopes: [number, Exports][] = libraries.map(({ path }, position) => [position, exportsOf(module, path)]);
  for (const [position, exports] of [[MAIN, exportsOf(module, "__main__")] as [number, Exports], ...scopes]) {
    for (const [name, value] of Object.entries(exports)) {
      const slot = typeof value === "function" ? module.getFunctionAddress(value) : 0;
      if (slot && !records.has(slot)) records.set(slot, [slot, position, name]);
    }
  }
  return [...records.values()].sort((a, b) => a[0] - b[0]);
}

function changed(before: Readonly<Record<string, number>>, now: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
}
