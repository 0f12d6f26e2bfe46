/** The internals of Emscripten's module that snapshots use, as in the pinned Pyodide. */

import type { EmscriptenFs } from "../image_fs";

export type Exports = Record<string, unknown>;

export interface Dso {
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
  /** Whether Pyodide calls Python so that it may wait for promises, from the event loop too. */
  jspiSupported: boolean;
  /** What `wasmTable` has in each slot, once it was read. */
  readonly wasmTableMirror: unknown[];
  __tzset_js(timezone: number, daylight: number, standardName: number, summerName: number): void;
  growMemory(size: number): number | undefined;
  _free(address: number): void;
  _malloc(size: number): number;
  _sbrk(bytes: number): number;
  _emscripten_stack_get_current(): number;
  /** The lowest address of the stack, where the data of the main module ends. */
  _emscripten_stack_get_end(): number;
  getDylinkMetadata(module: WebAssembly.Module): DylinkMetadata;
  relocateExports(exports: Exports, memoryBase: number): Exports;
  newDSO(name: string, handle: number | undefined, exports: Exports): Dso;
  mergeLibSymbols(exports: Exports, name: string): void;
  getFunctionAddress(fn: unknown): number;
  addFunction(fn: unknown, signature?: string): number;
  setWasmTableEntry(slot: number, fn: unknown): void;
}

type Instantiate = (
  imports: unknown,
  done: (instance: WebAssembly.Instance, code: WebAssembly.Module) => void,
) => unknown;

/** What Pyodide gives to Emscripten, which makes the module of it. */
export interface Settings {
  readonly preRun: ((module: EmscriptenModule) => void)[];
  instantiateWasm?: Instantiate;
}

export type CreateModule = (settings: Settings) => Promise<EmscriptenModule>;

export const WASM_PAGE_BYTES = 65536;

export function exportsOf(module: EmscriptenModule, path: string): Exports {
  return module.LDSO.loadedLibsByName[path]?.exports as Exports;
}

export function trampolineAddress(module: EmscriptenModule): number {
  const offset = module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2] ?? 0;
  return (module.__PyRuntime + offset) >> 2;
}
