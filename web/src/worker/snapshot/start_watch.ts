/** Observes a start of Pyodide that ends in a snapshot. */

import type { CreateModule, EmscriptenModule } from "./emscripten";

/** One instantiation by Emscripten: the main module or a library, and its bases. */
export interface Placement {
  readonly module: WebAssembly.Module;
  readonly exports: WebAssembly.Exports;
  readonly memoryBase: number;
  readonly tableBase: number;
}

/** The linker's state before the interpreter starts: length of the function table, known offsets. */
interface Beginning {
  readonly tableLength: number;
  readonly offsets: Readonly<Record<string, number>>;
}

/**
 * Records where Emscripten places each library (it keeps no record of libraries that only another library needs), and
 * the state before the first one.
 */
export class StartWatch {
  readonly placements: Placement[] = [];
  beginning: Beginning | undefined;
  readonly #instance = WebAssembly.Instance;
  readonly #instantiate = WebAssembly.instantiate;
  readonly #instantiateStreaming = WebAssembly.instantiateStreaming;

  /** Starts to record. */
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

export function recordOffsets(module: EmscriptenModule): Record<string, number> {
  return Object.fromEntries(Object.entries(module.GOT).map(([name, entry]) => [name, entry.value as number]));
}
