/** The wire as this side reads and writes it (docs/wire.md). The files of tests/protocol are read by Python as well. */
import { describe, expect, it, vi } from "vitest";
import pageMessages from "../../../tests/protocol/page.json";
import workerMessages from "../../../tests/protocol/worker.json";
import { Page, type SessionMessage } from "../../src/session/page";
import { describeArray, inDashForm } from "../../src/wire/arrays";
import {
  type DryComponent,
  decodeBatch,
  encodeBatch,
  type PageMessage,
  type WorkerMessage,
} from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

// The examples hold failures, which go to the console.
vi.spyOn(console, "error").mockImplementation(() => {});

const batch = (messages: unknown, ...buffers: ArrayBuffer[]) => ({ text: JSON.stringify(messages), buffers });
const update = (value: unknown) => ({
  type: "Update",
  updateSeq: 1,
  seq: 1,
  changes: [{ id: "g", props: { figure: value } }],
});

function decodeFigure(value: unknown, ...buffers: ArrayBuffer[]): unknown {
  const [message] = decodeBatch(batch([update(value)], ...buffers));
  return (message as Extract<WorkerMessage, { type: "Update" }>).changes[0]?.props.figure;
}

describe("arrays beside the text", () => {
  const numbers = Float64Array.of(1, 2.5, 3, 4);

  it("become typed arrays where they are referred to, without being copied", () => {
    const figure = decodeFigure({ data: [{ y: { _pyrt_buffer: 0, dtype: "float64", shape: [4] } }] }, numbers.buffer);
    const { y } = (figure as { data: [{ y: Float64Array }] }).data[0];
    expect(y).toBeInstanceOf(Float64Array);
    expect(y.buffer).toBe(numbers.buffer);
    expect([...y]).toEqual([1, 2.5, 3, 4]);
  });

  it("become lists of typed rows when they are matrices, as plotly.js takes them", () => {
    const rows = decodeFigure({ _pyrt_buffer: 0, dtype: "float64", shape: [2, 2] }, numbers.buffer) as Float64Array[];
    expect(rows.map((row) => [...row])).toEqual([
      [1, 2.5],
      [3, 4],
    ]);
    expect(rows[1]?.buffer).toBe(numbers.buffer);
  });

  const reference = { _pyrt_buffer: 0, dtype: "float64" };
  const bdata = btoa(String.fromCharCode(...new Uint8Array(numbers.buffer)));
  const forms: [string, object, unknown][] = [
    ["a specification", { ...reference, shape: [4] }, { dtype: "f8", bdata }],
    ["a matrix as specification", { ...reference, shape: [2, 2] }, { dtype: "f8", bdata, shape: "2, 2" }],
    ["a list", { ...reference, shape: [4], list: true }, [1, 2.5, 3, 4]],
    [
      "a list of lists",
      { ...reference, shape: [2, 2], list: true },
      [
        [1, 2.5],
        [3, 4],
      ],
    ],
  ];

  it.each(forms)("are read and sent in Dash's form: %s (R-21)", (_name, given, expected) => {
    const z = decodeFigure(given, numbers.buffer);
    const change = { path: [], props: { z }, origin: "internal" as const };
    const { text } = encodeBatch([{ type: "SetProps", seq: 1, seen: 0, changes: [change] }]);
    expect(JSON.parse(text)[0].changes[0].props.z).toEqual(expected);
    expect(inDashForm({ data: [{ z }] })).toEqual({ data: [{ z: expected }] });
  });

  it.each(forms)("are recorded with their form: %s", (_name, given) => {
    const buffers: string[] = [];
    const shape = (given as { shape: number[] }).shape;
    expect(describeArray(decodeFigure(given, numbers.buffer), buffers)).toEqual({ ...given, shape });
    expect(buffers).toEqual([bdata]);
  });

  it("leave what has none of them as it is", () => {
    const plain = { data: [{ y: [1, 2], text: ["a"], more: [{ a: null }] }] };
    expect(inDashForm(plain)).toBe(plain);
  });

  it("are null where JSON has no number", () => {
    const y = decodeFigure({ _pyrt_buffer: 0, dtype: "float64", list: true }, Float64Array.of(1, Number.NaN).buffer);
    expect(inDashForm(y)).toEqual([1, null]);
  });

  it("are refused when their kind is unknown or their buffer is missing", () => {
    expect(() => decodeFigure({ _pyrt_buffer: 0, dtype: "float16", shape: [4] }, numbers.buffer)).toThrow(
      "unknown kind",
    );
    expect(() => decodeFigure({ _pyrt_buffer: 1, dtype: "float64", shape: [4] }, numbers.buffer)).toThrow(
      "unknown kind",
    );
  });
});

it("refuses a batch that is no list of messages", () => {
  expect(() => decodeBatch(batch({ type: "Status" }))).toThrow("The worker sent no list of messages");
  expect(() => decodeBatch(batch([{ seq: 1 }]))).toThrow("The worker sent no list of messages");
});

describe("the examples of tests/protocol", () => {
  const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });

  it("are written as the page writes its own messages", () => {
    expect(JSON.parse(encodeBatch(pageMessages as PageMessage[]).text)).toEqual(pageMessages);
  });

  it("are understood, all types of them, when they come from the worker", () => {
    const page = new Page({ endpoint: new MemoryEndpoint() });
    const messages = decodeBatch(batch(workerMessages));
    page.receiveAll(messages as SessionMessage[]);
    const row = div({ id: { index: 1, type: "row" }, children: [div({ children: 1 })] });
    page.receiveAll([
      { type: "Layout", seq: 1, layout: [div({ id: "a" }), div({ id: "b" }), row, div({ id: "bar" })] },
    ]);
    page.receiveAll(messages.filter(({ type }) => type !== "Layout") as SessionMessage[]);
    const titles = page.errors.state.backEnd.map(({ error }) => error.message);
    expect(new Set(titles)).toEqual(new Set(["Callback error updating a.children", "ID not found in layout"]));
    expect(page.store.propsOf("a")).toMatchObject({ children: "text", style: { color: "red" } });
    expect(page.store.propsOf({ index: 1, type: "row" })?.children).toMatchObject([{ props: { children: 2 } }]);
    expect(page.store.propsOf("bar")?.value).toBe(50);
    expect(page.activity.pending).toBe(2);
  });
});

describe("large values beside the text", () => {
  const rows = Array.from({ length: 1000 }, (_, n) => n);
  const edit = { path: [], origin: "internal" as const };
  const written = (messages: object[]) => {
    const { text, buffers } = encodeBatch(messages as PageMessage[], true);
    return { messages: JSON.parse(text), count: buffers.length };
  };

  it("are those of changed props and of results; other values stay in it", () => {
    const sent = (value: unknown, other: unknown) => [
      { type: "SetProps", changes: [{ ...edit, props: { small: 1, large: value } }] },
      { type: "LocalRun", values: [{ value: other }, { noUpdate: true }, {}] },
      { type: "ClientsideResult", values: [{ value: other }] },
      { type: "Resume", layout: rows },
    ];
    const references = sent({ _pyrt_packed: 0 }, { _pyrt_packed: 1 });
    references[2] = { type: "ClientsideResult", values: [{ value: { _pyrt_packed: 2 } }] };
    expect(written(sent(rows, { rows }))).toEqual({ messages: references, count: 3 });
  });

  it("are counted by their parts, and by the length of texts", () => {
    for (const value of [rows.slice(2), ["x".repeat(30_000)], "x".repeat(100_000), Float64Array.from(rows), null]) {
      const message = { type: "SetProps", changes: [{ ...edit, props: { value } }] };
      expect(written([message])).toEqual({ messages: JSON.parse(JSON.stringify([message])), count: 0 });
    }
    for (const value of [rows.slice(1), ["x".repeat(33_000)], { a: { b: rows } }]) {
      expect(written([{ type: "SetProps", changes: [{ ...edit, props: { value } }] }]).count).toBe(1);
    }
  });

  it("are no patches; and what looks like a reference is one to itself", () => {
    const patch = { __dash_patch_update: "__dash_patch_update", operations: rows };
    const message = { type: "SetProps", changes: [{ ...edit, props: { patch, reference: { _pyrt_packed: 7 } } }] };
    const props = { patch, reference: { _pyrt_packed: 0 } };
    expect(written([message])).toEqual({ messages: [{ ...message, changes: [{ ...edit, props }] }], count: 1 });
  });

  it("stay in it if they cannot be written as bytes", () => {
    let value: unknown = rows;
    for (let level = 0; level < 300; level++) value = [value];
    const message = { type: "SetProps", changes: [{ ...edit, props: { value } }] };
    expect(written([message])).toEqual({ messages: [message], count: 0 });
  });
});
