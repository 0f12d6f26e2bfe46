// @vitest-environment node
/** A start that fails as there is too little memory says so, whatever the browser calls it. */
import { describe, expect, it } from "vitest";
import { explainOutOfMemory, freeBytes } from "../../src/worker/memory";

function pythonError(message: string): Error {
  return Object.assign(new Error(message), { name: "PythonError" });
}

function explained(error: unknown): string {
  return (explainOutOfMemory(error) as Error).message;
}

describe("too little memory", () => {
  it.each([
    new RangeError("WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance"),
    new RangeError("WebAssembly.Memory(): could not allocate memory"),
    new RangeError("Array buffer allocation failed"),
    new RangeError("Out of memory"),
    new Error("the memory did not grow to 94240768 bytes"),
    pythonError('Traceback (most recent call last):\n  File "/app/app.py", line 3, in <module>\nMemoryError\n'),
    pythonError("Traceback:\nnumpy._core._exceptions._ArrayMemoryError: Unable to allocate 8.00 GiB for an array\n"),
  ])("is said with what to do, and the error stays readable: %s", (error) => {
    const message = explained(error);
    expect(message).toMatch(/^This device has too little memory left .* reload the page\./);
    expect(message).toContain(error.message.trimEnd());
  });

  it.each([
    new Error("pyodide.asm.wasm: the server answered 404."),
    pythonError("Traceback:\nValueError: seat allocation failed\n"),
    pythonError("Traceback:\nMemoryError\n\nDuring handling of it, another exception occurred:\nKeyError: 'a'\n"),
  ])("is not said of another error: %s", (error) => {
    expect(explainOutOfMemory(error)).toBe(error);
  });
});

describe("freeing", () => {
  it("leaves a buffer of which it has only a part", () => {
    const whole = new Uint8Array(8).fill(1);
    freeBytes(whole.subarray(0, 4));
    expect(whole.length).toBe(8);
  });
});
