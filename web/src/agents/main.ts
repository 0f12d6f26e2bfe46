/**
 * Entry of agents.js: the app's callbacks as tools of the browser's agent (WebMCP). Loaded where the browser has
 * `modelContext` and the app has asked for it (docs/agents.md). A tool does in the page what a user does: Python says
 * which steps these are, and afterwards what they have changed.
 */

import { findPlace } from "../browser/place";
import { parseId } from "../mirror/ids";
import type { Page } from "../session/page";
import type { ModelContext, ModelContextClient, ToolResult } from "./model_context";
import { type PageFacts, Requests, type Step, type Tool } from "./requests";

/** A call that takes longer is answered; its callbacks go on. In milliseconds. */
const longestCallMs = 60_000;
/** After the last callback, before Python is asked for the tools that the page has now. */
const relistAfterMs = 300;

export class AgentTools {
  readonly requests: Requests;
  readonly #context: ModelContext;
  readonly #page: Page;
  readonly #registered = new Map<string, { readonly text: string; readonly stop: AbortController }>();
  #last: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ModelContext, page: Page) {
    this.#context = context;
    this.#page = page;
    this.requests = new Requests((message) => page.outbox.send(message));
    page.activity.subscribe(() => page.activity.isBusy || this.#relistSoon());
    this.#relistSoon(0);
  }

  #relistSoon(delayMs = relistAfterMs): void {
    clearTimeout(this.#timer);
    const relist = (): Promise<void> => this.#inTurn(() => this.#relist());
    this.#timer = setTimeout(() => void relist().catch((error: unknown) => console.warn(`pyrt: ${error}`)), delayMs);
  }

  /** Registers the tools that the page has now, and no others. */
  async #relist(): Promise<void> {
    const answer = await this.requests.ask({ list: {} });
    const tools = new Map("tools" in answer ? answer.tools.map((tool) => [tool.name, tool]) : []);
    for (const [name, { text, stop }] of this.#registered) {
      const tool = tools.get(name);
      if (tool && JSON.stringify(tool) === text) tools.delete(name);
      else {
        this.#registered.delete(name);
        stop.abort();
        this.#context.unregisterTool?.(name);
      }
    }
    for (const tool of tools.values()) await this.#register(tool);
  }

  async #register(tool: Tool): Promise<void> {
    const stop = new AbortController();
    this.#registered.set(tool.name, { text: JSON.stringify(tool), stop });
    const { name, description, inputSchema } = tool;
    const annotations = { untrustedContentHint: true, ...tool.annotations };
    const execute = (input: object, client?: ModelContextClient): Promise<ToolResult> =>
      this.#inTurn(() => this.#call(name, input ?? {}, client)).catch((error: unknown) => failed(error));
    try {
      await this.#context.registerTool({ name, description, inputSchema, annotations, execute }, stop);
    } catch (error) {
      console.warn(`pyrt: the tool ${name} cannot be registered: ${String(error)}`);
    }
  }

  /** One at a time: a report says what has changed since the call began. */
  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action, action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #call(name: string, input: object, client?: ModelContextClient, confirmed = false): Promise<ToolResult> {
    await this.#settle();
    const answer = await this.requests.ask({ call: { name, arguments: input, page: this.#facts(), confirmed } });
    if ("question" in answer) {
      if (await confirmByUser(answer.question, client)) return this.#call(name, input, client, true);
      return { content: [{ type: "text", text: "Nothing was done: the user has not confirmed it." }], isError: true };
    }
    if ("result" in answer) return answer.result;
    if (!("steps" in answer)) throw new Error("Python has given no answer.");
    for (const group of answer.steps) {
      for (const step of group) this.#do(step);
      await this.#settle();
    }
    const report = await this.requests.ask({ report: { page: this.#facts() } });
    if (!("result" in report)) throw new Error("Python has given no answer.");
    return report.result;
  }

  #do(step: Step): void {
    if ("navigate" in step) {
      history.pushState({}, "", step.navigate);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // as dcc.Link does
      return;
    }
    const id = "click" in step ? step.click : step.id;
    const path = this.#page.store.pathOf(parseId(id));
    if (!path) throw new Error(`${id} is not in the page any more.`);
    const element = "click" in step && document.getElementById(id);
    if (element) element.click();
    else if ("props" in step) this.#page.setProps(path, step.props);
    else throw new Error(`${id} cannot be clicked: it has no element with this id.`);
  }

  /** Waits until no callback runs and all of their results are drawn. */
  async #settle(): Promise<void> {
    const { outbox, activity } = this.#page;
    const end = performance.now() + longestCallMs;
    await Promise.resolve(); // changes of this microtask are sent at its end
    while ((outbox.isUnanswered || activity.isBusy) && performance.now() < end) {
      await outbox.whenAnswered();
      if (activity.isBusy) await this.#whenIdle(end - performance.now());
    }
  }

  #whenIdle(longestMs: number): Promise<void> {
    const { activity } = this.#page;
    return new Promise((resolve) => {
      const done = (): void => {
        unsubscribe();
        clearTimeout(timer);
        resolve();
      };
      const unsubscribe = activity.subscribe(() => activity.isBusy || done());
      const timer = setTimeout(done, Math.max(longestMs, 0));
    });
  }

  #facts(): PageFacts {
    const { frontEnd, backEnd } = this.#page.errors.state;
    // Newest first there; the oldest first here, so that new ones come last.
    const reports = [...backEnd, ...frontEnd].sort((a, b) => a.timestamp.getTime() - b.timestamp.getTime());
    return {
      // biome-ignore lint/performance/useDomNodeTextContent: what the user reads, without what is hidden
      text: document.getElementById("react-entry-point")?.innerText ?? "",
      title: document.title,
      path: findPlace().pathname,
      errors: reports.map(({ error }) => ({ title: error.message, message: error.html ?? error.stack ?? "" })),
      running: this.#page.activity.runs,
    };
  }
}

/** Asks the user, who sees what the agent is about to do. */
async function confirmByUser(question: string, client?: ModelContextClient): Promise<boolean> {
  const ask = (): Promise<boolean> => Promise.resolve(window.confirm(question));
  return client?.requestUserInteraction ? client.requestUserInteraction(ask) : ask();
}

function failed(error: unknown): ToolResult {
  return { content: [{ type: "text", text: error instanceof Error ? error.message : String(error) }], isError: true };
}
