/**
 * The bridge: Python functions called on a server, in Dash's own callback protocol, so that `pyrt serve-bridge` and an
 * ordinary Dash server can be the other end (S-50, S-54, S-121, S-131). Chooses between fetch and a WebSocket.
 */

import type { Elsewhere } from "../session/remote_calls";
import type { CallRemote, RemoteReport } from "../wire/protocol";
import { Errand, type ErrandOptions } from "./fetch_call";
import { Line, type LineOptions } from "./websocket";

export interface BridgeOptions extends ErrandOptions, LineOptions {}

export class Bridge implements Elsewhere {
  readonly #options: BridgeOptions;
  readonly #line: Line;
  readonly #errands = new Map<number, Errand>();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#line = new Line(options, (call, report) => this.#post(call, report));
    // A page that leaves for good waits for no job any more; one that is only put aside may come back.
    window.addEventListener("pagehide", ({ persisted }) => {
      if (!persisted) for (const run of [...this.#errands.keys()]) this.end(run);
    });
  }

  call(call: CallRemote, report: (report: RemoteReport) => void): void {
    if (call.transport === "websocket") this.#line.call(call, report);
    else this.#post(call, report);
  }

  end(run: number): void {
    this.#errands.get(run)?.end();
    this.#errands.delete(run);
    this.#line.end(run);
  }

  #post(call: CallRemote, report: (report: RemoteReport) => void): void {
    const errand = new Errand(call, this.#options, (message) => {
      if (message.type === "RemoteResult") this.#errands.delete(call.run);
      report(message);
    });
    this.#errands.set(call.run, errand);
    void errand.run();
  }
}
