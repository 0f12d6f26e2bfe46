import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FrameMessage } from "../../src/notebook/channel";
import { KernelWorker } from "../../src/notebook/kernel_worker";
import { encodeBatch, type PageMessage } from "../../src/wire/protocol";

describe("KernelWorker", () => {
  const sent: FrameMessage[] = [];
  beforeEach(() => {
    sent.length = 0;
    KernelWorker.line = { send: (message) => sent.push(message) };
  });
  afterEach(() => {
    KernelWorker.line = { send: () => {} };
  });

  const rendered: PageMessage = { type: "Rendered", seq: 1, updateSeq: 0 };
  function change(value: string): PageMessage {
    return {
      type: "SetProps",
      seq: 2,
      seen: 0,
      changes: [{ path: [], id: "text", props: { value }, origin: "internal" }],
    };
  }

  it("tells beside a batch whether it changes props", () => {
    const worker = new KernelWorker("worker.js");
    const result: PageMessage = {
      type: "ClientsideResult",
      seq: 3,
      run: 1,
      outcome: "value",
      values: [{ id: "text", property: '"type":"SetProps"', value: "SetProps" }],
    } as unknown as PageMessage;
    for (const batch of [[rendered], [change("typed")], [rendered, change("typed")], [result]]) {
      worker.postMessage(encodeBatch(batch));
    }
    expect(sent.map((message) => message.kind === "batch" && message.changesProps)).toEqual([false, true, true, false]);
    expect(sent[0]).toEqual({ kind: "batch", text: JSON.stringify([rendered]), changesProps: false });
  });
});
