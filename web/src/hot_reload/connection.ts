/**
 * The page's connection to `pyrt dev`. Browsers allow six connections to one host: so of all tabs one listens to the
 * server, and tells the others.
 */

import type { Changes } from "../wire/hot_reload";
import type { ChangeSource, RunReport, VersionNotice } from "./change_source";

const folder = "_pyrt/dev/";

export class DevServer implements ChangeSource {
  readonly #root: URL;

  constructor(root: URL) {
    this.#root = root;
  }

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

  loadAnew(): boolean {
    return false;
  }

  watchErrors(): boolean {
    return false;
  }

  #address(name: string): string {
    return new URL(folder + name, this.#root).href;
  }
}
