import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ViewOutbox } from "../../src/notebook/outbox";

describe("ViewOutbox", () => {
  const send = vi.fn();
  const look = vi.fn(() => Promise.resolve());
  let outbox: ViewOutbox;

  beforeEach(() => {
    vi.useFakeTimers();
    send.mockClear();
    look.mockClear();
    outbox = new ViewOutbox(send, look);
  });
  afterEach(() => vi.useRealTimers());

  it("sends at once, under a number", () => {
    outbox.send({ kind: "open" });
    outbox.send({ kind: "batch" });
    expect(send.mock.calls).toEqual([[{ kind: "open", number: 1 }], [{ kind: "batch", number: 2 }]]);
  });

  it("sends again what is not confirmed, after it has looked for another channel", async () => {
    outbox.send({ kind: "open" });
    outbox.send({ kind: "batch" });
    outbox.confirm(1);
    send.mockClear();
    await vi.advanceTimersByTimeAsync(2000);
    expect(look).toHaveBeenCalledTimes(1);
    expect(send.mock.calls).toEqual([[{ kind: "batch", number: 2 }]]);
    await vi.advanceTimersByTimeAsync(4000);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it("sends nothing again that was confirmed, or after it is closed", async () => {
    outbox.send({ kind: "open" });
    outbox.confirm(1);
    outbox.send({ kind: "close" });
    outbox.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(send).toHaveBeenCalledTimes(2);
    expect(look).not.toHaveBeenCalled();
  });
});
