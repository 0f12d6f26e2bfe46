/** Snapshots of the memory of Python: file format, order of pages, restoring, and snapshots that are refused. */
import { describe, expect, it } from "vitest";
import type { EmscriptenModule, Settings } from "../../src/worker/snapshot/emscripten";
import {
  decodeSnapshot,
  encodeSnapshot,
  PAGE_BYTES,
  type Snapshot,
  SnapshotError,
  type SnapshotIndex,
} from "../../src/worker/snapshot/format";
import { copyPages, gatherPages, mixWithData, sortPages } from "../../src/worker/snapshot/memory_pages";
import { restoreOptions } from "../../src/worker/snapshot/restoring";

const buildId = "0123456789abcdef".repeat(4);

/** A page of ones, twos, ... */
function pageOf(value: number): Uint8Array {
  return new Uint8Array(PAGE_BYTES).fill(value);
}

function memoryOf(...values: number[]): Uint8Array {
  const memory = new Uint8Array(values.length * PAGE_BYTES);
  for (const [page, value] of values.entries()) memory.set(pageOf(value), page * PAGE_BYTES);
  return memory;
}

function snapshotWith(changes: Partial<SnapshotIndex> = {}, pages = pageOf(7)): Snapshot {
  const index: SnapshotIndex = {
    buildId,
    memorySize: 2 * 65536,
    jsState: { hiwireKeys: [null], immortalKeys: [] },
    libraries: [],
    firstSlot: 10,
    tableLength: 12,
    functions: [],
    freeSlots: [],
    offsets: {},
    trampoline: 0,
    stored: [[1, 1]],
    changed: [],
    initial: [[2, 1]],
    ...changes,
  };
  return { index, pages };
}

/** The part of Emscripten that a restore without libraries uses, with a real table. */
class FakeModule {
  HEAPU8 = new Uint8Array(65536);
  readonly API = { config: { BUILD_ID: buildId } };
  readonly GOT: Record<string, WebAssembly.Global> = {};
  readonly LDSO = { loadedLibsByName: { __main__: { exports: {} } }, loadedLibsByHandle: {} };
  readonly wasmTable = new WebAssembly.Table({ element: "anyfunc", initial: 10 });
  readonly freeTableIndexes: number[] = [];
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET = 65532;
  readonly __PyRuntime = 65528;
  readonly _tzname = 65520;
  zones = 0;

  get HEAP32() {
    return new Int32Array(this.HEAPU8.buffer);
  }
  get HEAPU32() {
    return new Uint32Array(this.HEAPU8.buffer);
  }
  growMemory(size: number) {
    const grown = new Uint8Array(size);
    grown.set(this.HEAPU8);
    this.HEAPU8 = grown;
  }
  __tzset_js() {
    this.zones++;
  }
}

async function restore(snapshot: Snapshot, module = new FakeModule()): Promise<FakeModule> {
  const create = async () => module as unknown as EmscriptenModule;
  await restoreOptions(snapshot, create, async () => undefined).createPyodideModule({ preRun: [] });
  return module;
}

describe("the pages of a memory", () => {
  it("are stored when they differ from the modules' initial content, and left out when they are zero", () => {
    expect(sortPages(memoryOf(0, 1, 1, 0, 2), memoryOf(0, 0, 0, 0, 0), 0)).toEqual({
      stored: [
        [1, 2],
        [4, 1],
      ],
      changed: [],
      initial: [],
    });
  });

  it("are not stored when the modules fill them", () => {
    expect(sortPages(memoryOf(3, 4), memoryOf(3, 5), 0)).toEqual({ stored: [[1, 1]], changed: [], initial: [[0, 1]] });
  });

  it("that the modules fill and Python has cleared count as zero", () => {
    expect(sortPages(memoryOf(0), memoryOf(9), PAGE_BYTES)).toEqual({ stored: [], changed: [], initial: [] });
  });

  it("differ by a single byte", () => {
    const memory = memoryOf(3);
    memory[PAGE_BYTES - 1] = 4;
    expect(sortPages(memory, memoryOf(3), 0).stored).toEqual([[0, 1]]);
  });

  it("of the main module's data are changed ones, if there was something before and the page is whole", () => {
    const before = memoryOf(3, 0, 5, 6);
    expect(sortPages(memoryOf(4, 4, 4, 4), before, 4 * PAGE_BYTES - 1)).toEqual({
      stored: [
        [1, 1],
        [3, 1],
      ],
      changed: [
        [0, 1],
        [2, 1],
      ],
      initial: [],
    });
  });
});

describe("changed pages", () => {
  const data = memoryOf(3, 0, 5, 0);
  const memory = memoryOf(3, 4, 5, 0);
  memory.set([1, 2], 100);
  memory.set([9], 2 * PAGE_BYTES + 7);
  const index = sortPages(memory, data, memory.length);

  it("are stored as how they differ, behind the others", () => {
    const pages = gatherPages(memory, data, index);
    expect(pages.subarray(0, PAGE_BYTES)).toEqual(pageOf(4));
    const nonZero = [...pages.entries()].slice(PAGE_BYTES).filter(([, byte]) => byte !== 0);
    expect(nonZero).toEqual([
      [PAGE_BYTES + 100, 3 ^ 1],
      [PAGE_BYTES + 101, 3 ^ 2],
      [2 * PAGE_BYTES + 7, 5 ^ 9],
    ]);
  });

  it("are complete again with the data of the module, and copied to their places", () => {
    const snapshot = snapshotWith(index, gatherPages(memory, data, index));
    mixWithData(snapshot, data);
    const restored = memoryOf(3, 8, 5, 8);
    copyPages(restored, snapshot, [[0, restored.length]]);
    expect(restored).toEqual(memory);
  });
});

describe("copying the pages", () => {
  const snapshot = snapshotWith({ stored: [[1, 1]], initial: [[2, 1]] });

  it("clears what was written before, and nothing that an initial page has", () => {
    const memory = memoryOf(8, 8, 8, 8, 8);
    copyPages(memory, snapshot, [[0, memory.length]]);
    expect(memory).toEqual(memoryOf(0, 7, 8, 0, 0));
  });

  it("does not write where nothing was written: such pages take no room", () => {
    const memory = memoryOf(0, 0, 0, 8, 8);
    copyPages(memory, snapshot, [
      [0, 1],
      [4 * PAGE_BYTES + 1, 4 * PAGE_BYTES + 2],
    ]);
    expect(memory).toEqual(memoryOf(0, 7, 0, 8, 0));
  });
});

describe("the file of a snapshot", () => {
  it("gives back what was written", () => {
    const snapshot = snapshotWith();
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  });

  it("is refused when it is something else", () => {
    const page = new TextEncoder().encode("<!doctype html><title>404</title>");
    expect(() => decodeSnapshot(page)).toThrow(new SnapshotError("the file is not a snapshot of this version of pyrt"));
  });

  it("is refused at every length but its own", () => {
    const file = encodeSnapshot(snapshotWith());
    for (const length of [0, 8, 11, 13, 40, file.length - PAGE_BYTES, file.length - 1]) {
      expect(() => decodeSnapshot(file.subarray(0, length))).toThrow(SnapshotError);
    }
    const longer = new Uint8Array(file.length + 1);
    longer.set(file);
    expect(() => decodeSnapshot(longer)).toThrow(/4097 bytes of memory instead of 4096/);
  });

  it("is refused when its index is no JSON", () => {
    const file = encodeSnapshot(snapshotWith());
    file[12] = 0;
    expect(() => decodeSnapshot(file)).toThrow(new SnapshotError("the index of the file cannot be read"));
  });
});

describe("a restore", () => {
  it("fills the memory with the stored pages, keeps those of the modules, and clears the rest", async () => {
    const module = new FakeModule();
    module.HEAPU8.set(memoryOf(8, 8, 8, 8));
    await restore(snapshotWith(), module);
    expect(module.HEAPU8.length).toBe(2 * 65536);
    expect([0, 1, 2, 3].map((page) => module.HEAPU8[page * PAGE_BYTES])).toEqual([0, 7, 8, 0]);
    expect(module.wasmTable.length).toBe(12);
    expect(module.zones).toBe(1);
  });

  it("completes changed pages with the data of the module, before its code runs", async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).fill(3, PAGE_BYTES, 2 * PAGE_BYTES);
    const module = new FakeModule();
    const create = async (settings: Settings) => {
      settings.instantiateWasm?.({}, (instance) => {
        expect(instance.exports.memory).toBe(memory);
        new Uint8Array(memory.buffer).fill(9); // as constructors do
      });
      return module as unknown as EmscriptenModule;
    };
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 0 });
    const instance = { exports: { memory, __indirect_function_table: table } } as unknown as WebAssembly.Instance;
    const settings: Settings = {
      preRun: [],
      instantiateWasm: (_, done) => done(instance, {} as WebAssembly.Module),
    };
    const snapshot = snapshotWith({ stored: [], changed: [[1, 1]] }, pageOf(3 ^ 7));
    await restoreOptions(snapshot, create, async () => undefined).createPyodideModule(settings);
    expect(module.HEAPU8.subarray(PAGE_BYTES, 2 * PAGE_BYTES)).toEqual(pageOf(7));
  });

  it("is refused when the data of the module was not seen", async () => {
    const snapshot = snapshotWith({ stored: [], changed: [[1, 1]] });
    await expect(restore(snapshot)).rejects.toThrow("it is not known what the main module has in its data");
  });

  it("keeps the free slots and the offsets of the linker", async () => {
    const module = await restore(snapshotWith({ freeSlots: [11], offsets: { PyExc_ValueError: 4096 } }));
    expect(module.freeTableIndexes).toEqual([11]);
    expect(module.GOT.PyExc_ValueError?.value).toBe(4096);
  });

  it("keeps the trampoline of the browser it runs in", async () => {
    const module = new FakeModule();
    module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2] = 0;
    module.HEAP32[module.__PyRuntime >> 2] = 5;
    await restore(snapshotWith({ trampoline: 6 }), module);
    expect(module.HEAP32[module.__PyRuntime >> 2]).toBe(5);
  });

  it.each([
    ["another build of Pyodide", { buildId: "f".repeat(64) }, "it was made by another build of Pyodide"],
    ["a function table that is too long", { firstSlot: 9 }, "the function table begins with 10 slots, not with 9"],
    ["a memory that is too large", { memorySize: 4096 }, "the memory starts with 65536 bytes, the snapshot has 4096"],
    [
      "a function that no module exports",
      { functions: [[11, -1, "unknown"]] as const },
      "the function unknown is missing",
    ],
  ])("is refused for %s, before the memory is touched", async (_, changes, message) => {
    const module = new FakeModule();
    module.HEAPU8.fill(8);
    await expect(restore(snapshotWith(changes), module)).rejects.toThrow(new SnapshotError(message));
    expect(module.HEAPU8.subarray(0, 65536).every((byte) => byte === 8)).toBe(true);
    expect(module.zones).toBe(0);
  });

  it("is refused when a symbol has moved", async () => {
    const module = new FakeModule();
    module.GOT.PyExc_ValueError = new WebAssembly.Global({ value: "i32", mutable: true }, 8);
    const message = "the symbol PyExc_ValueError is at 8, in the snapshot at 16";
    await expect(restore(snapshotWith({ offsets: { PyExc_ValueError: 16 } }), module)).rejects.toThrow(message);
  });

  it("is refused when a library is missing", async () => {
    const library = {
      path: "/x.so",
      handles: [],
      global: false,
      memoryBase: 0,
      memorySize: 0,
      tableBase: 10,
      tableSize: 0,
    };
    await expect(restore(snapshotWith({ libraries: [library] }))).rejects.toThrow("the library /x.so is missing");
  });

  it("passes Pyodide an image with its own objects and no memory", () => {
    const { _loadSnapshot: image } = restoreOptions(
      snapshotWith(),
      async () => new FakeModule() as unknown as EmscriptenModule,
      async () => undefined,
    );
    const [magic, offset, length] = new Uint32Array(image.buffer, 0, 3);
    expect(magic).toBe(0x706e7300);
    expect(offset).toBe(image.length);
    expect(JSON.parse(new TextDecoder().decode(image.subarray(48, 48 + (length ?? 0))))).toEqual(
      snapshotWith().index.jsState,
    );
  });
});
