/**
 * Calls of Python functions that happen elsewhere: the engine asks for one by `CallRemote`, somebody who is able to
 * carries it out and reports. Knows who, not how.
 */

import type { Outbox } from "./outbox";
import type { CallRemote, RemoteReport, RemoteResult } from "./protocol";

/** Somebody who has Python functions called: the workers for jobs (jobs.ts), the server (bridge.ts). */
export interface Elsewhere {
  /** Begins a call. `report` takes any number of updates, then exactly one result; after `end` nobody listens. */
  call(call: CallRemote, report: (report: RemoteReport) => void): void;
  /** Nobody waits for this call any more. */
  end(run: number): void;
}

export type Places = Readonly<Partial<Record<CallRemote["place"], Elsewhere>>>;

/** The calls under way. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #places: Places;
  readonly #under = new Map<number, Elsewhere>();

  constructor(outbox: Outbox, places: Places) {
    this.#outbox = outbox;
    this.#places = places;
  }

  call(call: CallRemote): void {
    const place = this.#places[call.place];
    if (!place) {
      this.#send(unreachable(call.run, `This page has no ${call.place} to call Python functions with.`));
      return;
    }
    this.#under.set(call.run, place);
    place.call(call, (report) => this.#report(call.run, report));
  }

  end(run: number): void {
    this.#under.get(run)?.end(run);
    this.#under.delete(run);
  }

  #report(run: number, report: RemoteReport): void {
    if (!this.#under.has(run)) return;
    if (report.type === "RemoteResult") this.#under.delete(run);
    this.#send(report);
  }

  #send(report: RemoteReport): void {
    this.#outbox.send(report);
  }
}

export function unreachable(run: number, message: string): RemoteResult {
  return { type: "RemoteResult", run, outcome: "unreachable", error: { message } };
}
