/** A page goes on with a new worker: what it shows stays, and what has not begun is asked for again. */
import { beforeEach, expect, it, vi } from "vitest";
import { installDashClientside } from "../../src/contract/dash_clientside";
import { ComponentProps } from "../../src/mirror/tree";
import { Journal } from "../../src/restart/journal";
import { interruptPage, resumePage } from "../../src/restart/resume";
import { getDashClientside } from "../../src/session/callbacks/clientside";
import { Page, type SessionMessage } from "../../src/session/page";
import type { CallRemote, DryComponent, PageMessage, RemoteReport } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const microtask = () => Promise.resolve();
const output = (id: string) => ({ id, property: "title" });

let page: Page;
let endpoint: MemoryEndpoint;
let journal: Journal;
let report: (report: RemoteReport) => void;
let remoteCalls: CallRemote[];

function receive(...messages: SessionMessage[]): void {
  journal.received(messages);
  page.receiveAll(messages);
}

function restart(): Extract<PageMessage, { type: "Resume" }> {
  interruptPage(page);
  endpoint.sent.length = 0;
  resumePage(page, journal, {});
  const [first] = endpoint.sent;
  if (first?.type !== "Resume") throw new Error("no Resume");
  return first;
}

const started = (run: number, id: string): SessionMessage => ({
  type: "RunStarted",
  run,
  callback: `${id}.title`,
  outputs: [output(id)],
  persistent: false,
});

const status = (seq: number, pending: number, ...called: number[]): SessionMessage => ({
  type: "Status",
  seq,
  pending,
  ...(called.length > 0 && { called }),
});

async function edit(id: string, title: string): Promise<number> {
  page.setProps(page.store.pathOf(id) ?? [], { title });
  await microtask();
  return page.outbox.seq;
}

beforeEach(() => {
  endpoint = new MemoryEndpoint();
  remoteCalls = [];
  const server = {
    call: (call: CallRemote, tell: (report: RemoteReport) => void) => {
      remoteCalls.push(call);
      report = tell;
    },
    end: () => {},
  };
  page = new Page({ endpoint, componentProps: new ComponentProps(), executors: { server } });
  journal = new Journal(() => page.callbacks.callbacks);
  page.outbox.observe((messages) => journal.sent(messages));
  installDashClientside(() => page);
  receive({ type: "Layout", seq: 0, layout: div({ children: [div({ id: "a" }), div({ id: "b" })] }) }, status(0, 0));
});

it("sends the layout as it is shown", async () => {
  const seq = await edit("a", "typed");
  receive({
    type: "Update",
    updateSeq: 3,
    seq,
    changes: [{ id: "b", props: { title: "result" } }],
    origin: "callback",
  });
  receive(started(7, "b"), { type: "RunEnded", run: 7, outcome: "done" }, status(seq, 0));
  const resume = restart();
  expect(resume).toMatchObject({ updateSeq: 3, run: 8, journal: [], kept: [] });
  expect(resume.layout).toEqual(
    div({ children: [div({ id: "a", title: "typed" }), div({ id: "b", title: "result" })] }),
  );
});

it("sends again what was not handled, and what is done meanwhile, each change by itself", async () => {
  await edit("a", "1");
  interruptPage(page);
  await edit("a", "2");
  await edit("b", "3");
  endpoint.sent.length = 0;
  resumePage(page, journal, {});
  await edit("a", "4");
  expect(endpoint.sent[0]).toMatchObject({ type: "Resume", journal: [] });
  const changes = endpoint.sent.flatMap((message) => (message.type === "SetProps" ? message.changes : []));
  expect(changes.map(({ id, props }) => [id, props.title])).toEqual([
    ["a", "1"],
    ["a", "2"],
    ["b", "3"],
    ["a", "4"],
  ]);
  const numbers = endpoint.sent.map(({ seq }) => seq);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] as number) + index));
});

it("keeps what is typed, though the result of an earlier change comes later", async () => {
  await edit("a", "1");
  await edit("a", "2");
  const { seq } = restart();
  receive({
    type: "Update",
    updateSeq: 1,
    seq: seq + 1,
    changes: [{ id: "a", props: { title: "x" } }],
    origin: "callback",
  });
  expect(page.store.propsOf("a")?.title).toBe("2");
});

it("sends a value in place of a patch that is applied already", async () => {
  const patch = {
    __dash_patch_update: "__dash_patch_update",
    operations: [{ operation: "Add", location: [], params: { value: "!" } }],
  };
  page.setProps(page.store.pathOf("a") ?? [], { title: "A" });
  page.setPropsFrom("a", { title: patch });
  await microtask();
  restart();
  const last = endpoint.sent.at(-1);
  expect(last?.type === "SetProps" && last.changes.at(-1)?.props).toEqual({ title: "A!" });
});

it("counts a call as begun if its function was called, and as waiting if not", async () => {
  const seq = await edit("a", "1");
  receive(started(1, "b"), started(2, "c"), status(seq, 2, 1));
  expect(journal.called.map(({ run }) => run)).toEqual([1]);
  const { journal: entries } = restart();
  expect(entries).toEqual([{ changed: [output("a")] }, { callback: "b.title", outputs: [output("b")] }]);
  expect(page.activity.isBusy).toBe(true);
});

it("forgets what has ended, and keeps what was sent since", async () => {
  const first = await edit("a", "1");
  await edit("b", "2");
  receive(status(first, 0));
  restart();
  expect(endpoint.sent.filter(({ type }) => type === "SetProps")).toMatchObject([{ changes: [{ id: "b" }] }]);
});

it("sends the same again if the next worker ends, too", async () => {
  const seq = await edit("a", "1");
  receive(started(1, "b"), started(2, "c"), status(seq, 2, 1));
  await edit("b", "2");
  const first = restart();
  const messages = endpoint.sent.length;
  const second = restart();
  expect(second.journal).toEqual(first.journal);
  expect(endpoint.sent).toHaveLength(messages);
});

it("goes on with a call on the server", async () => {
  const call = {
    type: "CallRemote",
    run: 5,
    executor: "server",
    request: {},
    output: "b.title",
  } as unknown as CallRemote;
  receive(started(5, "b"), call, status(0, 1));
  interruptPage(page);
  report({ type: "RemoteResult", run: 5, outcome: "value" });
  endpoint.sent.length = 0;
  resumePage(page, journal, {});
  expect(endpoint.sent).toMatchObject([{ type: "Resume", kept: [{ run: 5, callback: "b.title" }] }]);
  receive(started(5, "b"), call);
  expect(remoteCalls).toHaveLength(1);
  expect(endpoint.sent.at(-1)).toMatchObject({ type: "RemoteResult", run: 5 });
});

it("calls no JavaScript function twice", () => {
  const called = vi.fn(() => "once");
  Object.assign(getDashClientside(), { app: { called } });
  const call: SessionMessage = {
    type: "CallClientside",
    run: 6,
    function: { namespace: "app", name: "called" },
    inputs: [],
    state: [],
    triggered: [],
    outputs: output("b"),
  };
  receive(started(6, "b"), call, status(0, 1));
  expect(restart().kept).toMatchObject([{ run: 6 }]);
  receive(started(6, "b"), call);
  expect(called).toHaveBeenCalledTimes(1);
  expect(endpoint.sent.at(-1)).toMatchObject({ type: "ClientsideResult", run: 6, values: [{ value: "once" }] });
});

it("sends a layout in which a component has made a circle", () => {
  const circle: Record<string, unknown> = { deep: 1 };
  circle.self = circle;
  page.setProps(page.store.pathOf("a") ?? [], { title: "x" });
  page.store.merge(page.store.pathOf("b") ?? [], { data: circle }, "internal");
  expect(JSON.stringify(restart().layout)).toContain('{"deep":1,"self":null}');
});
