/**
 * Calls of Python functions that happen elsewhere: the engine asks for one by `CallRemote`, somebody who is able to
 * carries it out and reports. Knows who, not how.
 */

import type { CallRemote, RemoteReport, RemoteResult } from "../wire/protocol";
import type { Outbox } from "./outbox";

/** Calls Python functions outside the page's own worker: the pool of job workers (job_pool.ts), the server (bridge.ts). */
export interface Executor {
  /** Begins a call. `report` takes any number of updates, then exactly one result; after `end` nobody listens. */
  call(call: CallRemote, report: (report: RemoteReport) => void): void;
  /** Nobody waits for this call any more. */
  end(run: number): void;
}

export type Executors = Readonly<Partial<Record<CallRemote["executor"], Executor>>>;

interface PendingCall {
  readonly executor: Executor;
  readonly isBackground: boolean;
}

/** The calls under way. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #executors: Executors;
  readonly #pending = new Map<number, PendingCall>();
  readonly #unreachable = new Set<number>();

  constructor(outbox: Outbox, executors: Executors) {
    this.#outbox = outbox;
    this.#executors = executors;
  }

  call(call: CallRemote): void {
    const executor = this.#executors[call.executor];
    if (!executor) {
      this.#send(unreachable(call.run, `This page has no ${call.executor} to call Python functions with.`));
      return;
    }
    this.#pending.set(call.run, { executor, isBackground: call.interval !== undefined });
    executor.call(call, (report) => this.#report(call.run, report));
  }

  end(run: number): void {
    this.#pending.get(run)?.executor.end(run);
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
