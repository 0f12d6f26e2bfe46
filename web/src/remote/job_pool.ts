/**
 * Background callbacks in the tab: workers with an interpreter of their own, so that neither the page nor other
 * callbacks wait. A job is ended by ending its worker; another one, started in good time, takes its place.
 */

import { type Elsewhere, unreachable } from "../session/remote_calls";
import type {
  CallRemote,
  JobMessage,
  JobReport,
  Location,
  RemoteReport,
  RemoteResult,
  WorkerMessage,
} from "../wire/protocol";
import type { KeptResults } from "./result_cache";

/** A worker for jobs. Takes jobs from the beginning, and begins with the first one once Python is up. */
export interface JobWorker {
  send(message: JobMessage): void;
  listen(listener: (messages: (JobReport | WorkerMessage)[]) => void): void;
  terminate(): void;
}

export interface JobPoolOptions {
  readonly start: () => JobWorker;
  readonly describePage: () => { location: Location; cookie: string };
  readonly results: KeptResults;
  /** How many jobs go on at the same time; the rest waits in order. */
  readonly limit: number;
  /** Calls back when there is nothing better to do. */
  readonly whenIdle: (begin: () => void) => void;
  readonly log: (message: Extract<WorkerMessage, { type: "Log" }>) => void;
}

type Report = (report: RemoteReport) => void;

interface Job {
  readonly call: CallRemote;
  readonly report: Report;
}

interface Member {
  readonly worker: JobWorker;
  job: Job | undefined;
  isUp: boolean;
}

export class JobPool implements Elsewhere {
  readonly #options: JobPoolOptions;
  readonly #members = new Set<Member>();
  /** Jobs whose result may be kept already, and those that wait for a worker. */
  readonly #asking = new Set<number>();
  #waiting: Job[] = [];
  #expectsJobs = false;
  #wantsSpare = false;

  constructor(options: JobPoolOptions) {
    this.#options = options;
  }

  /** There will be jobs: from now on a worker is kept ready. */
  expectJobs(): void {
    this.#expectsJobs = true;
    this.#prepareSpare();
  }

  call(call: CallRemote, report: Report): void {
    this.#expectsJobs = true;
    if (call.cacheKey === undefined) this.#enqueue({ call, report });
    else void this.#callUnlessKept(call, report, keyOf(call, call.cacheKey));
  }

  end(run: number): void {
    this.#asking.delete(run);
    this.#waiting = this.#waiting.filter(({ call }) => call.run !== run);
    for (const member of this.#members) if (member.job?.call.run === run) this.#dismiss(member);
    this.#assign();
  }

  async #callUnlessKept(call: CallRemote, report: Report, key: string): Promise<void> {
    const { results } = this.#options;
    this.#asking.add(call.run);
    const kept = await results.get(key, call.expire);
    if (!this.#asking.delete(call.run)) return;
    if (kept) {
      report({ ...kept, type: "RemoteResult", run: call.run });
      return;
    }
    this.#enqueue({
      call,
      report: (message) => {
        if (isWorthKeeping(message)) void results.put(key, pickKept(message));
        report(message);
      },
    });
  }

  #enqueue(job: Job): void {
    this.#waiting.push(job);
    this.#assign();
  }

  /** Gives jobs to workers, as many as may go on at once. */
  #assign(): void {
    while (this.#waiting.length > 0 && this.#busy() < this.#options.limit) {
      const job = this.#waiting.shift() as Job;
      const member = this.#free() ?? this.#start();
      member.job = job;
      const { callback, request, run } = job.call;
      member.worker.send({ type: "Job", job: run, callback, request, environment: this.#options.describePage() });
    }
    if (this.#expectsJobs) this.#prepareSpare();
  }

  #busy(): number {
    return [...this.#members].filter(({ job }) => job).length;
  }

  #free(): Member | undefined {
    return [...this.#members].find(({ job }) => !job);
  }

  /** One worker more than there are jobs, so that the next one need not wait for Python to start. */
  #prepareSpare(): void {
    if (this.#wantsSpare) return;
    this.#wantsSpare = true;
    this.#options.whenIdle(() => {
      this.#wantsSpare = false;
      if (!this.#free()) this.#start();
    });
  }

  #start(): Member {
    const member: Member = { worker: this.#options.start(), job: undefined, isUp: false };
    this.#members.add(member);
    member.worker.listen((messages) => {
      for (const message of messages) if (this.#members.has(member)) this.#receive(member, message);
    });
    return member;
  }

  #receive(member: Member, message: JobReport | WorkerMessage): void {
    switch (message.type) {
      case "JobReady":
        member.isUp = true;
        performance.mark("pyrt:job-worker");
        break;
      case "JobUpdate":
        member.job?.report({ type: "RemoteUpdate", run: message.job, props: message.props });
        break;
      case "JobResult": {
        const { job: run, ...result } = message;
        this.#finish(member, { ...result, type: "RemoteResult", run });
        break;
      }
      case "Log":
        this.#options.log(message);
        break;
      case "Failed":
        this.#fail(member, message.stage, message.message);
        break;
      default:
        break;
    }
  }

  #finish(member: Member, result: RemoteResult): void {
    const { job } = member;
    member.job = undefined;
    job?.report(result);
    this.#assign();
  }

  /** A worker that has stopped takes its job along. One that had none is not missed before there is one. */
  #fail(member: Member, stage: string, reason: string): void {
    const { job } = member;
    this.#dismiss(member);
    const text = member.isUp
      ? `The worker of this background callback has stopped: ${reason}`
      : `No worker for background callbacks could be started; it stopped at stage "${stage}".\n${reason}`;
    if (job) job.report(unreachable(job.call.run, text));
    else console.warn(`pyrt: ${text}`);
    if (this.#waiting.length > 0) this.#assign();
  }

  #dismiss(member: Member): void {
    this.#members.delete(member);
    member.worker.terminate();
  }
}

/** At least two, so that one long job does not keep all others waiting; a core is left to the page. */
export function jobLimit(cores: number): number {
  return Math.max(2, Math.min(4, cores - 1));
}

/** Results are values of certain components: the same function may be called for others. */
function keyOf({ request, output }: CallRemote, cacheKey: string): string {
  return JSON.stringify([output, request.outputs ?? null, cacheKey]);
}

function isWorthKeeping(report: RemoteReport): report is RemoteResult {
  return report.type === "RemoteResult" && (report.outcome === "value" || report.outcome === "prevented");
}

function pickKept({ outcome, response }: RemoteResult): Pick<RemoteResult, "outcome" | "response"> {
  return response ? { outcome, response } : { outcome };
}
