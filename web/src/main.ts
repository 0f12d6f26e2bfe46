/**
 * Start of the page: the worker first, because it takes longest; React and the app's own files beside it; then
 * the hand-over, after which messages go to the Page and nothing here is on the way.
 */

import { App } from "./app";
import { Bridge } from "./bridge";
import { installComponentApi } from "./contract/component_api";
import { installDashClientside } from "./contract/dash_clientside";
import { makeReduxStore } from "./contract/redux";
import { DebugHooks } from "./debug";
import { addEmptyIcon, PageDocument } from "./document";
import { ExternalWrapper } from "./external";
import { JobPool, type JobWorker, jobLimit } from "./jobs";
import {
  type Boot,
  bridgeUrl,
  describeEnvironment,
  describeLocation,
  doesHostCompress,
  type Idle,
  type Manifest,
  readManifest,
  siteRoot,
} from "./manifest";
import { Page } from "./page";
import { findRehearsal, type PagePainting, readPainting, recordPainting } from "./painting";
import type { DocumentMessage, EngineMessage, JobMessage, JobReport, PageMessage, WorkerMessage } from "./protocol";
import type { Elsewhere } from "./remote";
import { type Hooks, RequestHooks } from "./request_hooks";
import { KeptResults } from "./results";
import { StartupView } from "./startup";
import { Still } from "./still";
import { Store } from "./store";
import { installStyles } from "./styles";
import { watchSurroundings } from "./surroundings";
import { BusyTitle } from "./title";
import { type Endpoint, WorkerEndpoint } from "./transport";
import { ComponentProps } from "./tree";

/** The global ReactDOM has what modules find in react-dom/client. */
type ReactDOMClient = typeof import("react-dom/client");

type LogMessage = Extract<WorkerMessage, { type: "Log" }>;
interface Failure {
  readonly stage: string;
  readonly message: string;
}

class Start {
  readonly #rehearsal = findRehearsal();
  readonly #manifest: Manifest;
  readonly #endpoint: Endpoint;
  readonly #document: PageDocument;
  readonly #entry: HTMLElement;
  readonly #view: StartupView;
  readonly #still: Still | undefined;
  readonly #debug: DebugHooks | undefined;
  readonly #jobs: JobPool;
  readonly #react: Promise<void>;
  readonly whenReady: Promise<void>;
  readonly #ready: () => void;
  readonly #failed: (failure: Failure) => void;
  /** What arrives while scripts are loading waits here, so that order is kept. */
  #waiting: WorkerMessage[] | undefined;
  #page: Page | undefined;
  #hooks: Hooks | undefined;
  #hasPython = false;
  #hasJobs = false;
  #jobTimer: ReturnType<typeof setTimeout> | undefined;
  /** What Python has made of the page's address, before anything was drawn. */
  #address: string | null = null;
  #isDrawn = false;
  #isReady = false;

  constructor(boot: Boot, endpoint: Endpoint, entry: HTMLElement) {
    const { manifest, environment } = boot;
    this.#manifest = manifest;
    // Absolute, because the address of the page may change before the last file is asked for.
    this.#document = new PageDocument(siteRoot().href);
    this.#entry = entry;
    this.#view = new StartupView(entry);
    this.#still = Still.find(entry);
    const ready = makePromise<void>();
    const failed = makePromise<Failure>();
    this.whenReady = ready.promise;
    this.#ready = ready.resolve;
    this.#failed = failed.resolve;
    const api = { ready: ready.promise, failed: failed.promise };
    Object.assign(window, { __pyrt__: api });
    this.#debug = manifest.debug ? new DebugHooks(endpoint, api, environment) : undefined;
    this.#endpoint = this.#debug ?? endpoint;
    this.#jobs = makeJobPool(boot, (message) => this.#log(message));
    this.#acceptHooks();
    this.#react = this.#loadReact();
    this.#endpoint.listen((messages) => this.#receive(messages));
  }

  /** Draws what the rehearsal saw; whatever goes wrong with that, the page starts as one without. */
  async paint(reading: Promise<PagePainting | undefined>, startPython: () => void): Promise<void> {
    if (hasFastLine()) startPython();
    const painted = reading.then((painting) => painting && this.#openPainting(painting, startPython));
    const safely = painted.catch((error: unknown) => {
      console.warn(`pyrt: starting without the first paint: ${describeError(error)}`);
      this.#page = undefined;
    });
    this.#holdFor(safely, []);
    await safely;
    if (this.#page) return;
    this.#still?.leave();
    startPython();
  }

  /** Python's files are many and large: on a slow line they wait for what the page itself needs. */
  async #openPainting(painting: PagePainting, startPython: () => void): Promise<void> {
    const late = Promise.all(painting.late.map((src) => this.#document.fetchScript(src)));
    void late.then(startPython);
    await this.#open(painting.document, painting);
    void this.#still?.drawn(late);
  }

  /** A second renderer would draw a second app: index templates only hand over their hooks. */
  #acceptHooks(): void {
    const accept = (hooks: Hooks | undefined): void => {
      this.#hooks = hooks;
    };
    Object.assign(window, {
      DashRenderer: class DashRenderer {
        constructor(hooks?: Hooks) {
          accept(hooks);
        }
      },
    });
  }

  /** React, and the globals that bundles look for while they are evaluated. */
  async #loadReact(): Promise<void> {
    if (!("React" in window)) await Promise.all(this.#manifest.react.map((src) => this.#document.addScript({ src })));
    installComponentApi(() => this.#page, ExternalWrapper);
    installDashClientside(() => this.#page);
  }

  /** Only the development version of prop-types checks anything; sites for debugging carry it beside the other. */
  async #loadPropChecks(): Promise<void> {
    const url = this.#manifest.react.find((src) => /prop-types@[^/]*\.min\.js$/.test(src));
    if (url) await this.#document.addScript({ src: url.replace(/\.min\.js$/, ".js") });
  }

  #receive(messages: WorkerMessage[]): void {
    if (this.#waiting) this.#waiting.push(...messages);
    else this.#handle(messages);
  }

  /** Engine messages that came together go to the page together, so that they are drawn as one. */
  #handle(messages: WorkerMessage[]): void {
    const batch: EngineMessage[] = [];
    for (const [index, message] of messages.entries()) {
      const loading = this.#load(message);
      if (loading) {
        this.#deliver(batch);
        this.#holdFor(loading, messages.slice(index + 1));
        return;
      }
      if (!this.#act(message)) batch.push(message as EngineMessage);
    }
    this.#deliver(batch);
  }

  /** What must be loaded before anything that follows may be handled. */
  #load(message: WorkerMessage): Promise<void> | undefined {
    if (message.type === "Document") return this.#page ? this.#compare(message) : this.#open(message);
    if (message.type === "Resources") return this.#loadLate(message);
    return undefined;
  }

  /** Packages that a callback has imported: their files, and in which props their components hold others. */
  #loadLate({ scripts, stylesheets, childrenProps }: Extract<WorkerMessage, { type: "Resources" }>): Promise<void> {
    if (childrenProps) this.#page?.store.componentProps.learn(childrenProps);
    return this.#document.addResources(scripts, stylesheets);
  }

  /** Messages that are not the Page's; true when it was one. */
  #act(message: WorkerMessage): boolean {
    switch (message.type) {
      case "Progress":
        this.#markPython(message.stage);
        this.#view.show(message.text, message.loaded, message.total);
        return true;
      case "Log":
        this.#log(message);
        return true;
      case "Failed":
        this.#fail(message.stage, message.message);
        return true;
      case "Complete":
        performance.mark("pyrt:complete");
        return true;
      case "Used":
        if (this.#rehearsal) this.#rehearsal.used = { files: message.files, modules: message.modules };
        return true;
      case "EvalResult":
        this.#debug?.settle(message);
        return true;
      case "Callbacks":
        this.#document.addFunctions(message.inlineScripts ?? []);
        return false;
      case "SetDocument":
        applyToDocument(message);
        if (!this.#page && message.replaceUrl != null) this.#address = location.pathname;
        return true;
      default:
        return false;
    }
  }

  #log({ stream, text }: LogMessage): void {
    this.#debug?.addLine(text);
    (stream === "stderr" ? console.warn : console.log)(text);
  }

  /** The first stage that needs an interpreter says that there is one. */
  #markPython(stage: string): void {
    if (this.#hasPython || stage === "python" || stage === "download") return;
    this.#hasPython = true;
    performance.mark("pyrt:python");
  }

  #deliver(batch: EngineMessage[]): void {
    const messages = batch.splice(0);
    if (!this.#page || messages.length === 0) return;
    this.#page.receiveAll(messages);
    if (!this.#page.isLive) {
      this.#watchLayout(messages);
      return;
    }
    this.#drawn();
    if (messages.some((message) => message.type === "Status" && message.pending === 0)) this.#quiet();
    else if (this.#page.isBusyWithJobsOnly) this.#waitForJobs();
  }

  /** Jobs may take minutes: a page that waits for nothing else is ready, though they might have been quick. */
  #waitForJobs(): void {
    if (this.#isReady) return;
    this.#jobTimer ??= setTimeout(() => {
      this.#jobTimer = undefined;
      if (this.#page?.isBusyWithJobsOnly) this.#quiet();
    }, quickJobMs);
  }

  /** Without a layout of Python's, what is painted stays a picture. */
  #watchLayout(messages: readonly EngineMessage[]): void {
    for (const message of messages) {
      if (message.type === "Failure" && message.kind === "layout" && this.#page?.store.root.components !== undefined) {
        this.#view.fail("layout", message.traceback || message.message, { isPainted: true });
      }
    }
  }

  /** Keeps the order of messages while something is loading. */
  #holdFor(work: Promise<void>, rest: WorkerMessage[]): void {
    this.#waiting = [...rest, ...(this.#waiting ?? [])];
    work
      .then(() => {
        const waiting = this.#waiting ?? [];
        this.#waiting = undefined;
        this.#handle(waiting);
      })
      .catch((error: unknown) => this.#fail("page", describeError(error)));
  }

  /** Loads and draws what stands around the layout; with a painting, also the layout. */
  async #open(message: DocumentMessage, painting?: PagePainting): Promise<void> {
    if (!painting) {
      performance.mark("pyrt:app");
      this.#view.show("Loading components");
    }
    await this.#react;
    const { config, childrenProps } = message;
    if (config.props_check) await this.#loadPropChecks();
    Object.assign(window, {
      __dashprivate_childrenProps: childrenProps,
      _dashPlotlyJSURL: this.#manifest.plotlyUrl && this.#document.resolve(this.#manifest.plotlyUrl),
    });
    this.#hasJobs = message.jobs ?? false;
    const page = new Page({
      endpoint: this.#endpoint,
      places: { job: this.#jobs, ...this.#server() },
      config: { ...config, children_props: childrenProps },
      componentProps: new ComponentProps(childrenProps),
      describeSurroundings: watchSurroundings(),
      recording: this.#rehearse(message),
    });
    this.#debug?.connect((expression) => page.outbox.send({ type: "Eval", expression }));
    this.#page = page;
    await this.#document.adopt(message);
    installDashClientside(() => this.#page);
    if (this.#hooks) page.hooks = new RequestHooks(this.#hooks, page.store);
    if (painting) page.activity.setPending(0);
    BusyTitle.install(config.update_title, page.activity);
    const redux = makeReduxStore(page);
    Object.assign(window, { store: redux, dash_stores: [redux] });
    // Drawn at once, though there is no layout yet: what comes must find the page listening.
    const root = (ReactDOM as unknown as ReactDOMClient).createRoot(this.#entry);
    ReactDOM.flushSync(() => root.render(React.createElement(App, { host: { page, redux } })));
    page.hooks?.beforeLayout();
    if (painting) this.#paint(page, painting);
    page.outbox.send({ type: "Hello", lazy: page.lazy.watch(childrenProps), rendered: true });
  }

  /** The server behind the bridge, where the page knows one. */
  #server(): { server?: Elsewhere } {
    const url = bridgeUrl(this.#manifest, siteRoot());
    if (!url) return {};
    if (this.#rehearsal) return { server: closedServer };
    const { timeoutMs, credentials } = this.#manifest.bridge ?? { timeoutMs: 60_000, credentials: "same-origin" };
    const readProp = (id: string, prop: string) => this.#page?.store.propsOf(id)?.[prop];
    const whenShown = async () => this.#page?.outbox.whenAnswered();
    return { server: new Bridge({ url, timeoutMs, credentials, readProp, whenShown, setCookie }) };
  }

  /** In the build's rehearsal: lets it ask for what is to be painted, and gives the layout that this is taken from. */
  #rehearse(message: DocumentMessage): Store | undefined {
    if (!this.#rehearsal) return undefined;
    const recording = new Store(new ComponentProps(message.childrenProps));
    const address = this.#address;
    this.#rehearsal.record = () => {
      // Hooks of a renderer stand around each call of the engine: before there is one, they would miss it.
      if (!this.#page || this.#hooks) return null;
      const { callbacks } = this.#page.callbacks;
      const layout = { type: "Layout", seq: 0, layout: recording.root.components } as const;
      return recordPainting([message, { type: "Callbacks", callbacks: [...callbacks] }, layout], address);
    };
    return recording;
  }

  #paint(page: Page, painting: PagePainting): void {
    if (painting.address !== null) {
      history.replaceState(history.state, "", `${painting.address}${location.search}${location.hash}`);
    }
    page.activity.subscribe(() => page.activity.isBusy && this.#view.await());
    page.paint(painting);
    performance.mark("pyrt:paint");
  }

  /** Python's own description of a page that is painted already: what it has more is loaded. */
  async #compare({ index, scripts, stylesheets }: DocumentMessage): Promise<void> {
    performance.mark("pyrt:app");
    await this.#document.addResources(scripts, stylesheets);
    this.#document.retitle(index);
  }

  /** What is drawn is what Python knows: from now on callbacks are served. */
  #drawn(): void {
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    this.#still?.leave();
    this.#view.finish();
    if (performance.getEntriesByName("pyrt:paint").length === 0) performance.mark("pyrt:paint");
    this.#debug?.markReady();
  }

  /** The engine has run the initial calls. */
  #quiet(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    performance.mark("pyrt:ready");
    this.#ready();
    if (this.#hasJobs) this.#jobs.expectJobs();
  }

  #fail(stage: string, message: string): void {
    console.error(`pyrt: failed at stage "${stage}".\n${message}`);
    this.#failed({ stage, message });
    this.#debug?.markFailed(`${stage}: ${message}`);
    const isPainted = this.#page?.store.root.components !== undefined;
    if (!this.#page?.isLive) this.#view.fail(stage, message, { isPainted });
    else this.#page.errors.addBackEnd("The Python worker has stopped", message);
  }
}

/** What callbacks and the router say about the document (S-113, S-151, S-152). */
function applyToDocument({
  title,
  description,
  cookie,
  replaceUrl,
}: Extract<EngineMessage, { type: "SetDocument" }>): void {
  if (title != null) document.title = title;
  if (description != null) setDescription(description);
  if (cookie != null) setCookie(cookie);
  if (replaceUrl != null) history.replaceState(history.state, "", replaceUrl);
}

function setCookie(text: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the text is a whole cookie already, and must be set in order
  document.cookie = text;
}

function setDescription(text: string): void {
  let element = document.head.querySelector<HTMLMetaElement>('meta[name="description"]');
  if (!element) {
    element = document.createElement("meta");
    element.name = "description";
    document.head.append(element);
  }
  element.content = text;
}

const fastBitsPerMs = 50_000;

/** Whether this script has come so fast, or from the cache, that its neighbours need not wait for each other. */
function hasFastLine(): boolean {
  const own = performance.getEntriesByType("resource").find(({ name }) => /\/pyrt\/page-[^/]*\.js$/.test(name));
  if (!(own instanceof PerformanceResourceTiming)) return true;
  const { encodedBodySize, transferSize, requestStart, responseEnd } = own;
  return transferSize < encodedBodySize || (8 * encodedBodySize) / (responseEnd - requestStart) > fastBitsPerMs;
}

function makePromise<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What a build does not ask a server for: its answers belong to the day on which the page is opened. */
const closedServer: Elsewhere = {
  call: ({ run }, report) => report({ type: "RemoteResult", run, outcome: "prevented" }),
  end: () => {},
};

function makeJobPool(boot: Boot, log: (message: LogMessage) => void): JobPool {
  const root = new URL(boot.root);
  return new JobPool({
    start: () => startJobWorker(boot, root),
    describePage: () => ({ location: describeLocation(), cookie: document.cookie }),
    results: new KeptResults(boot.root),
    limit: jobLimit(navigator.hardwareConcurrency),
    whenIdle: (begin) => setTimeout(() => requestIdle(begin), patienceMs),
    log,
  });
}

/** How long a page's first jobs may take for the page to be ready only when they are over. */
const quickJobMs = 3000;

/** Most jobs are over sooner; and then their worker is free again. */
const patienceMs = 300;

/** Safari has no requestIdleCallback. */
function requestIdle(begin: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => begin());
  else begin();
}

function startJobWorker(boot: Boot, root: URL): JobWorker {
  const worker = new Worker(new URL(boot.manifest.worker, root), { type: "module", name: "pyrt job" });
  const endpoint = new WorkerEndpoint<JobMessage, JobReport | WorkerMessage>(worker);
  const environment = { ...describeEnvironment(boot.manifest, root), jobs: false, bridge: false };
  worker.postMessage({ ...boot, environment, role: "job" } satisfies Boot);
  return {
    send: (message) => endpoint.send([message]),
    listen: (listener) => endpoint.listen(listener),
    terminate: () => endpoint.terminate(),
  };
}

function start(): void {
  installStyles();
  addEmptyIcon();
  const manifest = readManifest();
  const root = siteRoot();
  const worker = new Worker(new URL(manifest.worker, root), { type: "module", name: "pyrt" });
  performance.mark("pyrt:worker");
  const boot: Boot = {
    type: "Boot",
    manifest,
    root: root.href,
    environment: describeEnvironment(manifest, root),
    compresses: doesHostCompress(new URL(manifest.page, root)),
    ...(findRehearsal() ? { rehearsal: {} } : {}),
  };
  const entry = document.getElementById("react-entry-point");
  if (!entry) throw new Error("The page has no element with the id react-entry-point.");
  const page = new Start(boot, new WorkerEndpoint<PageMessage, WorkerMessage>(worker), entry);
  void page.whenReady.then(() => requestIdle(() => worker.postMessage({ type: "Idle" } satisfies Idle)));
  let isStarted = false;
  void page.paint(readPainting(), () => {
    if (!isStarted) worker.postMessage(boot);
    isStarted = true;
  });
}

start();
