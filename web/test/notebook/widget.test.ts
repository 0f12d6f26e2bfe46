import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FrameStart } from "../../src/notebook/channel";
import type { HostKernel } from "../../src/notebook/host_kernel";
import widget from "../../src/notebook/widget";

type Message = Record<string, unknown>;
type Listener = (...values: unknown[]) => void;

const frameScript = "pyrt/frame.js";
const app = {
  root: "https://pyrt.invalid/",
  title: "counter",
  files: [],
  manifest: { page: "pyrt/page.js" },
  height: 400,
  width: "100%",
  stateClass: "pyrt-state-one",
  storage: "notebook:one",
};

let made = 0;

class FakeModel {
  /** Each test has a file of its own: the browser keeps what it has. */
  readonly #app = { ...app, files: [{ name: frameScript, size: 0, sha256: `${++made}`, needed: true }] };
  readonly sent: Message[] = [];
  readonly widget_manager: { kernel?: HostKernel | null } = {};
  readonly #listeners = new Map<string, Listener>();
  #number = 0;

  get(name: string): unknown {
    return name === "_app" ? this.#app : "model";
  }

  send(message: Message): void {
    this.sent.push(message);
  }

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, listener);
  }

  off(name: string): void {
    this.#listeners.delete(name);
  }

  emit(name: string, ...values: unknown[]): void {
    this.#listeners.get(name)?.(...values);
  }

  /** A message of the kernel, to the only view. */
  tell(message: Message, ...buffers: ArrayBuffer[]): void {
    const view = this.sent[0]?.view;
    this.emit("msg:custom", { ...message, view, number: ++this.#number }, buffers);
  }
}

describe("the widget of a notebook", () => {
  let model: FakeModel;
  let el: HTMLElement;
  let close: () => void;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    model = new FakeModel();
    el = document.createElement("div");
  });
  afterEach(() => {
    close();
    vi.useRealTimers();
  });

  function render(): void {
    close = widget.render({ model: model as never, el });
  }

  function notice(): string {
    const shown = el.querySelector<HTMLElement>(".pyrt-notebook-notice");
    return shown && !shown.hidden ? (shown.textContent ?? "") : "";
  }

  /** Loads the frame, and returns its end of the line to the widget. */
  async function openFrame(): Promise<MessagePort> {
    await vi.waitFor(() => expect(model.sent).toMatchObject([{ kind: "files", names: [frameScript] }]));
    model.tell({ kind: "file", name: frameScript, found: true }, new ArrayBuffer(0));
    const frame = el.querySelector("iframe") as HTMLIFrameElement;
    await vi.waitFor(() => expect(frame.srcdoc).toContain("data-pyrt-notebook"));
    const started = new Promise<MessagePort>((resolve) => {
      const postMessage = (_: FrameStart, _origin: string, ports: MessagePort[]): void =>
        resolve(ports[0] as MessagePort);
      Object.defineProperty(frame, "contentWindow", { value: { postMessage } });
    });
    const page = new DOMParser().parseFromString(frame.srcdoc, "text/html");
    Object.defineProperty(frame, "contentDocument", { value: page });
    frame.dispatchEvent(new Event("load"));
    return started;
  }

  it("says that the kernel was interrupted until something is changed in the page", async () => {
    render();
    const frame = await openFrame();
    model.tell({ kind: "interrupted" });
    expect(notice()).toContain("The kernel was interrupted");
    frame.postMessage({ kind: "batch", text: '[{"type":"Rendered"}]', changesProps: false });
    await vi.waitFor(() => expect(model.sent.at(-1)).toMatchObject({ text: '[{"type":"Rendered"}]' }));
    expect(notice()).toContain("The kernel was interrupted");
    frame.postMessage({ kind: "batch", text: "[]", changesProps: true });
    await vi.waitFor(() => expect(model.sent.at(-1)).toMatchObject({ kind: "batch", text: "[]" }));
    expect(notice()).toBe("");
    expect(model.sent.at(-1)).not.toHaveProperty("changesProps");
  });

  it("hides the last state in its own notebook, not in a duplicate", async () => {
    document.body.innerHTML =
      '<div class="jp-Notebook"><p class="pyrt-state-one">1</p></div>' +
      '<div class="jp-Notebook"><p class="pyrt-state-one">1</p></div>';
    document.querySelector(".jp-Notebook")?.append(el);
    render();
    await openFrame();
    const states = [...document.querySelectorAll(".pyrt-state-one")];
    expect(states.map((state) => getComputedStyle(state).display)).toEqual(["none", "block"]);
    document.body.replaceChildren();
  });

  it("says what to do when the notebook has its kernel no more", () => {
    model.widget_manager.kernel = { id: "one" };
    render();
    vi.advanceTimersByTime(2000);
    expect(notice()).toBe("");
    model.widget_manager.kernel = null;
    vi.advanceTimersByTime(2000);
    expect(notice()).toContain("run the cell to make the app live");
    model.widget_manager.kernel = { id: "two" };
    vi.advanceTimersByTime(2000);
    expect(notice()).toContain("run the cell to make the app live");
  });

  it("says so at once where the host tells of it", () => {
    render();
    model.emit("comm_live_update");
    expect(notice()).toContain("run the cell to make the app live");
  });
});
