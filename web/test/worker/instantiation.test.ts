// @vitest-environment node
/** A failed instantiation ends a start, although Pyodide goes on waiting. */
import { describe, expect, it } from "vitest";
import { unlessInstantiationFails } from "../../src/worker/instantiation";

const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const damaged = new Uint8Array(8);

/** As Pyodide does it. */
function start(code: Uint8Array, imports?: WebAssembly.Imports): Promise<string> {
  return new Promise((resolve) => {
    WebAssembly.instantiate(code as BufferSource, imports).then(
      () => resolve("started"),
      () => {},
    );
  });
}

describe("an instantiation", () => {
  it("is passed through", async () => {
    expect(await unlessInstantiationFails(() => start(empty, {}))).toBe("started");
  });

  it("that fails is an error, and nothing stays replaced", async () => {
    const before = [WebAssembly.instantiate, WebAssembly.instantiateStreaming];
    await expect(unlessInstantiationFails(() => start(damaged, {}))).rejects.toThrow(WebAssembly.CompileError);
    expect([WebAssembly.instantiate, WebAssembly.instantiateStreaming]).toEqual(before);
  });

  it("without imports is no interpreter", async () => {
    const started = unlessInstantiationFails(async () => {
      await Promise.race([start(damaged), Promise.resolve()]);
      return start(empty, {});
    });
    expect(await started).toBe("started");
  });
});
