/** S-123 to S-126: the pool of job workers, and the executors of remote calls. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { JobPool, type JobPoolOptions, type JobWorker, jobLimit } from "../../src/remote/job_pool";
import type { CachedResult, ResultCache } from "../../src/remote/result_cache";
import { Outbox } from "../../src/session/outbox";
import { type Executor, RemoteCalls } from "../../src/session/remote_calls";
import type {
  CallRemote,
  HostMessage,
  JobMessage,
  JobReport,
  PageMessage,
  RemoteReport,
} from "../../src/wire/protocol";

const call = (run: number, more: Partial<CallRemote> = {}): CallRemote => ({
  type: "CallRemote",
  run,
  executor: "job",
  callbackPosition: 0,
  request: {
    output: "a.x",
    outputs: { id: "a", property: "x" },
    inputs: [],
    changedPropIds: [],
    parsedChangedPropsIds: [],
  },
  output: "a.x",
  transport: "fetch",
  persistent: false,
  retry: false,
  ...more,
});

class FakeWorker implements JobWorker {
  readonly jobs: JobMessage[] = [];
  isAlive = true;
  #listener: (messages: (JobReport | HostMessage)[]) => void = () => {};

  send(message: JobMessage): void {
    this.jobs.push(message);
  }

  listen(listener: (messages: (JobReport | HostMessage)[]) => void): void {
    this.#listener = listener;
  }

  terminate(): void {
    this.isAlive = false;
  }

  say(...messages: (JobReport | HostMessage)[]): void {
    this.#listener(messages);
  }

  finish(run: number, value: unknown = run): void {
    this.say({ type: "JobResult", job: run, outcome: "value", response: { a: { x: value } } });
  }
}

let workers: FakeWorker[];
let reports: RemoteReport[];
let kept: Map<string, CachedResult>;
let idle: (() => void)[];
let pool: JobPool;

const report = (message: RemoteReport) => void reports.push(message);
const beIdle = () => {
  for (const begin of idle.splice(0)) begin();
};
const alive = () => workers.filter(({ isAlive }) => isAlive);
const jobsOf = (worker: FakeWorker | undefined) => worker?.jobs.map(({ job }) => job);
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  workers = [];
  reports = [];
  kept = new Map();
  idle = [];
  pool = makePool();
});

function makePool(changes: Partial<JobPoolOptions> = {}): JobPool {
  return new JobPool({
    start: () => {
      workers.push(new FakeWorker());
      return workers.at(-1) as FakeWorker;
    },
    describePage: () => ({ location: { href: "", origin: "", pathname: "/", search: "", hash: "" }, cookie: "a=b" }),
    results: {
      get: async (key: string) => kept.get(key),
      put: async (key: string, result: CachedResult) => void kept.set(key, result),
    } as unknown as ResultCache,
    limit: 2,
    keepsSpare: true,
    whenIdle: (begin) => idle.push(begin),
    log: () => {},
    ...changes,
  });
}

describe("job workers", () => {
  it("are not started before a job is expected", () => {
    beIdle();
    expect(workers).toHaveLength(0);
  });

  it("include a spare one as soon as the page is idle, which takes the first job", () => {
    pool.expectJobs();
    expect(workers).toHaveLength(0);
    beIdle();
    expect(workers).toHaveLength(1);
    pool.call(call(1), report);
    expect(workers).toHaveLength(1);
    expect(workers[0]?.jobs[0]).toMatchObject({
      type: "Job",
      job: 1,
      callbackPosition: 0,
      environment: { cookie: "a=b" },
    });
    beIdle();
    expect(workers).toHaveLength(2);
  });

  it("are used again", () => {
    pool.call(call(1), report);
    workers[0]?.finish(1);
    pool.call(call(2), report);
    expect(workers).toHaveLength(1);
    expect(jobsOf(workers[0])).toEqual([1, 2]);
  });

  it("run several jobs at once up to the limit, and the rest in order", () => {
    for (const run of [1, 2, 3, 4]) pool.call(call(run), report);
    beIdle();
    expect(workers.map(jobsOf)).toEqual([[1], [2], []]);
    workers[1]?.finish(2);
    expect(workers.map(jobsOf)).toEqual([[1], [2, 3], []]);
    workers[0]?.finish(1);
    expect(workers.map(jobsOf)).toEqual([[1, 4], [2, 3], []]);
  });

  it("leave a core to the page, and are at least two", () => {
    expect([1, 2, 3, 4, 8, 64].map((cores) => jobLimit(cores, false))).toEqual([2, 2, 2, 3, 4, 4]);
  });

  it("are at most one where memory is little, and none is spare", () => {
    pool = makePool({ limit: jobLimit(8, true), keepsSpare: false });
    pool.expectJobs();
    beIdle();
    expect(workers).toHaveLength(0);
    for (const run of [1, 2]) pool.call(call(run), report);
    beIdle();
    expect(workers.map(jobsOf)).toEqual([[1]]);
    workers[0]?.finish(1);
    expect(workers.map(jobsOf)).toEqual([[1, 2]]);
  });
});

describe("a job", () => {
  it("reports what it shows, then its end", () => {
    pool.call(call(1), report);
    workers[0]?.say({ type: "JobUpdate", job: 1, props: { bar: { value: 1 } } });
    workers[0]?.finish(1, "done");
    expect(reports).toEqual([
      { type: "RemoteUpdate", run: 1, props: { bar: { value: 1 } } },
      { type: "RemoteResult", run: 1, outcome: "value", response: { a: { x: "done" } } },
    ]);
  });

  it("is ended by terminating its worker; the spare takes the next one and is replaced", () => {
    pool.call(call(1), report);
    beIdle();
    pool.end(1);
    expect(workers[0]?.isAlive).toBe(false);
    pool.call(call(2), report);
    expect(jobsOf(workers[1])).toEqual([2]);
    beIdle();
    expect(alive()).toHaveLength(2);
    workers[0]?.finish(1);
    expect(reports).toEqual([]);
  });

  it("that is queued is only removed", () => {
    for (const run of [1, 2, 3]) pool.call(call(run), report);
    pool.end(3);
    workers[0]?.finish(1);
    expect(alive()).toHaveLength(2);
    expect(workers.map(jobsOf)).toEqual([[1], [2]]);
  });

  it("that is ended makes room for a queued one", () => {
    for (const run of [1, 2, 3]) pool.call(call(run), report);
    pool.end(1);
    expect(jobsOf(workers[2])).toEqual([3]);
  });

  it("whose worker stops is reported, and the next one gets another worker", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const run of [1, 2, 3]) pool.call(call(run), report);
    workers[0]?.say({ type: "Failed", stage: "app", message: "No module named x" });
    expect(reports).toEqual([
      {
        type: "RemoteResult",
        run: 1,
        outcome: "unreachable",
        error: {
          message: 'No worker for background callbacks could be started; it stopped at stage "app".\nNo module named x',
        },
      },
    ]);
    expect(workers[0]?.isAlive).toBe(false);
    expect(jobsOf(workers[2])).toEqual([3]);
  });

  it("whose worker stops later is reported as such", () => {
    pool.call(call(1), report);
    workers[0]?.say({ type: "JobReady" }, { type: "Failed", stage: "engine", message: "out of memory" });
    expect(reports).toMatchObject([
      { error: { message: "The worker of this background callback has stopped: out of memory" } },
    ]);
  });

  it("is not started again and again where workers cannot start", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    pool.expectJobs();
    beIdle();
    workers[0]?.say({ type: "Failed", stage: "app", message: "" });
    beIdle();
    expect(workers).toHaveLength(1);
  });
});

describe("cached results", () => {
  const keyed = (run: number, cacheKey = "k") => call(run, { cacheKey });

  it("replace the call", async () => {
    pool.call(keyed(1), report);
    await settled();
    workers[0]?.finish(1, "first");
    pool.call(keyed(2), report);
    await settled();
    expect(jobsOf(workers[0])).toEqual([1]);
    expect(reports.at(-1)).toEqual({ type: "RemoteResult", run: 2, outcome: "value", response: { a: { x: "first" } } });
    pool.call(keyed(3, "other"), report);
    await settled();
    expect(jobsOf(workers[0])).toEqual([1, 3]);
  });

  it("are those of the same outputs", async () => {
    pool.call(keyed(1), report);
    await settled();
    workers[0]?.finish(1);
    pool.call({ ...keyed(2), output: "b.x" }, report);
    await settled();
    expect(jobsOf(workers[0])).toEqual([1, 2]);
  });

  it("are no errors", async () => {
    pool.call(keyed(1), report);
    await settled();
    workers[0]?.say({ type: "JobResult", job: 1, outcome: "error", error: { message: "x" } });
    expect(kept.size).toBe(0);
  });

  it("are not used by a job that was ended meanwhile", async () => {
    pool.call(keyed(1), report);
    pool.end(1);
    await settled();
    expect(workers).toHaveLength(0);
  });
});

describe("remote calls", () => {
  const sent: PageMessage[] = [];
  const outbox = new Outbox((messages) => void sent.push(...messages));

  class FakeExecutor implements Executor {
    readonly calls: CallRemote[] = [];
    readonly ended: number[] = [];
    report: (report: RemoteReport) => void = () => {};

    call(asked: CallRemote, listener: (message: RemoteReport) => void): void {
      this.calls.push(asked);
      this.report = listener;
    }

    end(run: number): void {
      this.ended.push(run);
    }
  }

  beforeEach(() => void sent.splice(0));

  it("go to the executor that the engine names, whose reports go to the engine", () => {
    const [job, server] = [new FakeExecutor(), new FakeExecutor()];
    const calls = new RemoteCalls(outbox, { job, server });
    calls.call(call(1, { executor: "server" }));
    expect([job.calls.length, server.calls.length]).toEqual([0, 1]);
    server.report({ type: "RemoteUpdate", run: 1, props: {} });
    server.report({ type: "RemoteResult", run: 1, outcome: "prevented" });
    server.report({ type: "RemoteUpdate", run: 1, props: {} });
    expect(sent.map(({ type }) => type)).toEqual(["RemoteUpdate", "RemoteResult"]);
  });

  it("end at their executor, and nothing is reported afterwards", () => {
    const job = new FakeExecutor();
    const calls = new RemoteCalls(outbox, { job });
    calls.call(call(1));
    calls.end(1);
    calls.end(2);
    job.report({ type: "RemoteResult", run: 1, outcome: "value", response: {} });
    expect(job.ended).toEqual([1]);
    expect(sent).toEqual([]);
  });

  it("without an executor are reported", () => {
    new RemoteCalls(outbox, {}).call(call(1, { executor: "server" }));
    expect(sent).toMatchObject([{ type: "RemoteResult", outcome: "unreachable" }]);
  });
});
