/** Answers that the build has computed: shown before Python, and replaced by what the engine says. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { installDashClientside } from "../../../src/contract/dash_clientside";
import { ComponentProps } from "../../../src/mirror/tree";
import type { Answer, AnswerTable } from "../../../src/session/callbacks/answers";
import { Page } from "../../../src/session/page";
import type { Dictionary } from "../../../src/wire/json";
import type { CallbackSpec, DryComponent, PageMessage, WorkerMessage } from "../../../src/wire/protocol";
import { MemoryEndpoint } from "../../../src/wire/transport";

const component = (id: string, props: object): DryComponent => ({
  namespace: "html",
  type: "Div",
  props: { id, ...props },
});
const layout = () => ({
  namespace: "html",
  type: "Div",
  props: {
    children: [
      component("region", { value: "East" }),
      component("size", { value: 1 }),
      component("out", { children: "East 1" }),
    ],
  },
});
const regions = ["East", "West", "North"];

const spec = (output: string, inputs: string[]): CallbackSpec => ({
  output,
  inputs: inputs.map((id) => ({ id, property: "value" })),
  state: [],
});
const callbacks = [spec("out.children", ["region", "size"])];

const table = (files: AnswerTable["files"]): AnswerTable => ({
  callback: "out.children",
  inputs: [
    { id: "region", property: "value", values: regions, isSet: false },
    { id: "size", property: "value", values: [1, 2], isSet: false },
  ],
  inputCount: 2,
  files,
});
const answersOf = (first: number): Answer[] =>
  [0, 1].map((second) => ({
    positions: [first, second],
    changes: [{ id: "out", props: { children: `${regions[first]} ${second + 1}` } }],
  }));

let page: Page;
let endpoint: MemoryEndpoint;
let requested: string[];

const out = () => page.store.propsOf("out")?.children;
const choose = (id: string, value: unknown) => page.setProps(page.store.pathOf(id) ?? [], { value });
/** All that waits for microtasks is done. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
const sent = () => endpoint.sent.filter(({ type }: PageMessage) => type === "SetProps");

function engine(...messages: WorkerMessage[]): void {
  page.receiveAll(messages as never);
}
const update = (updateSeq: number, seq: number, props: Dictionary): WorkerMessage => ({
  type: "Update",
  updateSeq,
  seq,
  changes: [{ id: "out", props }],
  origin: "callback",
  run: updateSeq,
});
const status = (seq: number): WorkerMessage => ({ type: "Status", seq, pending: 0 });

/** The engine finishes its start: it has the layout, and has run the initial callback. */
function start(): void {
  engine({ type: "Layout", seq: page.outbox.seq, layout: layout() });
  engine(status(page.outbox.seq));
}

function draw(used: AnswerTable[], read = async (file: string) => answersOf(Number(file))): void {
  const precomputed = {
    tables: used,
    read: (file: string) => {
      requested.push(file);
      return read(file);
    },
  };
  page.drawPrerendered({ layout: layout(), callbacks, readLayout: layout, precomputed });
}

beforeEach(() => {
  vi.stubGlobal("navigator", { userActivation: { hasBeenActive: true } });
  requested = [];
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint, componentProps: new ComponentProps() });
  installDashClientside(() => page);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("are fetched before they are needed, each file once", async () => {
  draw([table(["0", "1", null])]);
  expect(requested).toEqual(["0", "1"]);
  choose("region", "West");
  await settled();
  expect(requested).toEqual(["0", "1"]);
});

it("are shown at once, and the page does not wait for Python", async () => {
  draw([table(["0", "1", "2"])]);
  choose("region", "West");
  await settled();
  expect(out()).toBe("West 1");
  expect(page.activity.isBusy).toBe(false);
  choose("size", 2);
  await settled();
  expect(out()).toBe("West 2");
  expect(sent()).toEqual([]);
});

it("do not exist for other values: Python will answer", async () => {
  draw([table(["0", "1", null])]);
  choose("region", "North");
  await settled();
  expect(out()).toBe("East 1");
  expect(page.activity.isBusy).toBe(true);
  choose("region", "South");
  await settled();
  expect(out()).toBe("East 1");
});

it("leave the page busy while another callback of the same prop waits", async () => {
  const precomputed = { tables: [table(["0", "1", "2"])], read: async (file: string) => answersOf(Number(file)) };
  const both = [...callbacks, spec("other.children", ["region"])];
  page.drawPrerendered({ layout: layout(), callbacks: both, readLayout: layout, precomputed });
  choose("region", "West");
  await settled();
  expect(out()).toBe("West 1");
  expect(page.activity.isBusy).toBe(true);
});

it("that come late are not shown over a newer choice", async () => {
  const pending = new Map<string, (answers: Answer[]) => void>();
  draw([table(["0", "1", "2"])], (file) => new Promise((resolve) => pending.set(file, resolve)));
  choose("region", "West");
  await settled();
  choose("region", "North");
  await settled();
  pending.get("2")?.(answersOf(2));
  await settled();
  expect(out()).toBe("North 1");
  pending.get("1")?.(answersOf(1));
  await settled();
  expect(out()).toBe("North 1");
});

it("that cannot be fetched are left to Python, and tried again", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  let isDown = true;
  draw([table(["0", "1", "2"])], async (file) => {
    if (isDown) throw new Error("no network");
    return answersOf(Number(file));
  });
  choose("region", "West");
  await settled();
  expect(out()).toBe("East 1");
  expect(warn.mock.calls.flat().join()).toContain("no network");
  isDown = false;
  choose("size", 2);
  await settled();
  expect(out()).toBe("West 2");
});

it("ignore the order of a list of choices", async () => {
  const chosen = { ...table(["0"]), inputs: [{ id: "region", property: "value", values: [["a", "b"]], isSet: true }] };
  draw([chosen], async () => [{ positions: [0], changes: [{ id: "out", props: { children: "both" } }] }]);
  choose("region", ["b", "a"]);
  await settled();
  expect(out()).toBe("both");
});

it("stay while Python takes over, through all choices in between", async () => {
  draw([table(["0", "1", "2"])]);
  for (const region of ["West", "North"]) {
    choose("region", region);
    await settled();
  }
  const drawn: unknown[] = [];
  start();
  drawn.push(out());
  const [west, north] = sent().map(({ seq }) => seq) as [number, number];
  engine(update(1, west, { children: "West 1" }), status(west));
  drawn.push(out());
  engine(update(2, north, { children: "North 1" }), status(north));
  drawn.push(out());
  expect(drawn).toEqual(["North 1", "North 1", "North 1"]);
  expect(page.store.propsOf("region")?.value).toBe("North");
});

it("give way to what Python says in the end", async () => {
  draw([table(["0", "1", "2"])]);
  choose("region", "West");
  await settled();
  start();
  engine(update(1, page.outbox.seq, { children: "West, by Python" }), status(page.outbox.seq));
  expect(out()).toBe("West, by Python");
  // From now on there is Python only.
  choose("region", "North");
  await settled();
  expect(out()).toBe("West, by Python");
});

it("give way to what Python had before, if its callback raises", async () => {
  draw([table(["0", "1", "2"])]);
  choose("region", "West");
  await settled();
  start();
  engine(status(page.outbox.seq));
  expect(out()).toBe("East 1");
});

it("are no reason to draw equal values again: components change figures in place", async () => {
  const figure = { data: [{ y: [1] }] };
  draw([table(["0", "1", "2"])], async (file) => [
    { positions: [Number(file), 0], changes: [{ id: "out", props: { figure: structuredClone(figure) } }] },
  ]);
  choose("region", "West");
  await settled();
  const shown = page.store.propsOf("out")?.figure as { layout?: object };
  shown.layout = { xaxis: {} };
  start();
  engine(update(1, page.outbox.seq, { figure: structuredClone(figure) }), status(page.outbox.seq));
  expect(page.store.propsOf("out")?.figure).toBe(shown);
});
