/**
 * Starts from a snapshot. If anything is not as expected, a `SnapshotError` is thrown before Python has run, so that
 * the caller can start without the snapshot.
 */

import {
  type CreateModule,
  type EmscriptenModule,
  type Exports,
  exportsOf,
  type Settings,
  trampolineAddress,
  WASM_PAGE_BYTES,
} from "./emscripten";
import { type LibraryRecord, MAIN, type Snapshot, SnapshotError, type SnapshotIndex } from "./format";
import { unifyFunctions } from "./function_identity";
import { type ByteRange, copyPages, mixWithData } from "./memory_pages";
import { emptyPyodideSnapshot } from "./pyodide_image";

/**
 * The options that make `loadPyodide` start from a snapshot.
 *
 * `libraryFor` returns the compiled code of the library at a path; it is called for all libraries at once. The files
 * of the packages must be mounted (`fsInit`) at the same paths as when the snapshot was taken.
 */
export function restoreOptions(
  snapshot: Snapshot,
  create: CreateModule,
  libraryFor: (path: string) => Promise<WebAssembly.Module | undefined>,
): { createPyodideModule: CreateModule; _loadSnapshot: Uint8Array } {
  const modules = Promise.all(snapshot.index.libraries.map(({ path }) => libraryFor(path)));
  modules.catch(() => {});
  // Pyodide keeps its options, and with them this function: it shall not keep the snapshot.
  let unused: Snapshot | undefined = snapshot;
  return {
    _loadSnapshot: emptyPyodideSnapshot(snapshot.index),
    async createPyodideModule(settings) {
      const given = unused;
      unused = undefined;
      if (!given) throw new SnapshotError("it was restored before");
      unifyFunctions(settings);
      const isComplete = completePages(given, settings);
      const module = await create(settings);
      if (!isComplete()) throw new SnapshotError("it is not known what the main module has in its data");
      restoreInto(module, given, await modules);
      return module;
    },
  };
}

/**
 * Completes the changed pages when the module of `settings` is instantiated, before any of its code runs. Returns what
 * tells whether that is done.
 */
function completePages(snapshot: Snapshot, settings: Settings): () => boolean {
  let incomplete = snapshot.index.changed.length > 0 ? snapshot : undefined; // Pyodide keeps the function below
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, done) =>
    instantiateWasm?.(imports, (instance, code) => {
      const { memory } = instance.exports;
      if (incomplete && memory instanceof WebAssembly.Memory) {
        mixWithData(incomplete, new Uint8Array(memory.buffer));
        incomplete = undefined;
      }
      done(instance, code);
    });
  return () => !incomplete;
}

function restoreInto(
  module: EmscriptenModule,
  snapshot: Snapshot,
  modules: readonly (WebAssembly.Module | undefined)[],
): void {
  const { index } = snapshot;
  if (module.API.config.BUILD_ID !== index.buildId) throw new SnapshotError("it was made by another build of Pyodide");
  const trampoline = module.HEAP32[trampolineAddress(module)] ?? 0;
  const before = module.HEAPU8.length;
  growMemory(module, index.memorySize);
  growTable(module, index);
  restoreOffsets(module, index.offsets);
  for (const [position, record] of index.libraries.entries()) {
    const code = modules[position];
    if (!code) throw new SnapshotError(`the library ${record.path} is missing`);
    loadLibrary(module, record, code);
  }
  restoreFunctions(module, index);
  module.freeTableIndexes.splice(0, module.freeTableIndexes.length, ...index.freeSlots);
  copyPages(module.HEAPU8, snapshot, [[0, before], ...index.libraries.map(dataOf)]);
  if (trampoline !== index.trampoline) module.HEAP32[trampolineAddress(module)] = trampoline;
  const [standardName = 0, summerName = 0] = module.HEAPU32.subarray(module._tzname >> 2, (module._tzname >> 2) + 2);
  module.__tzset_js(module._timezone, module._daylight, standardName, summerName);
}

/** Where instantiating a library writes. */
function dataOf({ memoryBase, memorySize }: LibraryRecord): ByteRange {
  return [memoryBase, memoryBase + memorySize];
}

function growMemory(module: EmscriptenModule, size: number): void {
  const have = module.HEAPU8.length;
  if (have > size) throw new SnapshotError(`the memory starts with ${have} bytes, the snapshot has ${size}`);
  if (have < size) module.growMemory(size);
  if (module.HEAPU8.length !== Math.ceil(size / WASM_PAGE_BYTES) * WASM_PAGE_BYTES) {
    throw new SnapshotError(`the memory did not grow to ${size} bytes`);
  }
}

/** Fewer slots than before are harmless (where a browser lacks Python's trampoline), more would be overwritten. */
function growTable(module: EmscriptenModule, { firstSlot, tableLength }: SnapshotIndex): void {
  const have = module.wasmTable.length;
  if (have > firstSlot) throw new SnapshotError(`the function table begins with ${have} slots, not with ${firstSlot}`);
  module.wasmTable.grow(tableLength - have);
}

/** The offset table must have its recorded values before the first library reads it. */
function restoreOffsets(module: EmscriptenModule, offsets: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(offsets)) {
    const entry = module.GOT[name];
    if (entry && entry.value > 0 && entry.value !== value) {
      throw new SnapshotError(`the symbol ${name} is at ${entry.value}, in the snapshot at ${value}`);
    }
    if (entry) entry.value = value;
    else module.GOT[name] = new WebAssembly.Global({ value: "i32", mutable: true }, value);
  }
}

/**
 * Instantiates a library at its recorded addresses. Its relocations and constructors do not run: their results are in
 * the memory that is copied afterwards.
 */
function loadLibrary(module: EmscriptenModule, record: LibraryRecord, code: WebAssembly.Module): void {
  const metadata = module.getDylinkMetadata(code);
  const { memorySize = 0, tableSize = 0 } = metadata;
  if (memorySize !== record.memorySize || tableSize !== record.tableSize) {
    throw new SnapshotError(`${record.path} is not the library it was`);
  }
  const main = exportsOf(module, "__main__");
  const scope: Exports = {};
  for (const needed of metadata.neededDynlibs) Object.assign(scope, neededExports(module, needed));
  const env = new Proxy({} as Exports, {
    get(stubs, name: string) {
      if (name === "__memory_base") return record.memoryBase;
      if (name === "__table_base") return record.tableBase;
      const known = main[name];
      if (known && !(known as { stub?: boolean }).stub) return known;
      stubs[name] ??= lateBound(name, () => main[name] ?? scope[name] ?? exports[name]);
      return stubs[name];
    },
  });
  const offsets = new Proxy(metadata.weakImports, module.GOTHandler);
  const imports = { "GOT.mem": offsets, "GOT.func": offsets, env, wasi_snapshot_preview1: env };
  const instance = new WebAssembly.Instance(code, imports as unknown as WebAssembly.Imports);
  const exports = module.relocateExports(instance.exports, record.memoryBase);
  register(module, record, exports);
}

/** A function that is looked up at its first call, as Emscripten does for libraries that need each other. */
function lateBound(name: string, find: () => unknown): (...args: unknown[]) => unknown {
  let found: unknown;
  return (...args) => {
    found ??= find();
    if (typeof found !== "function") throw new SnapshotError(`no library has the function ${name}`);
    return found(...args);
  };
}

function neededExports(module: EmscriptenModule, needed: string): Exports {
  const libraries = Object.entries(module.LDSO.loadedLibsByName);
  const found = libraries.find(([path]) => path === needed || path.endsWith(`/${needed}`));
  if (!found) throw new SnapshotError(`a library needs ${needed}, which the snapshot does not have`);
  return found[1].exports as Exports;
}

function register(module: EmscriptenModule, record: LibraryRecord, exports: Exports): void {
  const dso = module.newDSO(record.path, undefined, exports);
  dso.global = record.global;
  for (const handle of record.handles) module.LDSO.loadedLibsByHandle[handle] = dso;
  if (record.global) module.mergeLibSymbols(exports, record.path);
}

/** Puts exported functions back into the table slots that were assigned to them individually. */
function restoreFunctions(module: EmscriptenModule, index: SnapshotIndex): void {
  const scopes = index.libraries.map(({ path }) => exportsOf(module, path));
  const main = exportsOf(module, "__main__");
  for (const [slot, library, name] of index.functions) {
    const value = (library === MAIN ? main : scopes[library])?.[name];
    if (typeof value !== "function") throw new SnapshotError(`the function ${name} is missing`);
    const at = module.getFunctionAddress(value);
    if (at === slot) continue;
    if (at) throw new SnapshotError(`the function ${name} is in slot ${at}, in the snapshot in ${slot}`);
    module.freeTableIndexes.push(slot);
    module.addFunction(value, (value as { sig?: string }).sig);
  }
}
