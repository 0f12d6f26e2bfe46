/**
 * `pyrt dev` in the page, and the frame of a playground: when a file of the app has changed, the app runs again in the
 * worker, and what is drawn becomes what it makes now, as little as possible anew (docs/dev.md, docs/playground.md).
 *
 *     idle -> fetching -> ordered -> running -> starting -> idle
 *                |           |          |          '- Document has come: the page hands over to the new run, as from a
 *                |           |          |             prerendered page (session/handover.ts)
 *                |           |          '- the worker runs the script; it has failed: the old run goes on
 *                |           '- the worker computes: a callback of the old run
 *                '- the server cannot build it: the old run goes on
 */

import type { PageDocument } from "../document/document";
import { jobWorkers } from "../remote/executors";
import type { Page, SessionMessage } from "../session/page";
import { hideFailure, showFailure } from "../shell/failure_box";
import type { Adopt, Changes, Collect, Rerun, RerunReport } from "../wire/hot_reload";
import { type Boot, describeEnvironment, type Manifest } from "../wire/manifest";
import type { DocumentMessage, PageMessage, WorkerMessage } from "../wire/protocol";
import type { Endpoint, Listener } from "../wire/transport";
import { exchangeMedia, exchangeStyles, removeStyles, runScripts } from "./asset_files";
import type { ChangeSource, DevManifest } from "./change_source";
import { DevServer } from "./connection";
import { EditorSource, editorName } from "./editor_source";
import { ReloadState } from "./reload_state";

export interface Restart {
  received(messages: readonly SessionMessage[]): void;
  /** Starts Python anew, with the manifest, and lets the page go on as it is. */
  lost(reason: string): boolean;
}

/** What it needs of the page's start. */
interface ReloadedPage {
  readonly page: Page;
  readonly document: PageDocument;
  readonly restart: Restart;
  /** From now on background callbacks run in workers that are started anew. */
  renewJobs(): void;
}

type State = "idle" | "fetching" | "ordered" | "running" | "starting";

/** Dash's settings: `dev_tools_hot_reload`, `dev_tools_hot_reload_preserve_state`. */
interface HotReloadConfig {
  readonly hot_reload?: { readonly preserve_state?: boolean };
}

/** An app's script that has not come to its end after so long is ended. */
const longestRunMs = 10_000;
const stateKey = "pyrt.hot-reload";

export class HotReload implements Endpoint {
  readonly saved = new ReloadState(takeKept());
  readonly boot: Boot;
  readonly #replaceWorker: (boot: Boot) => void;
  readonly #source: ChangeSource;
  readonly #root: URL;
  readonly #manifest: DevManifest;
  #endpoint: Endpoint | undefined;
  #worker: Worker | undefined;
  #parts: ReloadedPage | undefined;
  #state: State = "idle";
  /** Python has ended, and is started again: nothing is ordered meanwhile. */
  #isRestarting = false;
  #hasFailed = false;
  #latest: number;
  /** The version that was last looked at, that of the files that Python has, and the last one that ran. */
  #seen: number;
  #files: number;
  #good: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settle: ((error: string | undefined) => void) | undefined;
  #changes: Changes | undefined;
  /** Errors are shown beside this page. */
  #isShownElsewhere = false;

  /** `replaceWorker` starts a worker for another run of the app; the page waits for its `Document`. */
  constructor(boot: Boot, replaceWorker: (boot: Boot) => void) {
    this.#replaceWorker = replaceWorker;
    this.boot = boot;
    this.#root = new URL(boot.root);
    this.#manifest = boot.manifest as DevManifest;
    const { server, version } = this.#manifest.dev;
    this.#source = server === editorName ? new EditorSource(this.#manifest) : new DevServer(this.#root);
    this.#latest = this.#seen = this.#files = this.#good = version;
    this.#source.listen((notice) => {
      if (notice.server !== server) this.#loadAnew();
      this.#latest = Math.max(this.#latest, notice.version);
      void this.#advance();
    });
  }

  /** Whether the worker may be silent because of this. */
  get isRunning(): boolean {
    return this.#state !== "idle";
  }

  /** Called with each worker of the page. It has the files of the last version that ran. */
  noteWorker(worker: Worker): Worker {
    this.#worker = worker;
    this.#files = this.#good;
    return worker;
  }

  over(endpoint: Endpoint): Endpoint {
    this.#endpoint = endpoint;
    return this;
  }

  use(page: Page, document: PageDocument, restart: Restart, renewJobs: () => void): void {
    this.#parts = { page, document, restart, renewJobs };
    this.#isShownElsewhere = this.#source.watchErrors(page.errors);
  }

  send(messages: PageMessage[]): void {
    this.#endpoint?.send(messages);
  }

  listen(listener: Listener): void {
    this.#endpoint?.listen((messages) => {
      const rest = messages.filter((message) => !this.#take(message));
      if (rest.length > 0) listener(rest);
    });
  }

  /** Handles what the worker tells of a run. Other messages are for the page. */
  #take(message: WorkerMessage | RerunReport): boolean {
    switch (message.type) {
      case "RerunBegun":
        this.#state = "running";
        this.#limit(() => this.#endEndless());
        return true;
      case "RerunFailed":
        this.#goOn(message.message);
        return true;
      case "Progress":
        if (this.#state === "running" && message.stage === "app") this.#limit(() => this.#endEndless());
        return this.isRunning;
      case "Failed":
        if (this.#state !== "running") return false;
        this.#goBack(message.message);
        return true;
      case "Update":
        if (message.origin === "sideUpdate") for (const { id, props } of message.changes) this.saved.expect(id, props);
        return false;
      default:
        return false;
    }
  }

  /** The page has applied messages of the engine. */
  delivered(): void {
    if (!this.#parts?.page.isLive) return;
    if (this.#state === "starting") this.#settle?.(undefined);
    else if (this.#state === "idle") void this.#advance();
  }

  /** The start has failed: the next version is loaded as a new page. */
  failed(): void {
    this.#hasFailed = !this.#parts?.page.isLive;
    void this.#advance();
  }

  /** Python was started again, and the page goes on. */
  restarted(): void {
    this.#isRestarting = false;
    void this.#advance();
  }

  /** Python has run the script. Returns false if that was not ordered here. */
  documentArrived(message: DocumentMessage): boolean {
    if (this.#state !== "running" || !this.#parts || !this.#changes) return false;
    const { page, document, restart, renewJobs } = this.#parts;
    this.#limit(undefined);
    this.#state = "starting";
    this.#adopt(this.#changes.manifest);
    this.#worker?.postMessage({ type: "Adopt" } satisfies Adopt);
    endRuns(page, restart);
    renewJobs();
    for (const worker of jobWorkers.splice(0)) worker.terminate();
    const { config, childrenProps, inlineScripts } = message;
    document.addFunctions(inlineScripts ?? []);
    if (this.#manifest.plotlyUrl) {
      Object.assign(window, { _dashPlotlyJSURL: document.resolve(this.#manifest.plotlyUrl) });
    }
    page.store.componentProps.addPatterns(childrenProps);
    Object.assign(page.config, config);
    page.errors.clear();
    page.errors.reconnect();
    hideFailure();
    this.saved.isEnabled = (config as HotReloadConfig).hot_reload?.preserve_state !== false;
    this.saved.begin();
    const queued = page.outbox.takeQueued();
    const { components } = page.store.root;
    const { callbacks } = page.callbacks;
    page.drawPrerendered({ layout: components, callbacks, readLayout: () => components });
    page.outbox.requeueFirst(queued);
    page.outbox.updateApplied(0);
    page.outbox.send({ type: "Hello", lazy: page.lazy.watch(childrenProps), rendered: true });
    return true;
  }

  /** Looks at the newest version, until there is none that the page does not have. */
  async #advance(): Promise<void> {
    if (this.#state !== "idle" || this.#latest <= this.#seen || this.#isRestarting) return;
    if (this.#hasFailed) this.#loadAnew();
    if (!this.#parts?.page.isLive) return; // `delivered` follows
    this.#state = "fetching";
    const started = performance.now();
    let version = this.#latest;
    let error: string | undefined;
    try {
      const changes = await this.#source.changes(this.#files, this.#seen);
      version = changes.version;
      error = await this.#apply(changes);
    } catch (cause) {
      error = `What has changed could not be fetched: ${cause instanceof Error ? cause.message : String(cause)}`;
    }
    this.#state = "idle";
    this.#seen = Math.max(this.#seen, version);
    if (error === undefined) this.#good = version;
    else this.#show(error);
    const ms = Math.round(performance.now() - started);
    performance.mark("pyrt:hot-reload", { detail: { version, ms, error: error ?? null } });
    this.#source.report({ version, ok: error === undefined, ms, message: error ?? "" });
    if (error === undefined) this.#worker?.postMessage({ type: "Collect" } satisfies Collect);
    void this.#advance();
  }

  /** Does what these changes ask for. Returns why they could not be applied. */
  async #apply(changes: Changes): Promise<string | undefined> {
    if (changes.error !== undefined) return changes.error;
    if (changes.reload !== undefined) {
      this.#loadAnew();
      return undefined;
    }
    const { version, files, styles, scripts, media } = changes;
    await exchangeStyles(styles, this.#root, version);
    await runScripts(scripts, this.#root, version);
    exchangeMedia(media, this.#root, version);
    const removed = files.flatMap(({ path, url }) => (url === null && path.endsWith(".css") ? [path] : []));
    const assets = `${(this.#manifest.launch?.root as string | undefined) ?? "/app"}/`;
    removeStyles(
      removed.map((path) => path.replace(assets, "")),
      this.#root,
    );
    if (changes.restart) return this.#startAnew(changes);
    if (changes.rerun) return this.#rerun(changes);
    this.#parts?.page.errors.clear();
    hideFailure();
    this.#adopt(changes.manifest);
    return undefined;
  }

  async #rerun(changes: Changes): Promise<string | undefined> {
    const files = await Promise.all(
      changes.files.map(async ({ path, url }) => ({
        path,
        data: url === null ? null : await this.#source.content(url),
      })),
    );
    const environment = describeEnvironment(changes.manifest, this.#root);
    const switching = (this.boot.environment as { switching?: boolean }).switching;
    const order: Rerun = {
      type: "Rerun",
      files,
      environment: { ...environment, ...(switching !== undefined && { switching }) },
    };
    this.#hold(changes);
    this.#state = "ordered";
    this.#files = changes.version;
    this.#limit(() => this.#replace(changes));
    this.#worker?.postMessage(
      order,
      files.flatMap(({ data }) => data ?? []),
    );
    return this.#outcome();
  }

  async #startAnew(changes: Changes): Promise<string | undefined> {
    this.#hold(changes);
    this.#replace(changes);
    return this.#outcome();
  }

  /** What the page has to say is kept, until it is clear who is to hear it. */
  #hold(changes: Changes): void {
    this.#changes = changes;
    this.#parts?.page.outbox.pause();
  }

  #outcome(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#settle = (error) => {
        this.#limit(undefined);
        this.#settle = this.#changes = undefined;
        resolve(error);
      };
    });
  }

  /** A worker with the new files and packages takes the place of the old one, which computes, or lacks packages. */
  #replace(changes: Changes): void {
    this.#limit(undefined);
    this.#state = "running";
    const { manifest } = changes;
    const environment = describeEnvironment(manifest, this.#root);
    this.#replaceWorker({ ...this.boot, manifest, environment });
    this.#files = changes.version;
  }

  /** The new run has failed in its script: the old one goes on in the same worker. */
  #goOn(error: string): void {
    const { outbox } = (this.#parts as ReloadedPage).page;
    outbox.resume(outbox.takeQueued());
    this.#settle?.(error);
  }

  /** There is no old run to go on with: Python is started anew with the version that ran last. */
  #goBack(error: string): void {
    const { page, restart } = this.#parts as ReloadedPage;
    this.#limit(undefined);
    page.outbox.resume(page.outbox.takeQueued());
    this.#isRestarting = restart.lost("The new version of the app did not start.");
    this.#settle?.(error);
  }

  #endEndless(): void {
    const seconds = longestRunMs / 1000;
    this.#goBack(
      `The app's script has not come to its end after ${seconds} s, and was ended. Look for a loop that never ends, or ` +
        "for something that takes long, at the top level of a module. The version before goes on.",
    );
  }

  #limit(action: (() => void) | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = action && setTimeout(action, longestRunMs);
  }

  /** All parts of the page share the manifest. */
  #adopt(manifest: Manifest): void {
    for (const key of Object.keys(this.#manifest)) Reflect.deleteProperty(this.#manifest, key);
    Object.assign(this.#manifest, manifest);
  }

  #show(error: string): void {
    const { page } = this.#parts as ReloadedPage;
    const title = "The app could not be run again; the version before goes on";
    page.errors.clear();
    page.errors.addBackEnd(title, error, { kind: "start" });
    if (!page.config.ui && !this.#isShownElsewhere)
      showFailure({ title, message: error }, { isDrawn: true, isStale: false });
  }

  /** Loads the page again, with what was typed and chosen. */
  #loadAnew(): void {
    if (this.#source.loadAnew()) return;
    try {
      sessionStorage.setItem(stateKey, JSON.stringify(this.saved.edits));
    } catch {
      // Storage may be forbidden or full; then the state is not kept.
    }
    location.reload();
  }
}

/** No call of the old engine counts any more. */
function endRuns(page: Page, restart: Restart): void {
  const ended = page.activity.runIds.map((run): SessionMessage => ({ type: "RunEnded", run, outcome: "dropped" }));
  restart.received(ended);
  page.receiveAll(ended);
  page.clientside.cut();
  page.remote.cut();
  page.remote.endCut();
  page.lazy.cut();
  page.activity.stop();
}

/** What the page has kept for this one: once. */
function takeKept(): unknown {
  try {
    const text = sessionStorage.getItem(stateKey);
    sessionStorage.removeItem(stateKey);
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
