/** The tools of the browser's agent: what is registered, and what a call does in the page. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentTools } from "../../src/agents/main";
import { findModelContext, type ModelContextTool, type ToolResult } from "../../src/agents/model_context";
import type { Answer } from "../../src/agents/requests";
import { ComponentProps } from "../../src/mirror/tree";
import { Page } from "../../src/session/page";
import type { DryComponent, PageMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";
import { waitFor } from "../support/waiting";

type Eval = Extract<PageMessage, { type: "Eval" }>;

/** A stand-in for `modelContext`, written from the specification; `old` is the one without signals. */
class Context {
  readonly tools = new Map<string, ModelContextTool>();
  readonly unregisterTool: ((name: string) => void) | undefined;

  constructor({ old = false } = {}) {
    if (old) this.unregisterTool = (name) => void this.tools.delete(name);
  }

  registerTool(tool: ModelContextTool, { signal }: { signal: AbortSignal }): Promise<void> {
    if (this.tools.has(tool.name)) return Promise.reject(new Error("Duplicate tool name"));
    this.tools.set(tool.name, tool);
    if (!this.unregisterTool) signal.addEventListener("abort", () => this.tools.delete(tool.name));
    return Promise.resolve();
  }

  call(name: string, input: object): Promise<ToolResult> {
    const tool = this.tools.get(name);
    if (!tool) throw new Error(`no tool ${name}`);
    return tool.execute(input);
  }
}

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const tool = (name: string, description = "does it") => ({ name, description, inputSchema: { type: "object" } });
const result = (text: string): ToolResult => ({ content: [{ type: "text", text }] });

let page: Page;
let endpoint: MemoryEndpoint;
/** What Python answers to each kind of request. */
let answers: Record<string, (given: Record<string, unknown>) => Answer | string>;
let asked: string[];
let tools: AgentTools;

function start(context: Context): void {
  tools = new AgentTools(context, page);
}

/** Answers requests of agents as Python does; acknowledges all else. */
function answer(message: PageMessage): void {
  queueMicrotask(() => {
    if (message.type === "Eval") {
      const { seq, expression } = message as Eval;
      const request = JSON.parse(expression.replace(/^agents:/, "")) as Record<string, Record<string, unknown>>;
      const [kind = "", given = {}] = Object.entries(request)[0] ?? [];
      asked.push(kind);
      const found = answers[kind]?.(given) ?? "nothing";
      page.receiveAll([{ type: "Status", pending: 0, seq } as never]);
      tools.requests.receive(
        typeof found === "string"
          ? { type: "EvalResult", seq, error: found }
          : { type: "EvalResult", seq, value: JSON.stringify(found) },
      );
      return;
    }
    page.receiveAll([{ type: "Status", pending: 0, seq: message.seq } as never]);
  });
}

beforeEach(() => {
  asked = [];
  answers = { list: () => ({ tools: [tool("show"), tool("read_page")] }), report: () => ({ result: result("done") }) };
  endpoint = new MemoryEndpoint((message) => answer(message));
  page = new Page({ endpoint, componentProps: new ComponentProps() });
  page.receiveAll([{ type: "Layout", seq: 0, layout: div({ children: [div({ id: "a" }), div({ id: "b" })] }) }]);
  page.activity.setPending(0);
  document.body.innerHTML = '<div id="react-entry-point"><button id="a">A</button></div>';
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.restoreAllMocks();
});

/** Waits until these tools are registered. */
const registered = (context: Context, ...names: string[]) =>
  waitFor(() => expect([...context.tools.keys()].sort()).toEqual([...names].sort()));

describe.each([
  ["as specified", false],
  ["as in older browsers", true],
])("the tools, %s", (_, old) => {
  it("are registered, and follow the page", async () => {
    const context = new Context({ old });
    start(context);
    await registered(context, "show", "read_page");
    const kept = context.tools.get("read_page");
    answers.list = () => ({ tools: [tool("read_page"), tool("late")] });
    page.activity.setPending(1);
    page.activity.setPending(0);
    await registered(context, "read_page", "late");
    expect(context.tools.get("read_page")).toBe(kept);
  });

  it("are registered anew when their description has changed", async () => {
    const context = new Context({ old });
    start(context);
    await registered(context, "show", "read_page");
    answers.list = () => ({ tools: [tool("show", "other"), tool("read_page")] });
    page.activity.setPending(1);
    page.activity.setPending(0);
    await waitFor(() => expect(context.tools.get("show")?.description).toBe("other"));
  });
});

describe("a call", () => {
  let context: Context;

  beforeEach(async () => {
    context = new Context();
    start(context);
    await registered(context, "show", "read_page");
    asked = [];
  });

  it("changes props as a component does, waits, and reports", async () => {
    const changed: unknown[] = [];
    answers.call = () => ({ steps: [[{ id: "b", props: { title: "x" } }]] });
    answers.report = () => {
      changed.push(endpoint.sent.find((message) => message.type === "SetProps"));
      return { result: result("done") };
    };
    expect(await context.call("show", { value: "x" })).toEqual(result("done"));
    expect(asked).toEqual(["call", "report"]);
    expect(page.store.propsOf("b")?.title).toBe("x");
    expect(changed[0]).toMatchObject({ changes: [{ id: "b", props: { title: "x" }, origin: "internal" }] });
  });

  it("clicks the element", async () => {
    let clicks = 0;
    document.getElementById("a")?.addEventListener("click", () => clicks++);
    answers.call = () => ({ steps: [[{ click: "a" }]] });
    await context.call("show", {});
    expect(clicks).toBe(1);
  });

  it("goes to another page as a link does", async () => {
    const told = vi.fn();
    window.addEventListener("_dashprivate_pushstate", told);
    answers.call = () => ({ steps: [[{ navigate: "/other" }]] });
    await context.call("show", {});
    expect(location.pathname).toBe("/other");
    expect(told).toHaveBeenCalledOnce();
    window.removeEventListener("_dashprivate_pushstate", told);
    history.replaceState({}, "", "/");
  });

  it("tells Python what the page shows, and gives its answer", async () => {
    let given: Record<string, unknown> = {};
    answers.call = (request) => {
      given = request;
      return { result: result("read") };
    };
    expect(await context.call("read_page", { a: 1 })).toEqual(result("read"));
    expect(given).toMatchObject({ name: "read_page", arguments: { a: 1 }, confirmed: false });
    expect(given.page).toMatchObject({ path: "/", errors: [], running: [] });
  });

  it.each([true, false])("asks the user where the app does (%s)", async (agrees) => {
    const confirm = vi.spyOn(window, "confirm").mockReturnValue(agrees);
    answers.call = ({ confirmed }) => (confirmed ? { result: result("deleted") } : { question: "Delete all?" });
    const found = await context.call("show", {});
    expect(confirm).toHaveBeenCalledExactlyOnceWith("Delete all?");
    if (agrees) expect(found).toEqual(result("deleted"));
    else expect(found).toMatchObject({ isError: true, content: [{ text: /not confirmed/ }] });
  });

  it("that fails is a result which says so", async () => {
    answers.call = () => "Traceback: of Python";
    expect(await context.call("show", {})).toMatchObject({
      isError: true,
      content: [{ text: "Traceback: of Python" }],
    });
    answers.call = () => ({ steps: [[{ id: "gone", props: {} }]] });
    expect(await context.call("show", {})).toMatchObject({
      isError: true,
      content: [{ text: /gone is not in the page/ }],
    });
  });

  it("waits for the one before it", async () => {
    const order: unknown[] = [];
    answers.call = ({ name }) => {
      order.push(name);
      return { steps: [] };
    };
    answers.report = () => {
      order.push("report");
      return { result: result("done") };
    };
    await Promise.all([context.call("show", {}), context.call("read_page", {})]);
    expect(order).toEqual(["show", "report", "read_page", "report"]);
  });

  it("fails when Python is started again", async () => {
    answers.call = () => {
      tools.requests.cut();
      return { result: result("late") };
    };
    expect(await context.call("show", {})).toMatchObject({ isError: true, content: [{ text: /started again/ }] });
  });
});

it("is found at the document, and where older browsers have it", () => {
  expect(findModelContext()).toBeUndefined();
  const [own, older] = [new Context(), new Context({ old: true })];
  Object.defineProperty(navigator, "modelContext", { value: older, configurable: true });
  expect(findModelContext()).toBe(older);
  Object.defineProperty(document, "modelContext", { value: own, configurable: true });
  expect(findModelContext()).toBe(own);
  Reflect.deleteProperty(document, "modelContext");
  Reflect.deleteProperty(navigator, "modelContext");
});
