/** Loads React and the app's own files while Python starts. After the start, messages go to the Page. */

import type { AgentTools } from "../agents/main";
import { findModelContext } from "../agents/model_context";
import { addAbilities } from "../browser/abilities";
import { findPlace, isSingleFile, whenWhole } from "../browser/place";
import { fileIn, reportFailure } from "../browser/report";
import { translate } from "../browser/translation";
import { installComponentApi } from "../contract/component_api";
import { installDashClientside } from "../contract/dash_clientside";
import { makeReduxStore } from "../contract/redux";
import { giveStoresOwnKeys } from "../contract/storage";
import { applyToDocument } from "../document/apply_changes";
import { hasFastConnection } from "../document/connection";
import { PageDocument } from "../document/document";
import { requestIdle } from "../document/idle";
import { type LoadReports, watchElements } from "../document/loading";
import { openChangedAddresses, watchEnvironment } from "../document/location";
import { checkSheets } from "../document/sheets";
import { BusyTitle } from "../document/title";
import type { FileFailure } from "../files/attempts";
import { noteFailedFile } from "../files/failed";
import type { PrerenderedPage } from "../first_paint/prerendered";
import { Preview } from "../first_paint/preview";
import { findRehearsal, provideRecord, stubServer } from "../first_paint/recorder";
import type { HotReload } from "../hot_reload/hot_reload";
import { newestOf } from "../hot_reload/jobs";
import { shareProps } from "../in_frame/host_page";
import type { Store } from "../mirror/store";
import { ComponentProps } from "../mirror/tree";
import { findServer, makeJobPool } from "../remote/executors";
import type { JobPool } from "../remote/job_pool";
import { ExternalWrapper } from "../render/external_wrapper";
import { TypedFields } from "../saved_state/fields";
import { keepRecord, takeRecord } from "../saved_state/record";
import { SavedState } from "../saved_state/saved_state";
import { describeError } from "../session/errors";
import { type KeptState, Page, type SessionMessage } from "../session/page";
import type { Executor } from "../session/remote_calls";
import { acceptHooks, type Hooks, RequestHooks } from "../session/request_hooks";
import { StartupView, stagesOfFiles } from "../shell/progress_view";
import { PythonNotice } from "../shell/python_notice";
import { draw, loadPropChecks, loadReact } from "../shell/react";
import { type Boot, describeEnvironment, type Manifest, siteFolders, siteRoot } from "../wire/manifest";
import type { DocumentMessage, WorkerMessage } from "../wire/protocol";
import type { Endpoint } from "../wire/transport";
import { DebugHooks } from "./debug";
import { forgetReloads, reloadIfReplaced, reloadOnce } from "./deployment";
import { Inbox } from "./inbox";
import type { Milestones } from "./milestones";
import { keepOfflineCopy } from "./offline_copy";
import { PythonRestart } from "./python_restart";
import { NoPython, type PythonHost, workerEnded } from "./python_worker";
import { Reading } from "./reading";

type AgentsModule = { readonly AgentTools: typeof AgentTools };
type LogMessage = Extract<WorkerMessage, { type: "Log" }>;

/** Stages before the interpreter runs. */
const stagesWithoutPython: ReadonlySet<string> = new Set(["download", "python"]);

/** On a slow connection, Python's files wait at most so long for those of the page. */
const longestWaitMs = 8000;

/** If only background callbacks are left, the page waits this long for them before it is ready. */
const quickJobMs = 3000;

/** The start of the page: what it does until there is a session, and what concerns the start later on. */
export class PageStart {
  readonly #rehearsal = findRehearsal();
  readonly #manifest: Manifest;
  readonly #root: URL;
  readonly #endpoint: Endpoint;
  readonly #document: PageDocument;
  readonly #entry: HTMLElement;
  readonly #view: StartupView;
  readonly #preview: Preview | undefined;
  readonly #debug: DebugHooks | undefined;
  #jobs: JobPool;
  readonly #react: Promise<void>;
  readonly #milestones: Milestones;
  readonly #inbox: Inbox;
  readonly #restart: PythonRestart;
  readonly #saved: KeptState;
  readonly #fields: TypedFields;
  #page: Page | undefined;
  #hooks: Hooks | undefined;
  #hasJobs = false;
  #jobTimer: ReturnType<typeof setTimeout> | undefined;
  /** The page's address if Python has changed it before anything was drawn. */
  #address: string | null = null;
  #isLive = false;
  readonly #reading: Reading;
  readonly #hasPython: boolean;
  /** Fulfilled when the page has taken the place of its preview. */
  #shown: Promise<void> | undefined;
  /** Scripts and stylesheets that could not be had, until there is a page to show it. */
  readonly #failedFiles: FileFailure[] = [];

  /** Only under `pyrt dev`; sites contain nothing of it. */
  readonly #hotReload: HotReload | undefined;
  /** Only in sites whose apps offer tools to agents; all others contain nothing of it. */
  #agents: AgentTools | undefined;

  constructor(boot: Boot, worker: PythonHost, entry: HTMLElement, milestones: Milestones, hotReload?: HotReload) {
    this.#hotReload = hotReload;
    const { manifest, environment } = boot;
    this.#manifest = manifest;
    this.#hasPython = !(worker instanceof NoPython);
    // Absolute, because the page's address may change before the last file is requested.
    this.#root = new URL(boot.root);
    this.#document = new PageDocument(boot.root);
    const reports: LoadReports = {
      stall: (failure) => this.#showStall(failure?.message),
      failed: (failure) => this.#noteFailedFile(failure),
      reload: (file) => !this.#page?.isLive && reloadOnce(file),
    };
    watchElements(siteFolders(manifest, this.#root), reports, manifest.sheets);
    this.#entry = entry;
    this.#view = new StartupView();
    this.#reading = new Reading({
      view: this.#view,
      isLive: () => this.#isLive,
      stalled: (message) => this.#waitFor(message),
    });
    this.#preview = Preview.find(entry);
    this.#milestones = milestones;
    this.#debug = manifest.debug ? new DebugHooks(worker, milestones.api, environment) : undefined;
    this.#endpoint = this.#debug ?? worker;
    if (import.meta.env.PYRT_DEV && this.#hotReload) this.#endpoint = this.#hotReload.over(this.#endpoint);
    this.#restart = new PythonRestart({
      worker,
      notice: new PythonNotice(),
      describeBoot: () => ({ ...boot, environment: describeEnvironment(manifest, siteRoot()) }),
      isComputing: () =>
        Boolean(
          (import.meta.env.PYRT_DEV && this.#hotReload?.isRunning) ||
            this.#debug?.isEvaluating ||
            this.#rehearsal?.precomputed,
        ),
      fileRead: () => this.#reading.file,
      ended: () => this.#fail("worker", workerEnded),
      restarted: () => {
        this.#debug?.cut();
        if (import.meta.env.PYRT_AGENTS) this.#agents?.requests.cut();
        requestIdle(() => worker.idle());
        if (import.meta.env.PYRT_DEV) this.#hotReload?.restarted();
      },
    });
    const record = takeRecord();
    this.#saved = (import.meta.env.PYRT_DEV && this.#hotReload?.saved) || new SavedState(record?.edits);
    this.#fields = new TypedFields(entry, record?.fields);
    keepRecord(() => ({ edits: this.#saved.edits, fields: this.#fields.saved }));
    this.#jobs = makeJobPool(boot, (message) => this.#log(message));
    acceptHooks((hooks) => {
      this.#hooks = hooks;
    });
    this.#react = this.#loadReact();
    // Told when the layout is to be drawn: an app whose Python does not start says that first.
    this.#react.catch(() => undefined);
    this.#inbox = new Inbox(
      (messages) => this.#handle(messages),
      (error) => this.#fail("page", describeError(error)),
    );
    this.#endpoint.listen((messages) => this.#inbox.receive(messages));
  }

  /** Draws the prerendered page. If that fails, the page starts without it. */
  async drawPrerendered(reading: Promise<PrerenderedPage | undefined>, startPython: () => void): Promise<void> {
    if (hasFastConnection(new URL(this.#manifest.page, siteRoot()))) startPython();
    const opened = reading.then((prerendered) => prerendered && this.#openPrerendered(prerendered, startPython));
    const safely = opened.catch((error: unknown) => {
      console.warn(`pyrt: starting without the first paint: ${describeError(error)}`);
      this.#page = undefined;
    });
    this.#inbox.pauseFor(safely);
    await safely;
    if (this.#page) return;
    this.#preview?.remove();
    startPython();
  }

  /** There is no Python, and never will be: the page is what was recorded of it, with the answers that were computed. */
  async drawWithoutPython(reading: Promise<PrerenderedPage | undefined>): Promise<void> {
    try {
      const prerendered = await reading;
      if (!prerendered)
        throw new Error("The site has nothing that was recorded of this page, and no Python to make it.");
      await this.#openPrerendered(prerendered, () => undefined);
    } catch (error) {
      this.#showFailure("page", describeError(error));
      return;
    }
    this.#restart.end();
    openChangedAddresses();
    await this.#shown?.catch(() => this.#preview?.remove());
    this.#view.finish();
    this.#markReady();
  }

  /** On a slow connection, Python's files wait for those of the page. */
  async #openPrerendered(prerendered: PrerenderedPage, startPython: () => void): Promise<void> {
    const late = whenWhole().then(() => Promise.all(prerendered.late.map((src) => this.#document.preloadScript(src))));
    void late.then(startPython);
    setTimeout(startPython, longestWaitMs); // one of them may be stalled
    await this.#open(prerendered.document, prerendered);
    this.#shown = this.#preview?.drawn(late);
  }

  /** What needs the file does not work; all else does. An old page whose files are gone is loaded anew. */
  #noteFailedFile(failure: FileFailure): void {
    if (!noteFailedFile(failure)) return;
    console.error(`pyrt: ${failure.message}`);
    if (failure.isMissing && !this.#page?.isLive) void reloadIfReplaced();
    this.#failedFiles.push(failure);
    if (this.#page?.isLive) this.#showFailedFiles();
  }

  #showStall(message: string | undefined): void {
    this.#view.showStall(message, { isDrawn: this.#page?.store.root.components !== undefined });
  }

  /** Python's start waits for a file, which `message` names. */
  #waitFor(message: string | undefined): void {
    this.#showStall(message);
    if (message) reportFailure("waiting", { file: fileIn(message) });
  }

  #showFailedFiles(): void {
    for (const failure of this.#failedFiles.splice(0)) this.#page?.errors.addFrontEnd(failure);
  }

  /** Loads React and defines the globals that bundles need while they are evaluated. */
  async #loadReact(): Promise<void> {
    await whenWhole();
    await loadReact(this.#document, this.#manifest.react);
    installComponentApi(() => this.#page, ExternalWrapper);
    installDashClientside(() => this.#page);
  }

  /** Messages of one batch go to the page together, so that they are drawn together. */
  #handle(messages: WorkerMessage[]): void {
    const batch: SessionMessage[] = [];
    for (const [index, message] of messages.entries()) {
      const loading = this.#load(message);
      if (loading) {
        this.#deliver(batch);
        this.#inbox.pauseFor(loading, messages.slice(index + 1));
        return;
      }
      const rest = this.#handleStartMessage(message);
      if (rest) batch.push(rest);
    }
    this.#deliver(batch);
  }

  /** Starts loading what the following messages need; undefined if there is nothing to load. */
  #load(message: WorkerMessage): Promise<void> | undefined {
    if (message.type === "Document") {
      if (!this.#page) return this.#open(message);
      return this.#addResources(message).then(() => {
        if (import.meta.env.PYRT_DEV && this.#hotReload?.documentArrived(message)) return;
        this.#restart.documentArrived(message.childrenProps);
      });
    }
    if (message.type === "Resources") return this.#loadLate(message);
    return undefined;
  }

  /** Loads the files of packages that a callback has imported, and their children props. */
  #loadLate({ scripts, stylesheets, childrenProps }: Extract<WorkerMessage, { type: "Resources" }>): Promise<void> {
    if (childrenProps) this.#page?.store.componentProps.addPatterns(childrenProps);
    return this.#document.addResources(scripts, stylesheets);
  }

  /** Handles what concerns the start or the document. Returns the message if it is (also) for the Page. */
  #handleStartMessage(message: WorkerMessage): SessionMessage | undefined {
    switch (message.type) {
      case "Progress":
        this.#reading.end();
        if (!stagesWithoutPython.has(message.stage)) this.#milestones.reach("python");
        if (message.isStalled !== undefined) this.#waitFor(message.isStalled ? message.text : undefined);
        this.#view.show(message.text, message.loaded, message.total);
        return undefined;
      case "Reading":
        this.#reading.show(message);
        return undefined;
      case "Log":
        this.#log(message);
        return undefined;
      case "Failed":
        this.#fail(message.stage, message.message);
        return undefined;
      case "Complete":
        this.#milestones.reach("complete");
        keepOfflineCopy(this.#manifest, this.#root);
        return undefined;
      case "Abilities":
        addAbilities(message.found);
        return undefined;
      case "Used":
        if (this.#rehearsal) this.#rehearsal.used = { files: message.files, modules: message.modules };
        return undefined;
      case "EvalResult":
        this.#debug?.finishEval(message);
        if (import.meta.env.PYRT_AGENTS) this.#agents?.requests.receive(message);
        return undefined;
      case "Precomputed":
        this.#rehearsal?.precomputed?.(message);
        return undefined;
      case "Callbacks":
        this.#document.addFunctions(message.inlineScripts ?? []);
        return message;
      case "SetDocument":
        applyToDocument(message);
        if (!this.#page && message.replaceUrl != null) this.#address = findPlace().pathname;
        return undefined;
      case "Document":
      case "Resources":
        return undefined; // handled by #load
      case "Layout":
      case "Update":
      case "RunStarted":
      case "RunEnded":
      case "Status":
      case "CallClientside":
      case "CallRemote":
      case "EndRemote":
      case "AwaitReady":
      case "Failure":
        return message;
      default:
        return message satisfies never;
    }
  }

  #log({ stream, text }: LogMessage): void {
    this.#debug?.addLine(text);
    (stream === "stderr" ? console.warn : console.log)(text);
  }

  #deliver(batch: SessionMessage[]): void {
    const messages = batch.splice(0);
    if (!this.#page || messages.length === 0) return;
    this.#restart.received(messages);
    this.#page.receiveAll(messages);
    if (!this.#page.isLive) {
      this.#checkLayoutFailure(messages);
      return;
    }
    this.#markLive();
    if (messages.some((message) => message.type === "Status" && message.pending === 0)) this.#markReady();
    else if (this.#page.isBusyWithJobsOnly) this.#waitForJobs();
    if (import.meta.env.PYRT_DEV) this.#hotReload?.delivered();
  }

  /** Background callbacks may take minutes. A page that only waits for them becomes ready after `quickJobMs`. */
  #waitForJobs(): void {
    if (this.#milestones.has("ready")) return;
    this.#jobTimer ??= setTimeout(() => {
      this.#jobTimer = undefined;
      if (this.#page?.isBusyWithJobsOnly) this.#markReady();
    }, quickJobMs);
  }

  /** If the layout function failed, the prerendered page stays without a session; the failure is shown over it. */
  #checkLayoutFailure(messages: readonly SessionMessage[]): void {
    for (const message of messages) {
      if (message.type === "Failure" && message.kind === "layout" && this.#page?.store.root.components !== undefined) {
        this.#view.fail("layout", message.traceback || message.message, { isPrerendered: true });
      }
    }
  }

  /** Loads and draws the document around the layout. With `prerendered`, draws the layout too. */
  async #open(message: DocumentMessage, prerendered?: PrerenderedPage): Promise<void> {
    if (!prerendered) {
      this.#milestones.reach("app");
      this.#view.show(translate("Loading components"));
    }
    await this.#react;
    const { config, childrenProps } = message;
    if (config.props_check) await loadPropChecks(this.#document, this.#manifest.react);
    Object.assign(window, {
      __dashprivate_childrenProps: childrenProps,
      _dashPlotlyJSURL: this.#manifest.plotlyUrl && this.#document.resolve(this.#manifest.plotlyUrl),
    });
    this.#hasJobs = message.jobs ?? false;
    const page = new Page({
      endpoint: this.#endpoint,
      executors: { job: import.meta.env.PYRT_DEV ? newestOf(() => this.#jobs) : this.#jobs, ...this.#server() },
      config: { ...config, children_props: childrenProps },
      componentProps: new ComponentProps(childrenProps),
      takeEnvironmentChanges: watchEnvironment(),
      recording: this.#record(message),
      saved: this.#saved,
    });
    this.#debug?.connect((expression) => page.outbox.send({ type: "Eval", expression }));
    this.#page = page;
    this.#restart.use(page);
    if (import.meta.env.PYRT_DEV) {
      this.#hotReload?.use(page, this.#document, this.#restart, () => {
        this.#jobs = makeJobPool(this.#hotReload?.boot as Boot, (report) => this.#log(report));
      });
    }
    shareProps(page);
    await this.#document.adopt(message);
    giveStoresOwnKeys();
    installDashClientside(() => this.#page);
    if (this.#hooks) page.hooks = new RequestHooks(this.#hooks, page.store);
    if (prerendered) page.activity.setPending(0);
    BusyTitle.install(config.update_title, page.activity);
    const redux = makeReduxStore(page);
    Object.assign(window, { store: redux, dash_stores: [redux] });
    draw(this.#entry, { page, redux });
    page.hooks?.beforeLayout();
    if (prerendered) this.#drawLayout(page, prerendered);
    page.outbox.send({ type: "Hello", lazy: page.lazy.watch(childrenProps), rendered: true });
  }

  #server(): { server?: Executor } {
    const server = findServer(this.#manifest, {
      readProp: (id, prop) => this.#page?.store.propsOf(id)?.[prop],
      whenShown: async () => this.#page?.outbox.whenAnswered(),
    });
    if (!server) return {};
    return { server: this.#rehearsal ? stubServer : server };
  }

  /** Only in the build's rehearsal. */
  #record(message: DocumentMessage): Store | undefined {
    const getPage = (): Page | undefined => (this.#hooks ? undefined : this.#page);
    return this.#rehearsal && provideRecord(this.#rehearsal, message, this.#address, getPage);
  }

  #drawLayout(page: Page, prerendered: PrerenderedPage): void {
    if (prerendered.address !== null) {
      const { search, hash } = findPlace();
      history.replaceState(history.state, "", `${prerendered.address}${search}${hash}`);
    }
    page.activity.subscribe(() => !this.#isLive && page.activity.isBusy && this.#view.markUserWaiting());
    page.drawPrerendered(prerendered, this.#hasPython);
    this.#milestones.reach("paint");
  }

  /** Loads resources that the engine's Document names and the prerendered one does not. */
  async #addResources({ index, scripts, stylesheets }: DocumentMessage): Promise<void> {
    this.#milestones.reach("app");
    await this.#document.addResources(scripts, stylesheets);
    this.#document.retitle(index);
  }

  /** The drawn layout is the engine's: from now on callbacks are served. */
  #markLive(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#preview?.remove();
    this.#view.finish();
    this.#milestones.reach("paint");
    this.#showFailedFiles();
    this.#debug?.markReady();
  }

  /** The initial callbacks have run. */
  #markReady(): void {
    if (!this.#milestones.reach("ready")) return;
    forgetReloads();
    this.#saved.endRestoring();
    this.#fields.restore();
    if (this.#hasJobs && this.#hasPython) this.#jobs.expectJobs();
    if (import.meta.env.PYRT_AGENTS && this.#page && !this.#rehearsal)
      void this.#offerTools(this.#manifest, this.#page);
    requestIdle(() => this.#checkSheets());
  }

  #checkSheets(): void {
    const { sheets } = this.#manifest;
    if (!sheets || this.#rehearsal || isSingleFile()) return;
    const failed = (failure: FileFailure): void => this.#noteFailedFile(failure);
    void checkSheets({ folders: siteFolders(this.#manifest, this.#root), known: sheets, failed });
  }

  #fail(stage: string, message: string): void {
    if (this.#restart.failed(stage, message)) return;
    if (this.#page?.isLive || !stagesOfFiles.has(stage)) this.#showFailure(stage, message);
    else void reloadIfReplaced().then((reloads) => reloads || this.#showFailure(stage, message));
  }

  #showFailure(stage: string, message: string): void {
    if (import.meta.env.PYRT_DEV) this.#hotReload?.failed();
    console.error(`pyrt: failed at stage "${stage}".\n${message}`);
    this.#milestones.fail({ stage, message });
    this.#debug?.markFailed(`${stage}: ${message}`);
    const isPrerendered = this.#page?.store.root.components !== undefined;
    if (!this.#page?.isLive) this.#view.fail(stage, message, { isPrerendered });
    else if (stage === "worker") this.#page.stop(message);
    else this.#page.errors.addBackEnd("The engine has failed", message, { kind: "python" });
  }

  /** Registers the app's tools with the browser's agent, if it has one. */
  async #offerTools({ agents: script }: Manifest, page: Page): Promise<void> {
    const context = findModelContext();
    if (!context || script === undefined) return;
    try {
      const { AgentTools } = (await import(/* @vite-ignore */ new URL(script, siteRoot()).href)) as AgentsModule;
      this.#agents = new AgentTools(context, page);
    } catch (error) {
      console.warn(`pyrt: the app's tools for agents could not be loaded: ${describeError(error)}`);
    }
  }
}
