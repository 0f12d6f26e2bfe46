/** How JavaScript calls Python. */

import type { WorkerAbilities } from "../browser/abilities";

/** A Python function. Synchronous code called through `callPromising` may wait for promises (JSPI). */
export interface PythonFunction {
  (...values: unknown[]): unknown;
  callPromising(...values: unknown[]): Promise<unknown>;
  destroy(): void;
}

/** Calls a Python function, and waits for what it returns. Not to be called while Python runs. */
export type Call = (fn: PythonFunction, ...values: unknown[]) => Promise<unknown>;

/** What `callPromising` calls, in the pinned Pyodide, to begin in a task of its own. */
interface Internals {
  readonly _api: { scheduleCallback(callback: () => void, delay?: number): void };
}

/**
 * `callPromising` waits for another task before it calls, so that no Python is on the stack. The worker calls from tasks
 * in which there is none, and that task would be a part of each click's time: here the call begins in the next microtask.
 */
export function makeCall({ switching }: WorkerAbilities, pyodide: object): Call {
  if (!switching) return async (fn, ...values) => fn(...values);
  const { _api: api } = pyodide as Internals;
  const { scheduleCallback } = api;
  return (fn, ...values) => {
    api.scheduleCallback = (callback) => callback();
    try {
      return fn.callPromising(...values);
    } finally {
      api.scheduleCallback = scheduleCallback;
    }
  };
}
