/**
 * Background callbacks in the tab: each job worker has its own interpreter, so that neither the page nor other
 * callbacks wait. A job is cancelled by terminating its worker; a spare worker replaces it.
 */

import { type Executor, unreachable } from "../session/remote_calls";
import type {
  CallRemote,
  HostMessage,
  JobMessage,
  JobReport,
  Location,
  RemoteReport,
  RemoteResult,
} from "../wire/protocol";
import type { ResultCache } from "./result_cache";

/** A worker that runs jobs. It accepts jobs at once and starts the first one when Python is ready. */
export interface JobWorker {
  send(message: JobMessage): void;
  listen(listener: (messages: (JobReport | HostMessage)[]) => void): void;
  terminate(): void;
}

export interface JobPoolOptions {
  readonly start: () => JobWorker;
  readonly describePage: () => { location: Location; cookie: string };
  readonly results: ResultCache;
  /** Maximum number of jobs that run at the same time. The others wait in order. */
  readonly limit: number;
  /** Whether a worker more than there are jobs is kept ready. Each has an interpreter of its own. */
  readonly keepsSpare: boolean;
  /** Calls `begin` when the page is idle. */
  readonly whenIdle: (begin: () => void) => void;
  readonly log: (message: Extract<HostMessage, { type: "Log" }>) => void;
}

type Report = (report: RemoteReport) => void;

interface Job {
  readonly call: CallRemote;
  readonly report: Report;
}

interface PoolWorker {
  readonly worker: JobWorker;
  job: Job | undefined;
  isReady: boolean;
}

export class JobPool implements Executor {
  readonly #options: JobPoolOptions;
  readonly #workers = new Set<PoolWorker>();
  /** Runs whose result is being looked up in the cache. */
  readonly #lookups = new Set<number>();
  #queue: Job[] = [];
  #expectsJobs = false;
  #isSpareRequested = false;

  constructor(options: JobPoolOptions) {
    this.#options = options;
  }

  /** The app has background callbacks: from now on a spare worker is kept ready. */
  expectJobs(): void {
    this.#expectsJobs = true;
    this.#prepareSpare();
  }

  call(call: CallRemote, report: Report): void {
    this.#expectsJobs = true;
    if (call.cacheKey === undefined) this.#enqueue({ call, report });
    else void this.#callUnlessCached(call, report, keyOf(call, call.cacheKey));
  }

  end(run: number): void {
    this.#lookups.delete(run);
    this.#queue = this.#queue.filter(({ call }) => call.run !== run);
    for (const poolWorker of this.#workers) if (poolWorker.job?.call.run === run) this.#terminate(poolWorker);
    this.#assign();
  }

  async #callUnlessCached(call: CallRemote, report: Report, key: string): Promise<void> {
    const { results } = this.#options;
    this.#lookups.add(call.run);
    const cached = await results.get(key, call.expire);
    if (!this.#lookups.delete(call.run)) return;
    if (cached) {
      report({ ...cached, type: "RemoteResult", run: call.run });
      return;
    }
    this.#enqueue({
      call,
      report: (message) => {
        if (isCacheable(message)) void results.put(key, toCached(message));
        report(message);
      },
    });
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    this.#assign();
  }

  /** Assigns queued jobs to workers, up to the limit. */
  #assign(): void {
    while (this.#queue.length > 0 && this.#countBusy() < this.#options.limit) {
      const job = this.#queue.shift() as Job;
      const poolWorker = this.#findFree() ?? this.#start();
      poolWorker.job = job;
      const { callbackPosition, request, run } = job.call;
      poolWorker.worker.send({
        type: "Job",
        job: run,
        callbackPosition,
        request,
        environment: this.#options.describePage(),
      });
    }
    if (this.#expectsJobs) this.#prepareSpare();
  }

  #countBusy(): number {
    return [...this.#workers].filter(({ job }) => job).length;
  }

  #findFree(): PoolWorker | undefined {
    return [...this.#workers].find(({ job }) => !job);
  }

  /** Keeps one worker more than there are jobs, so that the next job need not wait for Python to start. */
  #prepareSpare(): void {
    if (this.#isSpareRequested || !this.#options.keepsSpare) return;
    this.#isSpareRequested = true;
    this.#options.whenIdle(() => {
      this.#isSpareRequested = false;
      if (!this.#findFree()) this.#start();
    });
  }

  #start(): PoolWorker {
    const poolWorker: PoolWorker = { worker: this.#options.start(), job: undefined, isReady: false };
    this.#workers.add(poolWorker);
    poolWorker.worker.listen((messages) => {
      for (const message of messages) if (this.#workers.has(poolWorker)) this.#receive(poolWorker, message);
    });
    return poolWorker;
  }

  #receive(poolWorker: PoolWorker, message: JobReport | HostMessage): void {
    switch (message.type) {
      case "JobReady":
        poolWorker.isReady = true;
        performance.mark("pyrt:job-worker");
        break;
      case "JobUpdate":
        poolWorker.job?.report({ type: "RemoteUpdate", run: message.job, props: message.props });
        break;
      case "JobResult": {
        const { job: run, ...result } = message;
        this.#finish(poolWorker, { ...result, type: "RemoteResult", run });
        break;
      }
      case "Log":
        this.#options.log(message);
        break;
      case "Failed":
        this.#fail(poolWorker, message.stage, message.message);
        break;
      case "Progress":
      case "Reading":
      case "Abilities":
      case "Complete":
      case "Used":
        break;
      default:
        message satisfies never;
    }
  }

  #finish(poolWorker: PoolWorker, result: RemoteResult): void {
    const { job } = poolWorker;
    poolWorker.job = undefined;
    job?.report(result);
    this.#assign();
  }

  /** A worker has stopped: its job fails. A spare one is only logged, and started again when it is needed. */
  #fail(poolWorker: PoolWorker, stage: string, reason: string): void {
    const { job } = poolWorker;
    this.#terminate(poolWorker);
    const text = poolWorker.isReady
      ? `The worker of this background callback has stopped: ${reason}`
      : `No worker for background callbacks could be started; it stopped at stage "${stage}".\n${reason}`;
    if (job) job.report(unreachable(job.call.run, text));
    else console.warn(`pyrt: ${text}`);
    if (this.#queue.length > 0) this.#assign();
  }

  #terminate(poolWorker: PoolWorker): void {
    this.#workers.delete(poolWorker);
    poolWorker.worker.terminate();
  }
}

/**
 * Maximum number of concurrent jobs: at least 2, so that a long job does not block all others, and one core less than
 * there are; 1 where memory is little.
 */
export function jobLimit(cores: number, hasLittleMemory: boolean): number {
  return hasLittleMemory ? 1 : Math.max(2, Math.min(4, cores - 1));
}

/** Key of a result. The outputs belong to it, because the same function may be called for other components. */
function keyOf({ request, output }: CallRemote, cacheKey: string): string {
  return JSON.stringify([output, request.outputs ?? null, cacheKey]);
}

function isCacheable(report: RemoteReport): report is RemoteResult {
  return report.type === "RemoteResult" && (report.outcome === "value" || report.outcome === "prevented");
}

function toCached({ outcome, response }: RemoteResult): Pick<RemoteResult, "outcome" | "response"> {
  return response ? { outcome, response } : { outcome };
}
