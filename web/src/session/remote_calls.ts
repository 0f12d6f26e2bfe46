/**
 * Calls of Python functions outside the page's own worker: the engine requests one with `CallRemote`, an executor
 * carries it out and reports.
 */

import type { CallRemote, RemoteReport, RemoteResult } from "../wire/protocol";
import type { Outbox } from "./outbox";

/** Calls Python functions outside the page's own worker: the pool of job workers (job_pool.ts), the server (bridge.ts). */
export interface Executor {
  /**
   * Starts a call. `report` receives any number of updates, then exactly one result; reports after `end` are ignored.
   */
  call(call: CallRemote, report: (report: RemoteReport) => void): void;
  /** Ends a call: its result is no longer needed. */
  end(run: number): void;
}

export type Executors = Readonly<Partial<Record<CallRemote["executor"], Executor>>>;

interface PendingCall {
  readonly executor: Executor;
  readonly isBackground: boolean;
}

/** The calls in progress. */
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

  /** Whether this run is a background callback, which may take long. */
  isBackground(run: number): boolean {
    return this.#pending.get(run)?.isBackground ?? false;
  }

  /** Whether the executor of this run could not be reached. */
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
