/** The progress of a large file that Python reads. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FileProgress } from "../../src/shell/file_progress";

const MB = 1_000_000;

let view: FileProgress;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
  view = new FileProgress();
});

afterEach(() => {
  vi.useRealTimers();
});

function report(loaded: number, waiting: boolean): void {
  view.show({ type: "Reading", path: "data/big.csv", loaded: loaded * MB, total: 10 * MB, waiting });
}

const bar = () => document.querySelector("[role=progressbar]");
const text = () => document.querySelector("[role=status]")?.textContent;

it("does not show a read that takes a moment", () => {
  report(0, true);
  vi.advanceTimersByTime(200);
  report(1, false);
  vi.advanceTimersByTime(1000);
  expect(bar()).toBeNull();
});

it("shows the amount of a long read until its last request has been answered", () => {
  report(0, true);
  vi.advanceTimersByTime(400);
  expect(bar()?.getAttribute("aria-label")).toBe("Loading data/big.csv");
  expect(bar()?.hasAttribute("aria-valuenow")).toBe(false);
  report(1, false);
  report(1, true);
  vi.advanceTimersByTime(1000);
  expect(bar()?.getAttribute("aria-valuenow")).toBe("10");
  expect(text()).toBe("Loading data/big.csv: 1.0 of 10.0 MB");
  report(10, false);
  vi.advanceTimersByTime(1000);
  expect(bar()).toBeNull();
});

it("counts many short requests as one read", () => {
  for (let done = 0; done < 5; done++) {
    report(done, true);
    vi.advanceTimersByTime(100);
    report(done + 1, false);
  }
  expect(text()).toBe("Loading data/big.csv: 5.0 of 10.0 MB");
  vi.advanceTimersByTime(1000);
  expect(bar()).toBeNull();
});

it("shows the next read, too", () => {
  report(0, true);
  report(1, false);
  vi.advanceTimersByTime(1000);
  report(1, true);
  vi.advanceTimersByTime(1000);
  expect(bar()).not.toBeNull();
});
