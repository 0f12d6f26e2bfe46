/**
 * One call by fetch, from the first request to the last response.
 *
 *     POST _dash-update-component                -> 200 {response, sideUpdate?} | 204
 *     POST ... for a background callback         -> 200 {cacheKey, job}
 *     POST ...?cacheKey=..&job=.. every interval -> 200 {progress?, sideUpdate?, waiting?, response?} | 204
 *     POST ...?cacheKey=..&job=..&oldJob=..      ends the job; every Dash server accepts this, with or without cancel=
 *
 * What is repeated when no response arrives: polls of a job always, because they change nothing. A first request only
 * if the engine allows it (`retry`), because a browser does not tell whether a failed request was executed. A request
 * that has timed out never, because it may still be executing. One that was refused with 429 was not executed: it is
 * repeated when the server says so (`Retry-After`).
 */

import { unreachable } from "../session/remote_calls";
import { type Dictionary, isDictionary } from "../wire/json";
import type { CallbackRequest, CallRemote, PropsById, RemoteReport, RemoteResult } from "../wire/protocol";

export interface FetchCallOptions {
  /** Absolute, without a slash at its end. */
  readonly url: string;
  /** Timeout of one response, in milliseconds. */
  readonly timeoutMs: number;
  readonly credentials: RequestCredentials;
}

type Query = Readonly<Record<string, string>>;
type JobIds = { readonly cacheKey: string; readonly job: string };

/** Delays before a request is repeated, in milliseconds. */
const retryDelaysMs = [500, 1000, 2000, 4000];
/** A job is given up after this many timeouts without a response. */
const maxTimeouts = 5;
/** Polls of a job without a response for so long are told to the user, in milliseconds. */
const quietMs = 5000;
/** The server or a proxy takes no more requests of this client for now. */
const tooMany = 429;
/** Statuses sent by a proxy or gateway instead of the app. */
const gatewayStatuses = new Set([tooMany, 502, 503, 504]);
/** Longest time that `Retry-After` counts, in milliseconds. */
const maxRefusedMs = 60_000;
/** Maximum length of a server's error page in a report, in characters. */
const maxErrorChars = 4000;

interface NoResponse {
  readonly reason: string;
  /** Not to be repeated. */
  readonly isFinal: boolean;
  /** The request was refused before anything was executed, for so many milliseconds. */
  readonly refusedMs?: number;
}

/** The call was ended by the page. */
class CallEnded extends Error {}

/** No response could be obtained. */
class Unreachable extends Error {}

export class FetchCall {
  readonly #call: CallRemote;
  readonly #options: FetchCallOptions;
  readonly #report: (report: RemoteReport) => void;
  readonly #end = new AbortController();
  #jobIds: JobIds | undefined;
  /** Why the job waits, as the page was told last. */
  #waitReason: string | undefined;

  constructor(call: CallRemote, options: FetchCallOptions, report: (report: RemoteReport) => void) {
    this.#call = call;
    this.#options = options;
    this.#report = report;
  }

  /** Reports any number of updates, then one result. Reports nothing after `end`. */
  async run(): Promise<void> {
    try {
      this.#report(await this.#execute());
    } catch (error) {
      if (error instanceof Unreachable) this.#report(unreachable(this.#call.run, error.message));
      else if (!(error instanceof CallEnded)) throw error;
    }
  }

  end(): void {
    this.#end.abort();
    if (this.#jobIds) this.#endJob(this.#jobIds);
  }

  async #execute(): Promise<RemoteResult> {
    let response = await this.#start();
    for (;;) {
      const data = await readData(response);
      if (!data) return this.#readWithoutData(response);
      this.#jobIds ??= readJobIds(data);
      const updates = merge(readProps(data.sideUpdate), readProgress(data.progress));
      const isLast = data.response !== undefined || !this.#jobIds;
      if (this.#end.signal.aborted) {
        if (!isLast && this.#jobIds) this.#endJob(this.#jobIds);
        throw new CallEnded();
      }
      if (isLast) return this.#finish(data, updates);
      this.#tellWait(typeof data.waiting === "string" ? data.waiting : undefined);
      if (Object.keys(updates).length > 0) {
        this.#report({ type: "RemoteUpdate", run: this.#call.run, props: updates });
      }
      await this.#delay(this.#call.interval ?? 500);
      response = await this.#poll(this.#jobIds as JobIds);
    }
  }

  /** The request that starts a job is not aborted: only its response contains the ids needed to end the job. */
  #start(): Promise<Response> {
    const { request, retry, interval } = this.#call;
    const signal = interval === undefined ? this.#end.signal : undefined;
    return this.#send(request, {}, retry ? retryDelaysMs.length - 1 : 0, signal);
  }

  /** The time that a page has slept does not count as time without a response. */
  async #poll(jobIds: JobIds): Promise<Response> {
    const { timeoutMs } = this.#options;
    const pauseMs = Math.max(this.#call.interval ?? 0, 1000);
    let waitedMs = 0;
    for (let last = Date.now(); ; ) {
      try {
        return await this.#send(withoutValues(this.#call.request), jobIds, 0, this.#end.signal);
      } catch (error) {
        const now = Date.now();
        waitedMs += Math.min(now - last, timeoutMs + pauseMs);
        last = now;
        if (!(error instanceof Unreachable) || waitedMs > maxTimeouts * timeoutMs) throw error;
        if (waitedMs > quietMs) this.#tellWait(error.message);
        await this.#delay(pauseMs, true);
      }
    }
  }

  #tellWait(reason: string | undefined): void {
    if (reason === this.#waitReason) return;
    this.#waitReason = reason;
    this.#report({ type: "RemoteWait", run: this.#call.run, reason });
  }

  #endJob(jobIds: JobIds): void {
    const body = withoutValues(this.#call.request);
    void this.#post(body, { ...jobIds, oldJob: jobIds.job }, { keepalive: true }).catch(() => {});
  }

  async #send(body: CallbackRequest, query: Query, retries: number, ended?: AbortSignal): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const failure = await this.#attempt(body, query, ended);
      if (failure instanceof Response) return failure;
      if (ended?.aborted) throw new CallEnded();
      const most = failure.refusedMs === undefined ? retries : retryDelaysMs.length;
      if (failure.isFinal || attempt >= most) throw new Unreachable(failure.reason);
      await this.#delay(failure.refusedMs ?? retryDelaysMs[attempt] ?? 0, true);
    }
  }

  /** The app's response, or the reason why there is none. */
  async #attempt(body: CallbackRequest, query: Query, ended: AbortSignal | undefined): Promise<Response | NoResponse> {
    const { url, timeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const signal = ended ? whicheverFirst(ended, timeout) : timeout;
      const response = await this.#post(body, query, { signal });
      if (!gatewayStatuses.has(response.status)) return response;
      if (response.status === tooMany) {
        const refusedMs = Math.min(1000 * (Number(response.headers.get("Retry-After")) || 1), maxRefusedMs);
        return { reason: `${url} takes no more requests of this client for now (429).`, isFinal: false, refusedMs };
      }
      return { reason: `${url} answers ${response.status}: the app behind it does not.`, isFinal: false };
    } catch {
      if (timeout.aborted) return { reason: `${url} has not answered in ${timeoutMs / 1000} s.`, isFinal: true };
      if (!navigator.onLine) return { reason: `${url} cannot be reached: this device is offline.`, isFinal: true };
      return {
        reason: `${url} cannot be reached: it is down, the network is, or it does not allow pages of this address.`,
        isFinal: false,
      };
    }
  }

  #post(body: CallbackRequest, query: Query, more: RequestInit): Promise<Response> {
    const { url, credentials } = this.#options;
    const search = new URLSearchParams(query).toString();
    return fetch(`${url}/_dash-update-component${search && `?${search}`}`, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials,
      ...more,
    });
  }

  /** The result for a response without data. */
  async #readWithoutData(response: Response): Promise<RemoteResult> {
    if (response.status === 204) return this.#result("prevented");
    if (!response.ok) return this.#result("error", { error: await readError(response) });
    const message = `${this.#options.url} answers, but not in Dash's protocol. Is it the address of the app's server?`;
    return this.#result("error", { error: { message } });
  }

  #finish(data: Dictionary, sideUpdate: PropsById): RemoteResult {
    return this.#result("value", { response: readResponse(data, this.#call.output), sideUpdate });
  }

  #result(outcome: RemoteResult["outcome"], more: Partial<RemoteResult> = {}): RemoteResult {
    return { type: "RemoteResult", run: this.#call.run, outcome, ...more };
  }

  /** Waits. With `orOnline`, returns early when the network is back. */
  #delay(durationMs: number, orOnline = false): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#end;
      const finish = () => {
        clearTimeout(timer);
        window.removeEventListener("online", finish);
        signal.removeEventListener("abort", finish);
        if (signal.aborted) reject(new CallEnded());
        else resolve();
      };
      const timer = setTimeout(finish, durationMs);
      if (orOnline) window.addEventListener("online", finish);
      signal.addEventListener("abort", finish);
    });
  }
}

async function readData(response: Response): Promise<Dictionary | undefined> {
  if (response.status !== 200) return undefined;
  const data: unknown = await response.json().catch(() => undefined);
  return isDictionary(data) ? data : undefined;
}

function readJobIds({ cacheKey, job }: Dictionary): JobIds | undefined {
  if (cacheKey === undefined && job === undefined) return undefined;
  return { cacheKey: String(cacheKey), job: String(job) };
}

/** The body of a poll: the request without its values (S-121). */
function withoutValues(request: CallbackRequest): CallbackRequest {
  const { inputs, state } = request;
  return { ...request, inputs: inputs.map(withoutValue), ...(state && { state: state.map(withoutValue) }) };
}

function withoutValue(entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map(withoutValue);
  return isDictionary(entry) ? { ...entry, value: null } : entry;
}

/** `{id: {prop: value}}` of a response (S-54). Old servers leave out the id of a single output. */
export function readResponse({ multi, response }: Dictionary, output: string): PropsById {
  if (multi || !isDictionary(response) || !isDictionary(response.props)) return readProps(response);
  return { [output.slice(0, output.lastIndexOf("."))]: response.props };
}

export function readProps(value: unknown): PropsById {
  return isDictionary(value) ? (value as PropsById) : {};
}

/** Converts `{"id.prop": value}` to props by id. */
function readProgress(value: unknown): PropsById {
  if (!isDictionary(value)) return {};
  const entries = Object.entries(value).map(([name, item]): PropsById => {
    const dot = name.lastIndexOf(".");
    return { [name.slice(0, dot)]: { [name.slice(dot + 1)]: item } };
  });
  return entries.reduce(merge, {});
}

function merge(first: PropsById, second: PropsById): PropsById {
  const merged: Record<string, Dictionary> = { ...first };
  for (const [id, props] of Object.entries(second)) merged[id] = { ...merged[id], ...props };
  return merged;
}

/** The error that `pyrt serve-bridge` reports, else the text of the server's error page. */
async function readError(response: Response): Promise<NonNullable<RemoteResult["error"]>> {
  const text = await response.text().catch(() => "");
  try {
    const { error } = JSON.parse(text) as { error: NonNullable<RemoteResult["error"]> };
    if (error.message) return error;
  } catch {
    // Not JSON: an error page.
  }
  const plain = text.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, "").replace(/\n\s*\n+/g, "\n");
  const status = `${response.status} ${response.statusText}`.trim();
  return { message: `The server answered ${status}.`, traceback: plain.trim().slice(0, maxErrorChars) };
}

/** `AbortSignal.any`, which Chrome has since 116, Firefox since 124 and Safari since 17.4. */
function whicheverFirst(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener("abort", () => controller.abort(signal.reason), { signal: controller.signal });
  }
  return controller.signal;
}
