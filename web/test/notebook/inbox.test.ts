import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ViewInbox } from "../../src/notebook/inbox";

describe("ViewInbox", () => {
  const asked = vi.fn();
  const confirmed = vi.fn();
  const handled: number[] = [];
  let inbox: ViewInbox;

  beforeEach(() => {
    vi.useFakeTimers();
    handled.length = 0;
    asked.mockClear();
    confirmed.mockClear();
    inbox = new ViewInbox(confirmed, asked);
  });
  afterEach(() => vi.useRealTimers());

  function take(...numbers: number[]): void {
    for (const number of numbers) inbox.take(number, () => handled.push(number));
  }

  it("handles each message once and in order", () => {
    take(2, 3, 1, 2, 4, 1);
    expect(handled).toEqual([1, 2, 3, 4]);
    expect(inbox.upTo).toBe(4);
  });

  it("confirms a burst once", () => {
    take(1, 2, 3);
    vi.runAllTimers();
    expect(confirmed).toHaveBeenCalledTimes(1);
    expect(asked).not.toHaveBeenCalled();
  });

  it("asks for messages that a later one shows to be missing, until they come", () => {
    take(1, 3);
    vi.runAllTimers();
    expect(asked).toHaveBeenCalledTimes(1);
    inbox.expect(3);
    vi.runAllTimers();
    expect(asked).toHaveBeenCalledTimes(2);
    take(2);
    vi.runAllTimers();
    expect(handled).toEqual([1, 2, 3]);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(confirmed).toHaveBeenCalledTimes(1);
  });

  it("asks for messages that the kernel says to have sent", () => {
    inbox.expect(1);
    vi.runAllTimers();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(confirmed).not.toHaveBeenCalled();
  });

  it("asks for nothing when it is closed", () => {
    take(2);
    inbox.close();
    vi.runAllTimers();
    expect(asked).not.toHaveBeenCalled();
  });
});
