/**
 * Memory snapshots of a started Python, compiled extensions included: taking one, writing it down, starting from it.
 *
 * A snapshot is the linear memory plus what the memory refers to outside itself: the compiled libraries, each at
 * the place it was loaded to, the slots of the function table, the linker's global offset table, and the JavaScript
 * objects Python holds. Pyodide restores the last of these; this module does the others, through the internals of
 * one pinned Pyodide. It knows nothing of pyrt's files or messages. Everything it finds unexpected is a
 * `SnapshotError`, thrown before Python has run, so that the caller can start in the ordinary way.
 */

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
  readonly tableBase: number;
  readonly tableSize: number;
}

/** [slot of the table, position in `libraries` or -1 for the main module, name of the export] */
export type FunctionRecord = readonly [slot: number, library: number, name: string];

/** [first page, number of pages] of the memory whose bytes are in the file, in order. */
export type PageRun = readonly [first: number, count: number];

/** All of a snapshot but the bytes of its memory. */
export interface SnapshotIndex {
  readonly buildId: string;
  readonly memorySize: number;
  readonly jsState: unknown;
  readonly libraries: readonly LibraryRecord[];
  readonly tableLength: number;
  readonly functions: readonly FunctionRecord[];
  readonly freeSlots: readonly number[];
  readonly offsets: Readonly<Record<string, number>>;
  readonly trampoline: number;
  readonly runs: readonly PageRun[];
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
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  growMemory(size: number): number | undefined;
  getDylinkMetadata(module: WebAssembly.Module): DylinkMetadata;
  relocateExports(exports: Exports, memoryBase: number): Exports;
  newDSO(name: string, handle: number | undefined, exports: Exports): Dso;
  mergeLibSymbols(exports: Exports, name: string): void;
  updateTableMap(offset: number, count: number): void;
  getFunctionAddress(fn: unknown): number;
  addFunction(fn: unknown, signature?: string): number;
  setWasmTableEntry(slot: number, fn: unknown): void;
}

type CreateModule = (settings: object) => Promise<EmscriptenModule>;

export const PAGE_BYTES = 4096;
const WASM_PAGE_BYTES = 65536;
const MAGIC = new TextEncoder().encode("PYRTSNP1");
const MAIN = -1;
/* The header of Pyodide's own format: magic, offset of the memory, length of the JSON, padding, build id. */
const PYODIDE_MAGIC = 0x706e7300;
const PYODIDE_HEADER_BYTES = 48;

// ------------------------------------------------------------------------------------------------ taking

/** Where one instantiation of a library went. */
interface Placement {
  readonly exports: WebAssembly.Exports;
  readonly memoryBase: number;
  readonly tableBase: number;
}

/**
 * Notes where Emscripten places each library. Start it before `loadPyodide`: for a library that another one needs,
 * Emscripten itself keeps no record.
 */
export class LibraryWatch {
  readonly placements: Placement[] = [];
  readonly #instance = WebAssembly.Instance;
  readonly #instantiate = WebAssembly.instantiate;

  constructor() {
    const note = this.#note.bind(this);
    const instantiate = this.#instantiate as (source: unknown, imports: unknown) => Promise<unknown>;
    WebAssembly.Instance = new Proxy(this.#instance, {
      construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
        const instance = new target(module, imports);
        note(instance, imports);
        return instance;
      },
    });
    WebAssembly.instantiate = (async (source: unknown, imports: WebAssembly.Imports) => {
      const result = await instantiate(source, imports);
      note(
        result instanceof this.#instance ? result : (result as { instance: WebAssembly.Instance }).instance,
        imports,
      );
      return result;
    }) as typeof WebAssembly.instantiate;
  }

  stop(): void {
    WebAssembly.Instance = this.#instance;
    WebAssembly.instantiate = this.#instantiate;
  }

  #note(instance: WebAssembly.Instance, imports: WebAssembly.Imports | undefined): void {
    const env = imports?.env as { __memory_base?: number; __table_base?: number } | undefined;
    if (!imports || !("GOT.mem" in imports) || typeof env?.__table_base !== "number") return;
    this.placements.push({
      exports: instance.exports,
      memoryBase: env.__memory_base ?? 0,
      tableBase: env.__table_base,
    });
  }
}

/** Takes a snapshot of a Pyodide started with `_makeSnapshot: true` under `watch`, with nothing running in it. */
export function takeSnapshot(pyodide: { readonly _module: unknown }, watch: LibraryWatch): Snapshot {
  const module = pyodide._module as EmscriptenModule;
  const libraries = recordLibraries(module, watch.placements);
  const jsState = readJsState(module.API.makeSnapshot());
  const memory = module.HEAPU8;
  const runs = findRuns(memory);
  return {
    index: {
      buildId: module.API.config.BUILD_ID,
      memorySize: memory.length,
      jsState,
      libraries,
      tableLength: module.wasmTable.length,
      functions: recordFunctions(module, libraries),
      freeSlots: [...module.freeTableIndexes],
      offsets: recordOffsets(module),
      trampoline: module.HEAP32[trampolineAddress(module)] ?? 0,
      runs,
    },
    pages: gatherPages(memory, runs),
  };
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
    const handles = Object.entries(module.LDSO.loadedLibsByHandle).filter(([, other]) => other === dso);
    records.push({
      path,
      handles: handles.map(([handle]) => Number(handle)),
      global: Boolean(dso.global),
      memoryBase: placement.memoryBase,
      tableBase: placement.tableBase,
      tableSize: 0,
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

/** The runs of pages that hold anything but zeros. */
export function findRuns(memory: Uint8Array<ArrayBuffer>): PageRun[] {
  const words = new Float64Array(memory.buffer, memory.byteOffset, memory.length / 8);
  const bits = new BigUint64Array(words.buffer, words.byteOffset, words.length);
  const perPage = PAGE_BYTES / 8;
  const runs: [number, number][] = [];
  for (let page = 0; page < words.length / perPage; page++) {
    const start = page * perPage;
    let word = start;
    while (word < start + perPage && bits[word] === 0n) word++;
    if (word === start + perPage) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === page) last[1]++;
    else runs.push([page, 1]);
  }
  return runs;
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
  const index = JSON.parse(new TextDecoder().decode(file.subarray(start, start + length))) as SnapshotIndex;
  const pages = file.subarray(start + length);
  const expected = index.runs.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES;
  if (pages.length !== expected) {
    throw new SnapshotError(`the file has ${pages.length} bytes of memory instead of ${expected}`);
  }
  return { index, pages };
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
  libraryFor: (path: string) => Promise<WebAssembly.Module>,
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

function restoreInto(module: EmscriptenModule, snapshot: Snapshot, modules: readonly WebAssembly.Module[]): void {
  const { index, pages } = snapshot;
  if (module.API.config.BUILD_ID !== index.buildId) throw new SnapshotError("it was made by another build of Pyodide");
  const trampoline = module.HEAP32[trampolineAddress(module)] ?? 0;
  growMemory(module, index.memorySize);
  growTable(module, index.tableLength);
  restoreOffsets(module, index.offsets);
  for (const [position, record] of index.libraries.entries()) {
    loadLibrary(module, record, modules[position] as WebAssembly.Module);
  }
  restoreFunctions(module, index);
  module.freeTableIndexes.splice(0, module.freeTableIndexes.length, ...index.freeSlots);
  copyPages(module.HEAPU8, pages, index.runs);
  if (trampoline !== index.trampoline) module.HEAP32[trampolineAddress(module)] = trampoline;
}

function growMemory(module: EmscriptenModule, size: number): void {
  const have = module.HEAPU8.length;
  if (have > size) throw new SnapshotError(`the memory starts with ${have} bytes, the snapshot has ${size}`);
  if (have < size) module.growMemory(size);
  if (module.HEAPU8.length !== Math.ceil(size / WASM_PAGE_BYTES) * WASM_PAGE_BYTES) {
    throw new SnapshotError(`the memory did not grow to ${size} bytes`);
  }
}

function growTable(module: EmscriptenModule, length: number): void {
  const missing = length - module.wasmTable.length;
  if (missing < 0) throw new SnapshotError(`the function table has ${-missing} slots too many`);
  module.wasmTable.grow(missing);
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
  module.updateTableMap(record.tableBase, metadata.tableSize ?? 0);
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

function copyPages(memory: Uint8Array, pages: Uint8Array, runs: readonly PageRun[]): void {
  let at = 0;
  let end = 0;
  for (const [first, count] of runs) {
    memory.fill(0, end, first * PAGE_BYTES);
    end = (first + count) * PAGE_BYTES;
    memory.set(pages.subarray(at, at + count * PAGE_BYTES), first * PAGE_BYTES);
    at += count * PAGE_BYTES;
  }
  memory.fill(0, end);
}
