/**
 * The page's connection to `pyrt dev`. Browsers allow six connections to one host: so of all tabs one listens to the
 * server, and tells the others.
 */

import type { Changes } from "../wire/hot_reload";

/** What the server tells: which version of the app there is. `server` differs when it was started anew. */
export interface VersionNotice {
  readonly server: string;
  readonly version: number;
}

export interface RunReport {
  readonly version: number;
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string;
}

const folder = "_pyrt/dev/";

export class DevServer {
  readonly #root: URL;

  constructor(root: URL) {
    this.#root = root;
  }

  /** Calls `notify` with each version from now on, the current one included. */
  listen(notify: (notice: VersionNotice) => void): void {
    const channel = new BroadcastChannel(`pyrt dev ${this.#root.href}`);
    let last: VersionNotice | undefined;
    channel.onmessage = ({ data }: MessageEvent<VersionNotice | "hello">) => {
      if (data !== "hello") notify(data);
      else if (last) channel.postMessage(last);
    };
    const lead = (): Promise<never> => {
      const events = new EventSource(this.#address("events"));
      events.onmessage = ({ data }: MessageEvent<string>) => {
        last = JSON.parse(data) as VersionNotice;
        channel.postMessage(last);
        notify(last);
      };
      return new Promise(() => {});
    };
    channel.postMessage("hello");
    // Without locks, as on a telephone in the local network, each tab listens.
    if (navigator.locks) void navigator.locks.request(`pyrt dev ${this.#root.href}`, lead);
    else void lead();
  }

  /** `files`: the version of the files that Python has; `seen`: that of scripts and stylesheets. */
  async changes(files: number, seen: number): Promise<Changes> {
    const answer = await fetch(this.#address(`changes?files=${files}&seen=${seen}`), { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Changes;
  }

  async content(url: string): Promise<ArrayBuffer> {
    const answer = await fetch(new URL(url, this.#root));
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.arrayBuffer();
  }

  report(report: RunReport): void {
    void fetch(this.#address("report"), { method: "POST", body: JSON.stringify(report) }).catch(() => {});
  }

  #address(name: string): string {
    return new URL(folder + name, this.#root).href;
  }
}
