/** Messages that arrive while something is loading wait, in order. */
import { expect, it } from "vitest";
import { Inbox } from "../../src/start/inbox";
import type { WorkerMessage } from "../../src/wire/protocol";

const line = (text: string): WorkerMessage => ({ type: "Log", stream: "stdout", text });

function makeInbox(onBatch: (texts: string[], inbox: Inbox) => void = () => {}) {
  const batches: string[][] = [];
  const errors: unknown[] = [];
  const inbox: Inbox = new Inbox(
    (messages) => {
      const texts = messages.map((message) => (message as { text: string }).text);
      batches.push(texts);
      onBatch(texts, inbox);
    },
    (error) => errors.push(error),
  );
  return { inbox, batches, errors };
}

it("passes on the messages of a batch together", () => {
  const { inbox, batches } = makeInbox();
  inbox.receive([line("a"), line("b")]);
  inbox.receive([line("c")]);
  expect(batches).toEqual([["a", "b"], ["c"]]);
});

it("queues messages while work is in progress, behind the rest of its batch", async () => {
  const { inbox, batches } = makeInbox();
  const work = Promise.resolve();
  inbox.pauseFor(work, [line("rest")]);
  inbox.receive([line("later")]);
  expect(batches).toEqual([]);
  await work;
  expect(batches).toEqual([["rest", "later"]]);
});

it("pauses again when a queued message needs work", async () => {
  let release = () => {};
  const second = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { inbox, batches } = makeInbox((texts, own) => {
    if (texts.length === 2) own.pauseFor(second, [line("b")]);
  });
  inbox.pauseFor(Promise.resolve(), [line("a"), line("b")]);
  await Promise.resolve();
  inbox.receive([line("c")]);
  expect(batches).toEqual([["a", "b"]]);
  release();
  await second;
  expect(batches.slice(1)).toEqual([["b", "c"]]);
});

it("reports work that has failed", async () => {
  const { inbox, errors } = makeInbox();
  inbox.pauseFor(Promise.reject(new Error("no file")));
  await new Promise((resolve) => setTimeout(resolve));
  expect(errors).toEqual([new Error("no file")]);
});
