import { describe, expect, it, vi } from "vitest";
import { makeCall, type PythonFunction } from "../../src/worker/call";

/** As in Pyodide: `callPromising` waits for a task before it calls. */
function fakePyodide(fn: (...values: unknown[]) => unknown) {
  const scheduleCallback = vi.fn((callback: () => void) => void setTimeout(callback, 0));
  const api: { scheduleCallback: (callback: () => void) => void } = { scheduleCallback };
  const python = Object.assign((...values: unknown[]) => fn(...values), {
    callPromising: async (...values: unknown[]) => {
      await new Promise<void>((resolve) => api.scheduleCallback(resolve));
      return fn(...values);
    },
    destroy: () => undefined,
  });
  return { pyodide: { _api: api }, python: python as PythonFunction, scheduleCallback };
}

describe("a call of Python", () => {
  it("begins in the task that makes it", async () => {
    const called: unknown[] = [];
    const { pyodide, python } = fakePyodide((value) => called.push(value));
    const call = makeCall({ switching: true, switchingObstacle: "" }, pyodide);
    const task = new Promise((resolve) => setTimeout(() => resolve([...called]), 0));
    void call(python, "first");
    void call(python, "second");
    expect(called).toEqual([]);
    expect(await task).toEqual(["first", "second"]);
  });

  it("gives what Python returns, and what it raises", async () => {
    const { pyodide, python } = fakePyodide((value) => {
      if (value === "bad") throw new Error("PythonError");
      return `${String(value)}!`;
    });
    const call = makeCall({ switching: true, switchingObstacle: "" }, pyodide);
    expect(await call(python, "good")).toBe("good!");
    await expect(call(python, "bad")).rejects.toThrow("PythonError");
  });

  it("leaves Pyodide's own calls as they are", async () => {
    const { pyodide, python, scheduleCallback } = fakePyodide(() => undefined);
    await makeCall({ switching: true, switchingObstacle: "" }, pyodide)(python);
    expect(scheduleCallback).not.toHaveBeenCalled();
    expect(pyodide._api.scheduleCallback).toBe(scheduleCallback);
    await python.callPromising();
    expect(scheduleCallback).toHaveBeenCalledOnce();
  });

  it("is plain where Python cannot wait", async () => {
    const { pyodide, python, scheduleCallback } = fakePyodide((value) => value);
    const call = makeCall({ switching: false, switchingObstacle: "none" }, pyodide);
    expect(await call(python, 1)).toBe(1);
    expect(scheduleCallback).not.toHaveBeenCalled();
  });
});
