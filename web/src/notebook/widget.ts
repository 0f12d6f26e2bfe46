/** The front end of the anywidget: one frame for each view, to which the kernel sends messages and files. */

import type { Manifest } from "../wire/manifest";
import { BrowserFiles } from "./browser_files";
import type { Content, FrameMessage, FrameRequest, FrameStart, IndexedFile, ToFrame } from "./channel";
import { type HostKernel, KernelWatch } from "./host_kernel";
import { ViewInbox } from "./inbox";
import { ViewOutbox } from "./outbox";

/** The trait `_app`. */
interface AppDescription {
  readonly root: string;
  readonly title: string;
  readonly files: readonly IndexedFile[];
  readonly manifest: Manifest;
  /** null: as high as its content. */
  readonly height: number | null;
  readonly width: string;
  /** The class of the HTML with the last state, which is hidden while a view is live. */
  readonly stateClass: string;
  readonly storage: string;
}

/** What the kernel sends, in order (pyrt/notebook/page.py). */
type ViewMessage =
  | { kind: "batch"; text: string }
  | { kind: "job"; worker: number; text: string }
  | { kind: "lost" }
  | { kind: "interrupted" }
  | { kind: "file"; name: string; found: boolean }
  | { kind: "index"; files: IndexedFile[] }
  | { kind: "reload"; files: IndexedFile[] };

/** A message to one view. `lost` has no number where the kernel knows nothing of the view. */
type KernelMessage = { view: string } & (
  | { kind: "got"; upTo: number; sent: number }
  | (ViewMessage & { number?: number })
);

/** The part of an anywidget's model that is used. */
interface Model {
  get(name: "_app"): AppDescription;
  get(name: "_model"): string;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: string, listener: (...values: never[]) => void): void;
  off(name: string, listener: (...values: never[]) => void): void;
  readonly widget_manager?: { get_model?(id: string): Promise<Model>; readonly kernel?: HostKernel | null };
}

/** How often a view looks whether its kernel is there, and whether its model has been made anew. */
const lookMs = 2000;
const frameScript = "pyrt/frame.js";
const leastHeight = 60;
const mostHeight = 4000;
const interrupted = "The kernel was interrupted, and with it a callback of this app. The app goes on.";
const ended = "The kernel has ended or was started again: run the cell to make the app live.";

class View {
  #model: Model;
  readonly #app: AppDescription;
  readonly #files: BrowserFiles;
  readonly #name = makeName();
  readonly #frame = document.createElement("iframe");
  readonly #notice = document.createElement("div");
  readonly #outbox = new ViewOutbox(
    (message) => this.#toKernel(message),
    () => this.#findModel(),
  );
  readonly #inbox = new ViewInbox(
    () => this.#toKernel({ kind: "got", upTo: this.#inbox.upTo }),
    () => this.#send({ kind: "again" }),
  );
  readonly #style = document.createElement("style");
  readonly #looking = setInterval(() => this.#look(), lookMs);
  readonly #kernel: KernelWatch;
  #port: MessagePort | undefined;
  #isClosed = false;

  constructor(model: Model, el: HTMLElement) {
    this.#model = model;
    this.#kernel = new KernelWatch(() => this.#model.widget_manager?.kernel);
    this.#app = model.get("_app");
    this.#files = new BrowserFiles((names) => this.#send({ kind: "files", names }));
    this.#files.list(this.#app.files);
    this.#frame.title = this.#app.title;
    this.#frame.style.cssText =
      `display: block; border: 0; width: ${this.#app.width}; height: ${this.#app.height ?? leastHeight}px; ` +
      "background: white; color-scheme: light";
    this.#notice.hidden = true;
    this.#notice.setAttribute("role", "status");
    this.#notice.className = "pyrt-notebook-notice";
    this.#notice.style.cssText =
      "padding: 4px 8px; font: 13px/1.4 system-ui, sans-serif; color: #8a1c13; background: #fff4f2";
    this.#hideState();
    el.append(this.#notice, this.#frame, this.#style);
    this.#follow(model);
    addEventListener("pagehide", this.#leave);
    this.#frame.addEventListener("load", () => void this.#start());
  }

  /** Hides the last state, in this notebook alone: that of a duplicate beside it has the same class. */
  #hideState(): void {
    const notebook = this.#frame.closest<HTMLElement>(".jp-Notebook");
    if (notebook) notebook.dataset.pyrtNotebook ??= makeName();
    const place = notebook ? `[data-pyrt-notebook="${notebook.dataset.pyrtNotebook}"] ` : "";
    this.#style.textContent = `${place}.${this.#app.stateClass} { display: none }`;
  }

  #follow(model: Model): void {
    this.#model = model;
    model.on("msg:custom", this.#receive);
    model.on("comm_live_update", this.#showLife);
  }

  #unfollow(): void {
    this.#model.off("msg:custom", this.#receive);
    this.#model.off("comm_live_update", this.#showLife);
  }

  #look(): void {
    if (this.#kernel.hasEnded) this.#showEnd();
    else void this.#findModel();
  }

  /**
   * JupyterLab makes models anew when it restores a notebook: the first one then has no channel any more, and what the
   * kernel has sent since went to the new one.
   */
  async #findModel(): Promise<void> {
    const found = await this.#model.widget_manager?.get_model?.(this.#model.get("_model")).catch(() => undefined);
    if (!found || found === this.#model || this.#isClosed) return;
    this.#unfollow();
    this.#follow(found);
    this.#send({ kind: "again" });
  }

  /** Loads what the start needs, then the frame. */
  async open(): Promise<void> {
    try {
      const script = await this.#read(frameScript);
      if (!this.#isClosed) this.#frame.srcdoc = makeDocument(this.#app, script);
    } catch (error) {
      this.#say(describe(error));
    }
  }

  async #read(name: string): Promise<string> {
    return new TextDecoder().decode(await this.#files.load(name));
  }

  /**
   * The frame's document is there, for the first time or after it was loaded anew. Browsers load an empty document first,
   * when the frame is put into the page; each document takes one port.
   */
  async #start(): Promise<void> {
    const page = this.#frame.contentDocument;
    if (!page?.documentElement.hasAttribute("data-pyrt-notebook")) return;
    this.#hideState();
    const { root, manifest, storage } = this.#app;
    const needed = this.#files.files.filter((file) => file.needed && file.name !== frameScript);
    try {
      const contents: Content[] = await Promise.all(
        needed.map(async ({ name }) => [name, await this.#files.load(name)] as const),
      );
      if (this.#frame.contentDocument !== page) return;
      const { port1, port2 } = new MessageChannel();
      this.#port?.close();
      this.#port = port1;
      port1.onmessage = ({ data }: MessageEvent<FrameMessage | FrameRequest>) => this.#fromFrame(data);
      const start = { root, page: manifest.page, files: this.#files.files, contents, storage };
      this.#frame.contentWindow?.postMessage({ pyrtNotebook: start } satisfies FrameStart, "*", [port2]);
    } catch (error) {
      this.#say(describe(error));
    }
  }

  #fromFrame(message: FrameMessage | FrameRequest): void {
    if (message.kind === "height") this.#setHeight(message.height);
    else if (message.kind === "need") void this.#give(message.name);
    else if (message.kind === "state") this.#send({ ...message, height: this.#frame.clientHeight });
    else this.#pass(message);
  }

  #pass(message: FrameMessage): void {
    if (message.kind !== "batch") {
      this.#send(message);
      return;
    }
    const { changesProps, ...batch } = message;
    this.#send(batch);
    if (changesProps && this.#notice.textContent === interrupted) this.#say("");
  }

  #setHeight(height: number): void {
    if (this.#app.height !== null) return;
    this.#frame.style.height = `${Math.max(leastHeight, Math.min(mostHeight, height))}px`;
  }

  async #give(name: string): Promise<void> {
    const bytes = await this.#files.load(name).catch(() => null);
    this.#tell({ kind: "file", name, bytes });
  }

  /** A host throws if the channel is closed. */
  #toKernel(message: object): void {
    try {
      this.#model.send({ ...message, view: this.#name });
    } catch {
      // the outbox sends it again, or the view has been told that the kernel is gone
    }
  }

  #send(message: object): void {
    this.#outbox.send({ ...message, upTo: this.#inbox.upTo });
  }

  #tell(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  readonly #receive = (message: KernelMessage, buffers: readonly (DataView | ArrayBuffer)[]): void => {
    if (message.view !== this.#name) return;
    if (message.kind === "got") {
      this.#outbox.confirm(message.upTo);
      this.#inbox.expect(message.sent);
    } else if (message.number === undefined) {
      this.#handle(message, buffers);
    } else {
      this.#inbox.take(message.number, () => this.#handle(message, buffers));
    }
  };

  #handle(message: ViewMessage, buffers: readonly (DataView | ArrayBuffer)[]): void {
    switch (message.kind) {
      case "file":
        this.#files.receive(message.name, message.found ? bytesOf(buffers[0]) : undefined);
        break;
      case "index":
        this.#files.list(message.files);
        this.#tell(message);
        break;
      case "reload":
        this.#files.list(message.files);
        void this.open();
        break;
      case "interrupted":
        this.#say(interrupted);
        break;
      case "batch":
        this.#tell({ kind: "batch", text: message.text, buffers: buffers.map(bytesOf) });
        break;
      default:
        this.#tell(message);
    }
  }

  /** The host tells whether the kernel still has the widget. */
  readonly #showLife = (): void => {
    const isLive = (this.#model as { comm_live?: boolean }).comm_live ?? false;
    if (isLive) this.#say("");
    else this.#showEnd();
  };

  /** The page stays as it was left. */
  #showEnd(): void {
    this.#outbox.close();
    this.#say(ended);
  }

  #say(text: string): void {
    this.#notice.textContent = text;
    this.#notice.hidden = text === "";
  }

  readonly #leave = (): void => this.#send({ kind: "close" });

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#looking);
    this.#inbox.close();
    this.#unfollow();
    removeEventListener("pagehide", this.#leave);
    this.#leave();
    this.#outbox.close();
    this.#port?.close();
  }
}

/** The document of a frame: the page's script comes with the first message. */
function makeDocument({ root, title, manifest }: AppDescription, script: string): string {
  const json = JSON.stringify(manifest).replaceAll("<", "\\u003c");
  const code = script.replace(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "<\\!--");
  return (
    `<!DOCTYPE html><html data-root="${root}" data-pyrt-single-file data-pyrt-notebook><head><meta charset="utf-8">` +
    `<title>${title.replace(/[<&]/g, "")}</title><link rel="icon" href="data:,">` +
    `<script type="application/json" id="pyrt-manifest">${json}</script><script>${code}</script></head>` +
    '<body><div id="react-entry-point"></div></body></html>'
  );
}

function bytesOf(buffer: DataView | ArrayBuffer | undefined): ArrayBuffer {
  if (buffer === undefined) return new ArrayBuffer(0);
  if (buffer instanceof ArrayBuffer) return buffer;
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
}

function makeName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("");
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    const view = new View(model, el);
    void view.open();
    return () => view.close();
  },
};
