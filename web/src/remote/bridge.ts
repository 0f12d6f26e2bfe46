/**
 * Calls Python functions on a server in Dash's callback protocol (S-50, S-54, S-121, S-131). The server is `pyrt
 * serve-bridge` or an ordinary Dash server. Chooses between fetch and a WebSocket.
 */

import type { Executor } from "../session/remote_calls";
import type { CallRemote, RemoteReport } from "../wire/protocol";
import { FetchCall, type FetchCallOptions } from "./fetch_call";
import { WebSocketClient, type WebSocketOptions } from "./websocket";

export interface BridgeOptions extends FetchCallOptions, WebSocketOptions {}

export class Bridge implements Executor {
  readonly #options: BridgeOptions;
  readonly #webSocket: WebSocketClient;
  readonly #fetchCalls = new Map<number, FetchCall>();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#webSocket = new WebSocketClient(options, (call, report) => this.#post(call, report));
    // When the page is closed, its jobs are ended. A page in the back/forward cache may be shown again.
    window.addEventListener("pagehide", ({ persisted }) => {
      if (!persisted) for (const run of [...this.#fetchCalls.keys()]) this.end(run);
    });
  }

  call(call: CallRemote, report: (report: RemoteReport) => void): void {
    if (call.transport === "websocket") this.#webSocket.call(call, report);
    else this.#post(call, report);
  }

  end(run: number): void {
    this.#fetchCalls.get(run)?.end();
    this.#fetchCalls.delete(run);
    this.#webSocket.end(run);
  }

  #post(call: CallRemote, report: (report: RemoteReport) => void): void {
    const fetchCall = new FetchCall(call, this.#options, (message) => {
      if (message.type === "RemoteResult") this.#fetchCalls.delete(call.run);
      report(message);
    });
    this.#fetchCalls.set(call.run, fetchCall);
    void fetchCall.run();
  }
}
