/** S-143: the arguments of DashRenderer's hooks, and what they may change. */
import { beforeEach, describe, expect, it } from "vitest";
import { Page } from "../../src/session/page";
import { type Hooks, RequestHooks } from "../../src/session/request_hooks";
import type { CallbackSpec, DryComponent } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const callback: CallbackSpec = {
  output: "out.children",
  inputs: [
    { id: "in", property: "value" },
    { id: '{"index":["ALL"],"type":"x"}', property: "n" },
  ],
  state: [],
};

let page: Page;
let endpoint: MemoryEndpoint;
let told: unknown[][];

function start(hooks: Hooks): void {
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint });
  page.hooks = new RequestHooks(hooks, page.store);
  page.receiveAll([
    { type: "Callbacks", callbacks: [callback] },
    {
      type: "Layout",
      seq: 0,
      layout: div({
        id: "root",
        children: [div({ id: "in" }), div({ id: "out" }), div({ id: { type: "x", index: 1 }, n: 7 })],
      }),
    },
  ]);
}

function run(number: number): void {
  page.receiveAll([
    {
      type: "RunStarted",
      run: number,
      callback: "out.children",
      outputs: [{ id: "out", property: "children" }],
      persistent: false,
    },
    {
      type: "Update",
      updateSeq: number,
      seq: 0,
      changes: [{ id: "out", props: { children: `run ${number}` } }],
      origin: "callback",
    },
    { type: "RunEnded", run: number, outcome: "done" },
  ]);
}

beforeEach(() => {
  told = [];
});

describe("request hooks", () => {
  it("get the payload that Dash would send, and the response (S-50)", () => {
    start({
      request_pre: (payload) => told.push(["pre", payload]),
      request_post: (_payload, response) => told.push(["post", response]),
      callback_resolved: (resolved) => told.push(["resolved", resolved.output]),
    });
    page.setProps(page.store.pathOf("in") ?? [], { value: "a" });
    run(1);
    expect(told).toEqual([
      [
        "pre",
        {
          output: "out.children",
          outputs: { id: "out", property: "children" },
          inputs: [
            { id: "in", property: "value", value: "a" },
            [{ id: { index: 1, type: "x" }, property: "n", value: 7 }],
          ],
          changedPropIds: ["in.value"],
          parsedChangedPropsIds: ["in.value"],
        },
      ],
      ["post", { out: { children: "run 1" } }],
      ["resolved", "out.children"],
    ]);
  });

  it("name only the props that have changed since the last call", () => {
    start({ request_pre: (payload) => told.push(payload.changedPropIds as string[]) });
    run(1);
    page.setProps(page.store.pathOf("in") ?? [], { value: "a" });
    run(2);
    run(3);
    expect(told).toEqual([[], ["in.value"], []]);
  });

  it("may change the layout; the change is sent without triggering callbacks", async () => {
    start({
      layout_post: (layout) => {
        Object.assign((layout as DryComponent).props, { children: "changed" });
      },
    });
    expect(page.store.propsOf("root")?.children).toBe("changed");
    await Promise.resolve();
    const [message] = endpoint.sent.filter(({ type }) => type === "SetProps");
    expect(message).toMatchObject({ changes: [{ path: [], props: { children: "changed" }, origin: "persistence" }] });
  });
});
