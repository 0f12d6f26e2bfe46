import { describe, expect, it } from "vitest";
import { type HostKernel, KernelWatch } from "../../src/notebook/host_kernel";

describe("KernelWatch", () => {
  function watch(...kernels: (HostKernel | null | undefined)[]): boolean[] {
    let at = 0;
    const watched = new KernelWatch(() => kernels[at]);
    return kernels.slice(1).map((_, place) => {
      at = place + 1;
      return watched.hasEnded;
    });
  }

  it("has ended when the notebook has no kernel, a dead one or another one", () => {
    const kernel = { id: "one", status: "idle" };
    expect(watch(kernel, null)).toEqual([true]);
    expect(watch(kernel, { ...kernel, isDisposed: true })).toEqual([true]);
    expect(watch(kernel, { ...kernel, status: "dead" })).toEqual([true]);
    expect(watch(kernel, null, { id: "two" })).toEqual([true, true]);
  });

  it("has not ended while the kernel works or starts again", () => {
    const statuses = ["busy", "restarting", "unknown", "idle"];
    expect(watch({ id: "one" }, ...statuses.map((status) => ({ id: "one", status })))).not.toContain(true);
  });

  it("has not ended before there was a kernel, nor where the host tells of none", () => {
    expect(watch(null, null, { id: "one" }, null)).toEqual([false, false, true]);
    expect(watch(undefined, undefined)).toEqual([false]);
  });
});
