/** Waiting for what other tasks do: as long as a busy machine needs, and no longer than that takes. */
import { vi } from "vitest";

/** Resolves when `check` throws nothing any more. */
export function waitFor<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}
