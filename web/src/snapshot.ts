/**
 * Memory snapshots of a started Python, compiled extensions included: taking one, writing it down, starting from it.
 *
 * A snapshot is the linear memory plus what the memory refers to outside itself: the compiled libraries, each at
 * the place it was loaded to, the slots of the function table, the linker's global offset table, and the JavaScript
 * objects Python holds. Pyodide restores the last of these; this module does the others, through the internals of
 * one pinned Pyodide. It knows nothing of pyrt's files or messages. Everything it finds unexpected is a
 * `SnapshotError`, thrown before Python has run, so that the caller can start in the ordinary way.
 */

import freshSource from "./fresh.py?raw";
import type { EmscriptenFs } from "./image_fs";

/** Why a snapshot cannot be taken or used; the message is for the console. */
export class SnapshotError extends Error {
  override name = "SnapshotError";
}

/** A compiled library in the snapshot. Addresses are bytes in the memory, `tableBase` is a slot. */
export interface LibraryRecord {
  readonly path: string;
  readonly handles: readonly number[];
  readonly global: boolean;
  readonly memoryBase: number;
  readonly memorySize: number;
  readonly tableBase: number;
  readonly tableSize: number;
}

/** [slot of the table, position in `libraries` or -1 for the main module, name of the export] */
export type FunctionRecord = readonly [slot: number, library: number, name: string];

/** [first page, number of pages], in rising order. */
export type PageRun = readonly [first: number, count: number];

/** All of a snapshot but the bytes of its memory. */
export interface SnapshotIndex {
  readonly buildId: string;
  readonly memorySize: number;
  readonly jsState: unknown;
  readonly libraries: readonly LibraryRecord[];
  /** The length of the function table before the first library, and in the end. */
  readonly firstSlot: number;
  readonly tableLength: number;
  readonly functions: readonly FunctionRecord[];
  readonly freeSlots: readonly number[];
  readonly offsets: Readonly<Record<string, number>>;
  readonly trampoline: number;
  /** The pages whose bytes are in the file. */
  readonly stored: readonly PageRun[];
  /** The pages that instantiating the modules fills by itself. All others are zero. */
  readonly initial: readonly PageRun[];
}

export interface Snapshot {
  readonly index: SnapshotIndex;
  readonly pages: Uint8Array;
}

type Exports = Record<string, unknown>;

interface Dso {
  name: string;
  refcount: number;
  global: boolean;
  exports: Exports | "loading";
}

interface DylinkMetadata {
  readonly tableSize?: number;
  readonly memorySize?: number;
  readonly neededDynlibs: readonly string[];
  readonly weakImports: Set<string>;
}

/** The internals of Emscripten's module that are used here. */
export interface EmscriptenModule {
  readonly FS: EmscriptenFs;
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly HEAP32: Int32Array;
  readonly HEAPU32: Uint32Array;
  readonly API: { readonly config: { readonly BUILD_ID: string }; makeSnapshot(): Uint8Array };
  readonly LDSO: { loadedLibsByName: Record<string, Dso>; loadedLibsByHandle: Record<string, Dso> };
  readonly GOT: Record<string, WebAssembly.Global>;
  readonly GOTHandler: ProxyHandler<Set<string>>;
  readonly wasmTable: WebAssembly.Table;
  readonly freeTableIndexes: number[];
  readonly __PyRuntime: number;
  readonly _timezone: number;
  readonly _daylight: number;
  readonly _tzname: number;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  __tzset_js(timezone: number, daylight: number, standardName: number, summerName: number): void;
  growMemory(size: number): number | undefined;
  _free(address: number): void;
  getDylinkMetadata(module: WebAssembly.Module): DylinkMetadata;
  relocateExports(exports: Exports, memoryBase: number): Exports;
  newDSO(name: string, handle: number | undefined, exports: Exports): Dso;
  mergeLibSymbols(exports: Exports, name: string): void;
  updateTableMap(offset: number, count: number): void;
  getFunctionAddress(fn: unknown): number;
  addFunction(fn: unknown, signature?: string): number;
  setWasmTableEntry(slot: number, fn: unknown): void;
}

interface Settings {
  readonly preRun: ((module: EmscriptenModule) => void)[];
}

type CreateModule = (settings: Settings) => Promise<EmscriptenModule>;

export const PAGE_BYTES = 4096;
const WASM_PAGE_BYTES = 65536;
const MAGIC = new TextEncoder().encode("PYRTSNP1");
const MAIN = -1;
/** The Python module that knows what differs between visits. */
const FRESH = "_pyrt_fresh";
/* The header of Pyodide's own format: magic, offset of the memory, length of the JSON, padding, build id. */
const PYODIDE_MAGIC = 0x706e7300;
const PYODIDE_HEADER_BYTES = 48;

// ------------------------------------------------------------------------------------------------ taking

/** One instantiation that Emscripten made: the main module, or a library and where it went. */
interface Placement {
  readonly module: WebAssembly.Module;
  readonly exports: WebAssembly.Exports;
  readonly memoryBase: number;
  readonly tableBase: number;
}

/** What the linker knows before the interpreter starts: the length of the function table, the known offsets. */
interface Beginning {
  readonly tableLength: number;
  readonly offsets: Readonly<Record<string, number>>;
}

/**
 * Watches a start of Pyodide that is to end in a snapshot: where Emscripten places each library (for one that another
 * library needs, it keeps no record), and what was there before any of them.
 */
export class StartWatch {
  readonly placements: Placement[] = [];
  beginning: Beginning | undefined;
  readonly #instance = WebAssembly.Instance;
  readonly #instantiate = WebAssembly.instantiate;
  readonly #instantiateStreaming = WebAssembly.instantiateStreaming;

  /** Begins to watch. `options` are for `loadPyodide`. */
  constructor() {
    const note = this.#note.bind(this);
    WebAssembly.Instance = new Proxy(this.#instance, {
      construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
        const instance = new target(module, imports);
        note(module, instance, imports);
        return instance;
      },
    });
    const noting = (instantiate: unknown) => async (source: unknown, imports: WebAssembly.Imports) => {
      const result = await (instantiate as (source: unknown, imports: unknown) => Promise<unknown>)(source, imports);
      if (result instanceof this.#instance) note(source as WebAssembly.Module, result, imports);
      else if (isInstantiated(result)) note(result.module, result.instance, imports);
      return result;
    };
    WebAssembly.instantiate = noting(this.#instantiate) as typeof WebAssembly.instantiate;
    WebAssembly.instantiateStreaming = noting(this.#instantiateStreaming) as typeof WebAssembly.instantiateStreaming;
  }

  options(create: CreateModule): { createPyodideModule: CreateModule; _makeSnapshot: true } {
    return {
      _makeSnapshot: true,
      createPyodideModule: (settings) => {
        settings.preRun.push((module) => {
          this.beginning = { tableLength: module.wasmTable.length, offsets: recordOffsets(module) };
        });
        return create(settings);
      },
    };
  }

  stop(): void {
    WebAssembly.Instance = this.#instance;
    WebAssembly.instantiate = this.#instantiate;
    WebAssembly.instantiateStreaming = this.#instantiateStreaming;
  }

  #note(module: WebAssembly.Module, instance: WebAssembly.Instance, imports: WebAssembly.Imports | undefined): void {
    if (!imports || !("GOT.mem" in imports)) return;
    const env = imports.env as { __memory_base?: number; __table_base?: number };
    this.placements.push({
      module,
      exports: instance.exports,
      memoryBase: env.__memory_base ?? 0,
      tableBase: env.__table_base ?? 0,
    });
  }
}

function isInstantiated(result: unknown): result is WebAssembly.WebAssemblyInstantiatedSource {
  return typeof result === "object" && result !== null && "instance" in result && "module" in result;
}

/** The parts of Pyodide that a snapshot is prepared, taken and renewed through. */
export interface Interpreter {
  readonly _module: unknown;
  readonly FS: { writeFile(path: string, text: string): void };
  runPython(code: string): unknown;
}

/** Prepares an interpreter for a snapshot, before the imports that the snapshot is to hold. */
export function prepare(pyodide: Interpreter): void {
  pyodide.FS.writeFile(`/tmp/${FRESH}.py`, freshSource);
  pyodide.runPython(`
import sys
sys.path.insert(0, "/tmp")
import ${FRESH}
sys.path.remove("/tmp")
${FRESH}.watch()
del sys, ${FRESH}
`);
}

/** Takes a snapshot of a prepared Pyodide that was started with the options of `watch`, with nothing running in it. */
export function takeSnapshot(pyodide: Interpreter, watch: StartWatch): Snapshot {
  pyodide.runPython(`__import__("${FRESH}").freeze()`);
  const module = pyodide._module as EmscriptenModule;
  watch.stop();
  const { beginning, placements } = watch;
  if (!beginning) throw new SnapshotError("the start of Pyodide was not watched");
  const libraries = recordLibraries(module, placements);
  releaseLibraryFiles(module, libraries);
  const jsState = readJsState(module.API.makeSnapshot());
  const memory = module.HEAPU8;
  const { stored, initial } = sortPages(memory, initialMemory(placements, memory.length));
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
      stored,
      initial,
    },
    pages: gatherPages(memory, stored),
  };
}

/** Emscripten leaves the file of every library in the memory; as much as all other compiled code together. */
function releaseLibraryFiles(module: EmscriptenModule, libraries: readonly LibraryRecord[]): void {
  for (const handle of libraries.flatMap(({ handles }) => handles)) {
    const [address = 0, size = 0] = module.HEAPU32.subarray((handle + 28) >> 2, (handle + 36) >> 2);
    if (!address) continue;
    module.HEAPU8.fill(0, address, address + size);
    module._free(address);
    module.HEAPU32.fill(0, (handle + 28) >> 2, (handle + 36) >> 2);
  }
}

/**
 * The memory as instantiating the modules leaves it, from their data segments alone. Each is instantiated once more
 * with imports that do nothing.
 */
function initialMemory(placements: readonly Placement[], size: number): Uint8Array {
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

/** Tags came to the types of TypeScript later than to browsers. */
function idleTag(name: string): WebAssembly.ImportValue {
  const { Tag } = WebAssembly as unknown as { Tag: new (type: object) => WebAssembly.ImportValue };
  return new Tag({ parameters: [name === "__cpp_exception" || name === "__c_longjmp" ? "i32" : "externref"] });
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

/** Names every slot that some module exports; slots inside the libraries fill themselves. */
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

function recordOffsets(module: EmscriptenModule): Record<string, number> {
  return Object.fromEntries(Object.entries(module.GOT).map(([name, entry]) => [name, entry.value as number]));
}

function changed(before: Readonly<Record<string, number>>, now: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
}

function exportsOf(module: EmscriptenModule, path: string): Exports {
  return module.LDSO.loadedLibsByName[path]?.exports as Exports;
}

function trampolineAddress(module: EmscriptenModule): number {
  const offset = module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2] ?? 0;
  return (module.__PyRuntime + offset) >> 2;
}

function readJsState(image: Uint8Array): unknown {
  const header = new DataView(image.buffer, image.byteOffset);
  const length = header.getUint32(8, true);
  return JSON.parse(new TextDecoder().decode(image.subarray(PYODIDE_HEADER_BYTES, PYODIDE_HEADER_BYTES + length)));
}

/** Sorts the pages of `memory` into those that must be stored and those that are there already, zeros left out. */
export function sortPages(memory: Uint8Array, initial: Uint8Array): { stored: PageRun[]; initial: PageRun[] } {
  const now = wordsOf(memory);
  const before = wordsOf(initial);
  const pages = { stored: [] as [number, number][], initial: [] as [number, number][] };
  for (let start = 0; start < now.length; start += PAGE_BYTES / 4) {
    let isKnown = true;
    let isEmpty = true;
    for (let at = start; at < start + PAGE_BYTES / 4; at++) {
      if (now[at] !== before[at]) isKnown = false;
      if (now[at] !== 0) isEmpty = false;
    }
    if (isKnown && !isEmpty) append(pages.initial, (start * 4) / PAGE_BYTES);
    if (!isKnown && !isEmpty) append(pages.stored, (start * 4) / PAGE_BYTES);
  }
  return pages;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function append(runs: [number, number][], page: number): void {
  const last = runs.at(-1);
  if (last && last[0] + last[1] === page) last[1]++;
  else runs.push([page, 1]);
}

function gatherPages(memory: Uint8Array, runs: readonly PageRun[]): Uint8Array {
  const pages = new Uint8Array(runs.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES);
  let at = 0;
  for (const [first, count] of runs) {
    pages.set(memory.subarray(first * PAGE_BYTES, (first + count) * PAGE_BYTES), at);
    at += count * PAGE_BYTES;
  }
  return pages;
}

// ------------------------------------------------------------------------------------------------ the file

/** Writes `PYRTSNP1`, the length of the index (uint32, little endian), the index as JSON, the pages. */
export function encodeSnapshot({ index, pages }: Snapshot): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(index));
  const start = MAGIC.length + 4;
  const file = new Uint8Array(start + json.length + pages.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(MAGIC.length, json.length, true);
  file.set(json, start);
  file.set(pages, start + json.length);
  return file;
}

/** Reads what `encodeSnapshot` wrote. Throws SnapshotError for anything else, a shortened file among it. */
export function decodeSnapshot(file: Uint8Array): Snapshot {
  const start = MAGIC.length + 4;
  if (file.length < start || MAGIC.some((byte, at) => file[at] !== byte)) {
    throw new SnapshotError("the file is not a snapshot of this version of pyrt");
  }
  const length = new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
  if (file.length < start + length) throw new SnapshotError("the file ends inside its index");
  const index = parseIndex(new TextDecoder().decode(file.subarray(start, start + length)));
  const pages = file.subarray(start + length);
  const expected = index.stored.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES;
  if (pages.length !== expected) {
    throw new SnapshotError(`the file has ${pages.length} bytes of memory instead of ${expected}`);
  }
  return { index, pages };
}

function parseIndex(json: string): SnapshotIndex {
  try {
    return JSON.parse(json) as SnapshotIndex;
  } catch {
    throw new SnapshotError("the index of the file cannot be read");
  }
}

// ------------------------------------------------------------------------------------------------ starting

/**
 * The options that make `loadPyodide` start from a snapshot.
 *
 * `libraryFor` gives the compiled code of a library by its path; all are asked for at once. The files of the packages
 * must be mounted (`fsInit`) where they were when the snapshot was taken.
 */
export function restoreOptions(
  snapshot: Snapshot,
  create: CreateModule,
  libraryFor: (path: string) => Promise<WebAssembly.Module | undefined>,
): { createPyodideModule: CreateModule; _loadSnapshot: Uint8Array } {
  const modules = Promise.all(snapshot.index.libraries.map(({ path }) => libraryFor(path)));
  modules.catch(() => {});
  return {
    _loadSnapshot: emptyPyodideSnapshot(snapshot.index),
    async createPyodideModule(settings) {
      const module = await create(settings);
      restoreInto(module, snapshot, await modules);
      return module;
    },
  };
}

/** Gives a restored interpreter what belongs to this visit: random numbers, environment, time zone. */
export function renew(pyodide: Interpreter): void {
  const environment = { LANG: `${(navigator.language ?? "C").replace("-", "_")}.UTF-8` };
  pyodide.runPython(`__import__("${FRESH}").renew(${JSON.stringify(environment)})`);
}

/** A snapshot in Pyodide's own format without any memory: it makes Pyodide skip its start and restore its objects. */
function emptyPyodideSnapshot(index: SnapshotIndex): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(index.jsState));
  const end = Math.ceil((PYODIDE_HEADER_BYTES + json.length) / 16) * 16;
  const image = new Uint8Array(end);
  const header = new Uint32Array(image.buffer, 0, PYODIDE_HEADER_BYTES / 4);
  header.set([PYODIDE_MAGIC, end, json.length, 0]);
  for (let word = 0; word < 8; word++)
    header[4 + word] = Number.parseInt(index.buildId.slice(word * 8, word * 8 + 8), 16);
  image.set(json, PYODIDE_HEADER_BYTES);
  return image;
}

function restoreInto(
  module: EmscriptenModule,
  snapshot: Snapshot,
  modules: readonly (WebAssembly.Module | undefined)[],
): void {
  const { index } = snapshot;
  if (module.API.config.BUILD_ID !== index.buildId) throw new SnapshotError("it was made by another build of Pyodide");
  const trampoline = module.HEAP32[trampolineAddress(module)] ?? 0;
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
  copyPages(module.HEAPU8, snapshot);
  if (trampoline !== index.trampoline) module.HEAP32[trampolineAddress(module)] = trampoline;
  const [standardName = 0, summerName = 0] = module.HEAPU32.subarray(module._tzname >> 2, (module._tzname >> 2) + 2);
  module.__tzset_js(module._timezone, module._daylight, standardName, summerName);
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

/** The table of offsets must be what it was before the first library reads it. */
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
 * Instantiates a library where it was. Its relocations and constructors do not run: all they did is in the memory that
 * is copied afterwards.
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
  module.updateTableMap(record.tableBase, tableSize);
  register(module, record, exports);
}

/** A function that is looked up when it is first called, as Emscripten does for libraries that need each other. */
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

/** Puts the exported functions back into the slots that were handed out for them one by one. */
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

function copyPages(memory: Uint8Array, { index, pages }: Snapshot): void {
  let at = 0;
  let end = 0;
  const runs = [...index.stored, ...index.initial.map(([first, count]) => [first, count, true] as const)];
  for (const [first, count, isThere] of runs.sort((a, b) => a[0] - b[0])) {
    memory.fill(0, end, first * PAGE_BYTES);
    end = (first + count) * PAGE_BYTES;
    if (isThere) continue;
    memory.set(pages.subarray(at, at + count * PAGE_BYTES), first * PAGE_BYTES);
    at += count * PAGE_BYTES;
  }
  memory.fill(0, end);
}
