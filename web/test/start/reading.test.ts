/** A file that Python reads while the app starts, or while a callback runs. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StartupView } from "../../src/shell/progress_view";
import { Reading } from "../../src/start/reading";

const path = "pyrt/packages-rest-0123.img";

let isLive: boolean;
let told: (string | undefined)[];
let view: StartupView;
let reading: Reading;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
  isLive = false;
  told = [];
  view = new StartupView();
  view.show("Running the app");
  reading = new Reading({ view, isLive: () => isLive, stalled: (message) => told.push(message) });
});

afterEach(() => vi.useRealTimers());

const report = (waiting: boolean): void =>
  reading.show({ type: "Reading", path, loaded: 0, total: 2_000_000, waiting });
const text = () => document.querySelector(".pyrt-progress-text")?.textContent;

it("is shown in place of the stage while the start waits for it", () => {
  report(true);
  expect(text()).toBe(`Loading ${path}: 0.0 of 2.0 MB`);
  expect(reading.file).toBe(path);
  report(false);
  expect(text()).toBe("Running the app");
  expect(reading.file).toBeUndefined();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
});

it("is named when the start has waited for long, until it comes", () => {
  report(true);
  vi.advanceTimersByTime(4000);
  expect(told).toEqual([`${path}: Python has waited 4 s for it.`]);
  report(false);
  expect(told.at(-1)).toBeUndefined();
});

it("is forgotten with the worker that has read it", () => {
  report(true);
  vi.advanceTimersByTime(4000);
  reading.end();
  expect(told.at(-1)).toBeUndefined();
  expect(reading.file).toBeUndefined();
});

it("has a bar of its own when the app is there", () => {
  view.finish();
  isLive = true;
  report(true);
  vi.advanceTimersByTime(5000);
  expect(text()).toBe(`Loading ${path}: 0.0 of 2.0 MB`);
  expect(told).toEqual([]);
  expect(reading.file).toBe(path);
});
