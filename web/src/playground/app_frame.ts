/**
 * The frame with the app. It has no origin: code from a link cannot read what the host keeps in this browser, nor this
 * page. Its document is a single file, so that it needs nothing from the host.
 */

import type { AddedPackage, AppError, FrameMessage, RunMessage } from "../wire/playground";
import type { Files, StartInfo } from "./config";
import { download } from "./downloads";

/** Without `allow-same-origin`: that is what makes it safe. */
export const sandbox = "allow-scripts allow-downloads allow-forms allow-popups";

/** A run that has taken so long may never end. */
const patienceMs = 3000;

export interface FrameEvents {
  /** How much of the start has come, in bytes; then the frame starts Python. */
  loading(start: StartInfo, loaded: number): void;
  starting(): void;
  running(): void;
  ran(error: string | null, ms: number): void;
  errors(errors: readonly AppError[]): void;
  /** The frame cannot run apps. */
  failed(message: string): void;
}

interface Order {
  readonly files: Files;
  readonly packages: readonly AddedPackage[];
}

export class AppFrame {
  readonly #place: HTMLElement;
  readonly #events: FrameEvents;
  #frame: HTMLIFrameElement | undefined;
  #address: string | undefined;
  #start: StartInfo | undefined;
  #isWaiting = false;
  /** What is to run, also when the frame's page is loaded anew. */
  #order: Order | undefined;
  #run = 0;
  /** When the last order was sent, until it has run. */
  #sent: number | undefined;

  constructor(place: HTMLElement, events: FrameEvents) {
    this.#place = place;
    this.#events = events;
    addEventListener("message", ({ source, data }: MessageEvent<FrameMessage | AppState | null>) => {
      if (!data || !this.#frame || source !== this.#frame.contentWindow) return;
      if ("pyrtPlayground" in data) this.#receive(data);
      else if (data.pyrtApp === 1 && data.state === "failed" && !this.#isWaiting) {
        this.#events.failed("Python could not be started in the frame, which says why.");
      }
    });
  }

  /** Fetches a start and lets it start Python, before there is an app to run. */
  async prepare(start: StartInfo): Promise<void> {
    if (this.#start === start) return;
    this.#start = start;
    await this.#reopen(start);
  }

  /** `isUrgent`: a run before that has not come to its end is not waited for any longer. */
  async run(start: StartInfo, order: Order, isUrgent: boolean): Promise<void> {
    this.#order = order;
    this.#run += 1;
    if (isUrgent && this.#sent !== undefined && performance.now() - this.#sent > patienceMs) this.#start = undefined;
    if (this.#start !== start) await this.prepare(start);
    else if (this.#isWaiting) this.#send();
  }

  /** Ends Python, whatever it does, and starts it anew, without an app. */
  stop(): void {
    const start = this.#start;
    this.#order = undefined;
    this.#start = undefined;
    this.#close();
    if (start) void this.prepare(start).catch((error: unknown) => this.#events.failed(String(error)));
  }

  async #reopen(start: StartInfo): Promise<void> {
    this.#close();
    const content = await download(start.url, (loaded) => this.#order && this.#events.loading(start, loaded));
    if (this.#start === start) this.#open(content);
  }

  #open(content: ArrayBuffer): void {
    if (this.#order) this.#events.starting();
    // The host's own type may name another encoding, in which the file could not be read.
    this.#address = URL.createObjectURL(new Blob([content], { type: "text/html;charset=windows-1252" }));
    const frame = document.createElement("iframe");
    frame.title = "The app";
    frame.setAttribute("sandbox", sandbox);
    frame.src = this.#address;
    this.#frame = frame;
    this.#place.replaceChildren(frame);
  }

  #close(): void {
    this.#isWaiting = false;
    this.#sent = undefined;
    this.#frame?.remove();
    this.#frame = undefined;
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = undefined;
  }

  #receive(message: FrameMessage): void {
    switch (message.type) {
      case "waiting":
        this.#isWaiting = true;
        this.#send();
        break;
      case "reload":
        if (this.#start) void this.#reopen(this.#start);
        break;
      case "ran":
        if (message.run !== this.#run) break;
        this.#sent = undefined;
        this.#events.ran(message.error, message.ms);
        break;
      case "errors":
        this.#events.errors(message.errors);
        break;
      default:
        message satisfies never;
    }
  }

  #send(): void {
    if (!this.#order || !this.#frame?.contentWindow) return;
    this.#events.running();
    this.#sent = performance.now();
    // A page without an origin has no name that a message could be meant for.
    const message: RunMessage = { pyrtPlayground: 1, type: "run", run: this.#run, ...this.#order };
    this.#frame.contentWindow.postMessage(message, "*");
  }
}

/** What every app in a frame tells (app_element/protocol.ts). */
interface AppState {
  readonly pyrtApp: 1;
  readonly state?: string;
}
