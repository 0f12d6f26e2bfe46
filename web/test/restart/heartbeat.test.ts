/** A worker that does not answer: time is counted in questions. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Heartbeat } from "../../src/restart/heartbeat";

let told: string[];
let isCalling: boolean;
let heartbeat: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  told = [];
  isCalling = false;
  heartbeat = new Heartbeat({
    ask: () => told.push("ask"),
    look: () => {},
    isCalling: () => isCalling,
    dead: () => told.push("dead"),
    blocked: (seconds) => told.push(`blocked ${seconds}`),
  });
});

afterEach(() => {
  heartbeat.stop();
  vi.useRealTimers();
});

const seconds = (count: number): void => void vi.advanceTimersByTime(1000 * count);

it("asks once in a second, and is content with answers", () => {
  heartbeat.start();
  for (let count = 0; count < 60; count++) {
    seconds(1);
    heartbeat.answered();
  }
  expect(new Set(told)).toEqual(new Set(["ask"]));
});

it("notices within five seconds a worker that does not answer", () => {
  heartbeat.start();
  seconds(4);
  expect(told).toEqual(["ask"]);
  seconds(1);
  expect(told).toEqual(["ask", "dead"]);
});

it("leaves a callback ten seconds, then asks the user, who is told when it has ended", () => {
  isCalling = true;
  heartbeat.start();
  seconds(10);
  expect(told).toEqual(["ask"]);
  seconds(1);
  expect(told).toEqual(["ask", "blocked 10"]);
  heartbeat.answered();
  expect(told.at(-1)).toBe("blocked 0");
});

it("asks again after twice the time if the user waits", () => {
  isCalling = true;
  heartbeat.start();
  seconds(11);
  heartbeat.wait();
  told.length = 0;
  seconds(9);
  expect(told).toEqual([]);
  seconds(1);
  expect(told).toEqual(["blocked 20"]);
});

it("takes a clock that jumps for no silence", () => {
  heartbeat.start();
  seconds(1);
  vi.setSystemTime(Date.now() + 86_400_000);
  seconds(1);
  expect(told).toEqual(["ask"]);
});

it("asks nothing while the page is hidden, and begins anew when it is shown", () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  heartbeat.start();
  seconds(60);
  expect(told).toEqual([]);
  hidden.mockReturnValue(false);
  seconds(4);
  expect(told).toEqual(["ask"]);
  hidden.mockRestore();
});
