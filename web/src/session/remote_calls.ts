/**
 * Calls of Python functions outside the page's own worker: the engine requests one with `CallRemote`, an executor
 * carries it out and reports.
 */

import { reportFailure } from "../browser/report";
import type { CallRemote, RemoteReport, RemoteResult, RemoteUpdate } from "../wire/protocol";
import type { Outbox } from "./outbox";

/** Calls Python functions outside the page's own worker: the pool of job workers (job_pool.ts), the server (bridge.ts). */
export interface Executor {
  /**
   * Starts a call. `report` receives any number of updates and waits, then exactly one result; reports after `end` are
   * ignored.
   */
  call(call: CallRemote, report: (report: RemoteReport) => void): void;
  /** Ends a call: its result is no longer needed. */
  end(run: number): void;
}

export type Executors = Readonly<Partial<Record<CallRemote["executor"], Executor>>>;

interface PendingCall {
  readonly executor: Executor;
  readonly isBackground: boolean;
  /** Dash's name of the callback. */
  readonly callback: string;
  /** After `cut`: what was reported since. */
  held?: RemoteReport[] | undefined;
}

/** A call that waits, and why. */
export interface Wait {
  readonly callback: string;
  readonly reason: string;
}

/** The calls in progress. */
export class RemoteCalls {
  readonly #outbox: Outbox;
  readonly #executors: Executors;
  readonly #pending = new Map<number, PendingCall>();
  readonly #unreachable = new Set<number>();
  readonly #waits = new Map<number, Wait>();
  readonly #listeners = new Set<() => void>();
  #waiting: readonly Wait[] = [];

  constructor(outbox: Outbox, executors: Executors) {
    this.#outbox = outbox;
    this.#executors = executors;
  }

  call(call: CallRemote): void {
    const known = this.#pending.get(call.run);
    if (known?.held) {
      const { held } = known;
      known.held = undefined;
      for (const report of held) this.#report(call.run, report);
      return;
    }
    const executor = this.#executors[call.executor];
    if (!executor) {
      this.#send(unreachable(call.run, `This page has no ${call.executor} to call Python functions with.`));
      return;
    }
    this.#pending.set(call.run, { executor, isBackground: call.interval !== undefined, callback: call.output });
    executor.call(call, (report) => this.#report(call.run, report));
  }

  end(run: number): void {
    this.#pending.get(run)?.executor.end(run);
    this.#remove(run);
  }

  /** The calls that wait, the oldest first. */
  get waiting(): readonly Wait[] {
    return this.#waiting;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The engine has ended: calls go on, and what they report waits until another one asks for them. */
  cut(): void {
    for (const pending of this.#pending.values()) pending.held ??= [];
  }

  /** Ends the calls that the new engine has not asked for. */
  endCut(): void {
    for (const [run, { held }] of this.#pending) if (held) this.end(run);
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
    const pending = this.#pending.get(run);
    if (!pending) return;
    if (report.type === "RemoteWait") {
      this.#setWait(run, report.reason === undefined ? undefined : { ...pending, reason: report.reason });
      return;
    }
    if (pending.held) {
      pending.held.push(report);
      return;
    }
    if (report.type === "RemoteResult") {
      this.#remove(run);
      if (report.outcome === "unreachable") this.#unreachable.add(run);
    }
    this.#send(report);
  }

  #remove(run: number): void {
    this.#pending.delete(run);
    this.#setWait(run, undefined);
  }

  /** Reasons that differ in numbers only, such as seconds, are told once. */
  #setWait(run: number, wait: Wait | undefined): void {
    const known = this.#waits.get(run);
    if (withoutNumbers(known?.reason) === withoutNumbers(wait?.reason)) return;
    if (wait) {
      this.#waits.set(run, { callback: wait.callback, reason: wait.reason });
      console.warn(`pyrt: ${wait.callback} waits. ${wait.reason}`);
      reportFailure("waiting", { callback: wait.callback });
    } else this.#waits.delete(run);
    this.#waiting = [...this.#waits.values()];
    for (const listener of [...this.#listeners]) listener();
  }

  #send(report: RemoteUpdate | RemoteResult): void {
    this.#outbox.send(report);
  }
}

function withoutNumbers(text: string | undefined): string | undefined {
  return text?.replace(/\d+/g, "");
}

export function unreachable(run: number, message: string): RemoteResult {
  return { type: "RemoteResult", run, outcome: "unreachable", error: { message } };
}
