/** S-160: the title shows that the page is busy, unless it is over at once, and the app's own is never lost. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BusyTitle } from "../../src/document/title";
import { Activity } from "../../src/session/activity";

let activity: Activity;

const observed = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = "<title>App</title>";
  activity = new Activity();
  activity.setPending(0);
});

afterEach(() => {
  vi.useRealTimers();
});

it("changes while something runs, and back (R-57)", () => {
  BusyTitle.install("Updating...", activity);
  activity.setPending(1);
  vi.advanceTimersByTime(100);
  expect(document.title).toBe("Updating...");
  activity.setPending(0);
  expect(document.title).toBe("App");
});

it("does not change for what is over at once", () => {
  BusyTitle.install("Updating...", activity);
  activity.setPending(1);
  activity.setPending(0);
  vi.advanceTimersByTime(100);
  expect(document.title).toBe("App");
});

it("keeps a title that the app sets meanwhile for later", async () => {
  BusyTitle.install("Updating...", activity);
  activity.setPending(1);
  vi.advanceTimersByTime(100);
  document.title = "Mine";
  await observed();
  expect(document.title).toBe("Updating...");
  activity.setPending(0);
  expect(document.title).toBe("Mine");
});

it("keeps a title that the app sets before the busy one is shown", async () => {
  BusyTitle.install("Updating...", activity);
  activity.setPending(1);
  vi.advanceTimersByTime(10);
  document.title = "Mine";
  await observed();
  vi.advanceTimersByTime(100);
  expect(document.title).toBe("Updating...");
  activity.setPending(0);
  expect(document.title).toBe("Mine");
});

it("does not count persistent runs (S-132)", () => {
  BusyTitle.install("Updating...", activity);
  activity.start(1, "stream", [], true);
  vi.advanceTimersByTime(100);
  expect(document.title).toBe("App");
});

it("is off without a text", () => {
  BusyTitle.install("", activity);
  activity.setPending(1);
  vi.advanceTimersByTime(100);
  expect(document.title).toBe("App");
});
