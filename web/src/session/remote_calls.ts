/**
 * Calls of Python functions that happen elsewhere: the engine asks for one by `CallRemote`, somebody who is able to
 * carries it out and reports. Knows who, not how.
 */

import type { CallRemote, RemoteReport, RemoteResult } from "../wire/protocol";
import type { Outbox } from "./outbox";

/** Somebody who has Python functions called: the workers for jobs (jobs.ts), the server (bridge.ts). */
export interface Elsewhere {
  /** Begins a call. `report` takes any number of updates, then exactly one result; after `end` nobody listens. */
  call(call: CallRemote, report: (report: RemoteReport) => void): void;
  /** Nobody waits for this call any more. */
  end(run: number): void;
}

export type Places = Readonly<Partial<Record<CallRemote["place"], Elsewhere>>>;

interface PendingCall {
  readonly place: Elsewhere;
  readonly isBackground: boolean;
}

/** The calls under way. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #places: Places;
  readonly #pending = new Map<number, PendingCall>();
  readonly #unreachable = new Set<number>();

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
    this.#pending.set(call.run, { place, isBackground: call.interval !== undefined });
    place.call(call, (report) => this.#report(call.run, report));
  }

  end(run: number): void {
    this.#pending.get(run)?.place.end(run);
    this.#pending.delete(run);
  }

  /** Whether this run is that of a background callback, which may take long. */
  isBackground(run: number): boolean {
    return this.#pending.get(run)?.isBackground ?? false;
  }

  /** Whether nobody could be asked for this run. */
  isUnreachable(run: number): boolean {
    return this.#unreachable.has(run);
  }

  #report(run: number, report: RemoteReport): void {
    if (!this.#pending.has(run)) return;
    if (report.type === "RemoteResult") {
      this.#pending.delete(run);
      if (report.outcome === "unreachable") this.#unreachable.add(run);
    }
    this.#send(report);
  }

  #send(report: RemoteReport): void {
    this.#outbox.send(report);
  }
}

export function unreachable(run: number, message: string): RemoteResult {
  return { type: "RemoteResult", run, outcome: "unreachable", error: { message } };
}
