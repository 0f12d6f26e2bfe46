/**
 * The page that has this app in its frame (`<pyrt-app>`, web/src/app_element). Any host page learns the state of the
 * start and the height. Props are for pages of the same origin, and of the origins that the app's project names.
 */

import { type AppMessage, type AppState, type HostMessage, heldName, type Request } from "../app_element/protocol";
import type { Page } from "../session/page";
import { watchHeight } from "./height";
import { HostProps } from "./host_props";

interface Start {
  readonly ready: Promise<void>;
  readonly failed: Promise<{ readonly message: string }>;
}

type Told = AppMessage extends infer M ? (M extends unknown ? Omit<M, "pyrtApp"> : never) : never;

/** For any page; the frame itself shows the error, which may have values of the app. */
const failedText = "The app could not start. Its frame says why.";

let hostPage: HostPage | undefined;

/**
 * Calls `begin`: at once, or in a frame of `<pyrt-app>` when it is this app's turn. A host page learns how the start goes.
 * Without `begin` the browser cannot run the app.
 */
export function beginInTurn(start: Start, readOrigins: () => readonly string[], begin?: () => void): void {
  hostPage = parent === window ? undefined : new HostPage(parent, start, readOrigins);
  if (begin) hostPage ? hostPage.begin(begin) : begin();
}

/** The page whose props a host page may use. */
export function shareProps(page: Page): void {
  hostPage?.share(page);
}

class HostPage {
  readonly #readOrigins: () => readonly string[];
  readonly #window: Pick<Window, "postMessage">;
  #origin = "*";
  #released: (() => void) | undefined;
  #isMeasured = false;
  #props: Promise<HostProps>;
  #adopt!: (page: Page) => void;

  constructor(host: Window, start: Start, readOrigins: () => readonly string[]) {
    this.#window = host;
    this.#readOrigins = readOrigins;
    const page = new Promise<Page>((resolve) => {
      this.#adopt = resolve;
    });
    const failed = start.failed.then(({ message }): never => {
      throw new Error(`The app could not start: ${message}`);
    });
    this.#props = Promise.race([start.ready, failed])
      .then(() => page)
      .then((found) => new HostProps(found, (request, value) => this.#tell({ type: "changed", request, value })));
    this.#props.catch(() => {});
    void start.ready.then(() => this.#tellState("ready"));
    void start.failed.then(() => this.#tellState("failed", failedText));
    addEventListener("message", (event: MessageEvent<HostMessage>) => {
      if (event.source === host && event.data?.pyrtApp === 1) void this.#receive(event.data, event.origin);
    });
  }

  /** Calls `begin`: at once, or when the host page lets the app start. */
  begin(begin: () => void): void {
    const release = (): void => {
      this.#released = undefined;
      this.#tellState("starting");
      begin();
    };
    if (window.name !== heldName) {
      release();
      return;
    }
    this.#released = release;
    this.#tellState("held");
  }

  share(page: Page): void {
    this.#adopt(page);
  }

  #tellState(state: AppState, message?: string): void {
    this.#tell({ type: "state", state, ...(message !== undefined && { message }) });
  }

  #tell(message: Told): void {
    this.#window.postMessage({ pyrtApp: 1, ...message }, this.#origin);
  }

  async #receive(message: HostMessage, origin: string): Promise<void> {
    switch (message.type) {
      case "start":
        this.#released?.();
        break;
      case "measure":
        if (!this.#isMeasured) watchHeight((height) => this.#tell({ type: "height", height }));
        this.#isMeasured = true;
        break;
      case "unobserve":
        void this.#props.then((props) => props.unobserve(message.request)).catch(() => {});
        break;
      case "get":
      case "set":
      case "observe":
        await this.#answer(message, origin);
        break;
      default:
        message satisfies never;
    }
  }

  async #answer(message: HostMessage & Request, origin: string): Promise<void> {
    const { request } = message as { request: number };
    try {
      this.#check(origin);
      this.#tell({ type: "answer", request, value: (await this.#props).answer(request, message) });
    } catch (error) {
      this.#tell({ type: "refused", request, value: error instanceof Error ? error.message : String(error) });
    }
  }

  /** From the first permitted request on, messages reach pages of that origin only: they have values of the app. */
  #check(origin: string): void {
    const isNamed = origin !== "null" && [location.origin, ...this.#readOrigins()].includes(origin);
    if (!isNamed) throw new Error(describeRefusal(origin));
    this.#origin = origin;
  }
}

function describeRefusal(origin: string): string {
  if (origin === "null") {
    return "A page without an origin (a file, or a frame with sandbox) may not use the props of an app.";
  }
  return (
    `Pages of ${origin} may not use the props of this app. Its author can allow it, in pyproject.toml: ` +
    `[tool.pyrt] embed-origins = ["${origin}"]`
  );
}
