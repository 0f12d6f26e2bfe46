/**
 * Calls over one WebSocket, where `set_props` and progress arrive while the function runs (S-131, S-132). The
 * messages are those of Dash 4.4 (listed in pyrt/server/sockets.py). Connects at the first call, and again when the
 * connection is lost: then persistent calls start again, calls with `retry` are sent again, the others fail. If no
 * connection is possible, calls that are not persistent use fetch instead.
 */

import { unreachable } from "../session/remote_calls";
import { type Dictionary, isDictionary } from "../wire/json";
import type { CallRemote, RemoteReport, RemoteResult } from "../wire/protocol";
import { readProps, readResponse } from "./fetch_call";

export interface WebSocketOptions {
  /** Absolute, without a slash at its end. */
  readonly url: string;
  /** The current value of a prop in the page, for `ctx.websocket.get_prop`. */
  readonly readProp: (id: string, prop: string) => unknown;
  /** Resolves when the page shows everything reported so far. */
  readonly whenShown: () => Promise<void>;
  readonly setCookie: (text: string) => void;
}

type Report = (report: RemoteReport) => void;

interface PendingCall {
  readonly call: CallRemote;
  readonly report: Report;
  /** Whether the server has received the request. */
  isSent: boolean;
  /** Number of connections lost after the request was sent. */
  lostConnections: number;
}

const heartbeatMs = 20_000;
/** How soon the server must answer a page that is shown again, in milliseconds. */
const wakeMs = 5000;
const minRetryDelayMs = 500;
const maxRetryDelayMs = 30_000;
/** Attempts to reach a server that was never reached, and maximum of lost connections per call. */
const maxAttempts = 4;
/** An unused connection is closed after this time, in milliseconds. */
const idleMs = 60_000;

export class WebSocketClient {
  readonly #options: WebSocketOptions;
  readonly #fallBack: (call: CallRemote, report: Report) => void;
  readonly #pending = new Map<number, PendingCall>();
  #socket: WebSocket | undefined;
  #hasBeenOpen = false;
  #failures = 0;
  #hasReceived = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeatTimer: ReturnType<typeof setInterval> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WebSocketOptions, fallBack: (call: CallRemote, report: Report) => void) {
    this.#options = options;
    this.#fallBack = fallBack;
    window.addEventListener("online", () => this.#reconnect());
    // While a page is hidden or its device sleeps, connections get lost without a word.
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    document.addEventListener("resume", () => this.#wake());
    // Browsers close the connections of pages in the back/forward cache, or do not cache pages with one.
    window.addEventListener("pagehide", ({ persisted }) => persisted && this.#disconnect());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#reconnect());
  }

  call(call: CallRemote, report: Report): void {
    this.#pending.set(call.run, { call, report, isSent: false, lostConnections: 0 });
    clearTimeout(this.#idleTimer);
    if (this.#socket) this.#sendAll();
    else this.#connect();
  }

  end(run: number): void {
    const pending = this.#pending.get(run);
    if (!pending) return;
    if (pending.isSent) this.#send({ type: "cancel_request", requestId: String(run) });
    this.#remove(run);
  }

  #remove(run: number): void {
    this.#pending.delete(run);
    if (this.#pending.size > 0) return;
    clearTimeout(this.#retryTimer);
    this.#idleTimer = setTimeout(() => this.#socket?.close(1000, "idle"), idleMs);
  }

  // --- connection

  #connect(): void {
    clearTimeout(this.#retryTimer);
    const socket = new WebSocket(`${this.#options.url.replace(/^http/, "ws")}/_dash-ws-callback`);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    socket.onclose = () => {
      if (this.#socket === socket) this.#closed();
    };
  }

  #opened(): void {
    this.#hasBeenOpen = true;
    this.#hasReceived = true;
    this.#heartbeatTimer = setInterval(() => this.#checkHeartbeat(), heartbeatMs);
    this.#sendAll();
  }

  /** A connection without any message since the last heartbeat is lost, even if it was not closed. */
  #checkHeartbeat(): void {
    if (this.#hasReceived) {
      this.#hasReceived = false;
      this.#send({ type: "heartbeat" });
      return;
    }
    this.#disconnect();
  }

  /** The page is shown again: a server that does not answer soon is connected to anew. */
  #wake(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      this.#reconnect();
      return;
    }
    this.#hasReceived = true;
    clearInterval(this.#heartbeatTimer);
    this.#checkHeartbeat();
    this.#heartbeatTimer = setTimeout(() => {
      this.#checkHeartbeat();
      if (this.#socket) this.#heartbeatTimer = setInterval(() => this.#checkHeartbeat(), heartbeatMs);
    }, wakeMs);
  }

  #disconnect(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed();
    socket.close();
  }

  #closed(): void {
    clearInterval(this.#heartbeatTimer);
    this.#socket = undefined;
    this.#failures += 1;
    for (const pending of [...this.#pending.values()]) this.#interrupt(pending);
    if (this.#pending.size === 0) return;
    const delayMs = Math.min(minRetryDelayMs * 2 ** (this.#failures - 1), maxRetryDelayMs);
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
  }

  #reconnect(): void {
    if (this.#socket || this.#pending.size === 0) return;
    this.#connect();
  }

  /** Ends or keeps a call whose connection is lost or could not be opened. */
  #interrupt(pending: PendingCall): void {
    const { call, report } = pending;
    if (!this.#hasBeenOpen && !call.persistent) {
      this.#remove(call.run);
      this.#fallBack(call, report);
    } else if (!this.#hasBeenOpen && this.#failures >= maxAttempts) {
      this.#finish(pending, unreachable(call.run, `${this.#options.url} cannot be reached by a WebSocket.`));
    } else if (pending.isSent && !call.persistent && !call.retry) {
      const message = `The connection to ${this.#options.url} was lost before it answered.`;
      this.#finish(pending, unreachable(call.run, message));
    } else if (pending.isSent && !call.persistent && ++pending.lostConnections >= maxAttempts) {
      this.#finish(
        pending,
        unreachable(call.run, `${this.#options.url} breaks the connection whenever it is asked this.`),
      );
    } else {
      pending.isSent = false;
    }
  }

  #sendAll(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const pending of this.#pending.values()) {
      if (pending.isSent) continue;
      pending.isSent = true;
      const { run, request } = pending.call;
      // Dash's responses name the renderer where ours name the request, so each call has its own renderer id.
      this.#send({ type: "callback_request", requestId: String(run), rendererId: String(run), payload: request });
    }
  }

  #send(message: Dictionary): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  // --- incoming messages

  #receive(data: unknown): void {
    this.#hasReceived = true;
    this.#failures = 0;
    const parsed = JSON.parse(String(data)) as unknown;
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) if (isDictionary(message)) this.#handle(message);
  }

  #handle(message: Dictionary): void {
    const payload = isDictionary(message.payload) ? message.payload : {};
    const pending = this.#pending.get(Number(message.requestId ?? message.rendererId));
    switch (message.type) {
      case "set_props":
        pending?.report({
          type: "RemoteUpdate",
          run: pending.call.run,
          props: { [String(payload.componentId)]: payload.props as Dictionary },
        });
        break;
      case "callback_response":
        if (pending) this.#finish(pending, this.#readResult(pending.call, payload));
        break;
      case "get_props_request":
        void this.#answerGetProps(message, payload);
        break;
      case "error":
        console.warn(`pyrt: the server did not understand a message: ${String(message.message)}`);
        break;
    }
  }

  async #answerGetProps({ requestId, rendererId }: Dictionary, payload: Dictionary): Promise<void> {
    await this.#options.whenShown();
    this.#send({ type: "get_props_response", requestId, rendererId, payload: this.#readProps(payload) });
  }

  #finish(pending: PendingCall, result: RemoteResult): void {
    this.#remove(pending.call.run);
    pending.report(result);
  }

  #readResult({ run, output }: CallRemote, payload: Dictionary): RemoteResult {
    const result = { type: "RemoteResult", run } as const;
    if (payload.status === "prevent_update") return { ...result, outcome: "prevented" };
    if (payload.status !== "ok") {
      const { message, type, traceback } = payload;
      const error = { message: String(message), ...(type ? { type: String(type) } : {}) };
      return { ...result, outcome: "error", error: traceback ? { ...error, traceback: String(traceback) } : error };
    }
    const data = isDictionary(payload.data) ? payload.data : {};
    for (const cookie of Array.isArray(payload.cookies) ? payload.cookies : []) this.#options.setCookie(String(cookie));
    return {
      ...result,
      outcome: "value",
      response: readResponse(data, output),
      sideUpdate: readProps(data.sideUpdate),
    };
  }

  #readProps({ componentId, properties }: Dictionary): Dictionary {
    const names = Array.isArray(properties) ? properties.map(String) : [];
    return Object.fromEntries(
      names.map((name) => [name, this.#options.readProp(String(componentId), name) ?? null] as const),
    );
  }
}
