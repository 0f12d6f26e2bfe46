/**
 * The page's half of a session: sends the changes of the user and of components to the worker, and applies the
 * worker's messages to the store. Owns all state of the page; draws nothing and loads nothing.
 */

import { formatId, idOf, withoutHash } from "../mirror/ids";
import { resolvePatches } from "../mirror/patch";
import { type RenderType, Store } from "../mirror/store";
import type { ComponentProps } from "../mirror/tree";
import type { SavedState } from "../saved_state/saved_state";
import { areEqual, type Dictionary, type Path } from "../wire/json";
import type {
  CallbackSpec,
  ComponentId,
  Config,
  DryComponent,
  Edit,
  EditOrigin,
  EngineMessage,
  Failure,
  WorkerChange,
} from "../wire/protocol";
import type { Endpoint } from "../wire/transport";
import { Activity } from "./activity";
import { Answers, type Precomputed } from "./callbacks/answers";
import { CallbackTable } from "./callbacks/callback_table";
import { ClientsideRunner } from "./callbacks/clientside";
import { LocalCallbacks } from "./callbacks/local_callbacks";
import { describeError, ErrorLog } from "./errors";
import { Handover, type Prerendered } from "./handover";
import { History, type HistoryEntry } from "./history";
import { InPlaceEdits } from "./in_place_edits";
import { LazyComponents } from "./lazy_components";
import { hasUserInput, NO_LOCAL_RUNS, Outbox, type PageEnvironment } from "./outbox";
import { Persistence, type Restored } from "./persistence";
import { type Executors, RemoteCalls } from "./remote_calls";
import type { RequestHooks } from "./request_hooks";

type Message<T extends EngineMessage["type"]> = Extract<EngineMessage, { type: T }>;

/** Messages of the engine for the session. Those about the document or the start are handled in start/page_start.ts. */
export type SessionMessage = Exclude<
  EngineMessage,
  { type: "Document" | "Resources" | "SetDocument" | "EvalResult" | "Precomputed" }
>;

/** What keeps the changes of the user, for a page or an app that starts again. */
export type KeptState = Pick<SavedState, "record" | "editsOf" | "endRestoring" | "edits">;

type SetPropsOrigin = Exclude<EditOrigin, "persistence" | "inPlace">;

export interface PageOptions {
  readonly endpoint: Endpoint;
  readonly takeEnvironmentChanges?: () => PageEnvironment | undefined;
  readonly config?: Config;
  readonly componentProps?: ComponentProps;
  /** Executors for Python functions outside the page's own worker. */
  readonly executors?: Executors;
  readonly recording?: Store | undefined;
  /** What the user has changed; kept for a page that starts again. */
  readonly saved?: KeptState;
}

export class Page {
  readonly config: Config;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly activity = new Activity();
  readonly errors = new ErrorLog();
  readonly history = new History();
  readonly persistence: Persistence;
  readonly clientside: ClientsideRunner;
  readonly local: LocalCallbacks;
  readonly lazy: LazyComponents;
  readonly remote: RemoteCalls;
  callbacks = new CallbackTable();
  /** The hooks that the app has passed to `new DashRenderer({...})`. */
  hooks: RequestHooks | undefined;
  /** The last change made in the page; shown by the developer tools. */
  changed: HistoryEntry | undefined;
  /** The last Update of this batch that the page must confirm with Rendered. */
  #rendered: number | undefined;
  /** In a prerendered page, until the engine has finished its start. */
  #handover: Handover | undefined;
  #waitsForPython = true;
  /** Until the engine has handled what the user did before it came. */
  #answers: Answers | undefined;
  /** Number of the last message with what was done before the engine came. */
  #lastBeforeLive = Number.POSITIVE_INFINITY;
  readonly inPlace: InPlaceEdits;
  /** In a rehearsal: the layout with only the engine's own changes. */
  readonly #recording: Store | undefined;
  readonly #saved: KeptState | undefined;

  constructor(options: PageOptions) {
    const { endpoint, config = {}, componentProps, takeEnvironmentChanges, executors = {} } = options;
    this.#recording = options.recording;
    this.#saved = options.saved;
    this.config = config;
    this.store = new Store(componentProps);
    this.outbox = new Outbox(
      (messages) => endpoint.send(messages),
      takeEnvironmentChanges,
      // The hooks of DashRenderer wrap calls that the engine requests, so with hooks no callback is local.
      (propIds) => {
        if (this.hooks) return NO_LOCAL_RUNS;
        if (hasUserInput()) this.#answers?.answer(propIds, this.callbacks.callbacks);
        return this.local.runFor(propIds);
      },
      (propIds) => {
        this.#drawAnswered(propIds);
        this.inPlace.sendFor(propIds);
      },
    );
    this.persistence = new Persistence((error) => this.errors.addFrontEnd(error), this.#saved);
    this.clientside = new ClientsideRunner(() => this.#engineMirror, this.outbox);
    this.local = new LocalCallbacks(
      {
        has: (id) => this.store.propsOf(id) !== undefined,
        write: (id, props) => void this.#applyProps(this.store, id, props),
        run: (call) => this.clientside.run(call, this.store),
        takeAnswer: (propIds) => (this.#drawAnswered(propIds) ? this.outbox.takeChanges() : undefined),
      },
      () => this.outbox,
    );
    this.inPlace = new InPlaceEdits(this);
    this.lazy = new LazyComponents(() => this.#engineMirror, this.outbox);
    this.remote = new RemoteCalls(this.outbox, executors);
  }

  /** Whether the drawn layout is the engine's, except for messages in transit. */
  get isLive(): boolean {
    return this.#handover === undefined && this.store.root.components !== undefined;
  }

  /** The layout that messages of the engine refer to. */
  get #engineMirror(): Store {
    return this.#handover?.engineMirror ?? this.store;
  }

  /**
   * Draws a prerendered page. Until the engine has finished its start, changes of the user are queued and messages of
   * the engine are not drawn; then the drawn layout is reconciled with the engine's. `hasPython`: whether there will be
   * an engine.
   */
  drawPrerendered({ layout, callbacks, readLayout, precomputed }: Prerendered, hasPython = true): void {
    this.#waitsForPython = hasPython;
    this.#handover = new Handover(this.store, this.outbox, layout, readLayout);
    this.outbox.pause();
    this.activity.setPending(0);
    this.#adoptCallbacks(callbacks);
    if (layout !== this.store.root.components) {
      ReactDOM.flushSync(() => this.store.setLayout(this.persistence.restore(layout, ["components"]).tree));
    }
    this.#handover.addMountChanges(this.outbox.takeQueued());
    if (precomputed) this.#takeAnswers(precomputed);
  }

  #takeAnswers(precomputed: Precomputed): void {
    this.#answers = new Answers(precomputed, {
      readProp: (id, property) => this.store.propsOf(id)?.[property],
      write: (id, props) => void ReactDOM.flushSync(() => this.#applyProps(this.store, id, props)),
      answered: () => this.activity.setPending(0),
      warn: (error) => console.warn(`pyrt: an answer could not be had: ${describeError(error)}`),
    });
    this.#answers.prefetch();
  }

  /** A component's own `setProps` (R-32). Does nothing if the component no longer exists. */
  setProps(path: Path, { _dash_error, ...newProps }: Dictionary): void {
    const component = this.store.componentAt(path);
    if (!component) return;
    if (_dash_error) this.errors.addFrontEnd(_dash_error);
    this.inPlace.send(component);
    const changed = Object.fromEntries(
      Object.entries(newProps).filter(([name, value]) => !areEqual(value, component.props[name])),
    );
    if (Object.keys(changed).length > 0) this.#edit(path, component, changed, "internal");
  }

  /** `dash_clientside.set_props` (R-41): props are set as given, even if they are equal. */
  setPropsFrom(address: ComponentId | Path, props: Dictionary): void {
    const path = isPath(address) ? address : this.store.pathOf(address);
    const component = path && this.store.componentAt(path);
    if (!path || !component) {
      console.warn(`set_props: there is no component ${isPath(address) ? `at ${address}` : formatId(address)}.`);
      return;
    }
    this.#edit(path, component, resolvePatches(props, component.props), "clientsideApi", props);
  }

  /** Inserts a component outside the app's tree (R-26). */
  insert(path: Path, component: DryComponent): void {
    this.store.insert(path, component);
    this.outbox.change({ path, props: {}, origin: "external", insert: component });
  }

  /** The parent of such a component passes new props to it. */
  updateExternal(path: Path, props: Dictionary): void {
    const component = this.store.componentAt(path);
    if (component) this.#edit(path, component, props, "external");
  }

  removeExternal(path: Path): void {
    this.store.remove(path);
    this.outbox.change({ path, props: {}, origin: "external", remove: true });
  }

  /** Python has stopped: no run in progress will end. Clientside code still works. `retry` starts it again. */
  stop(reason: string, retry?: () => void): void {
    if (!this.errors.state.backEndConnected) return;
    this.errors.addBackEnd("The Python worker has stopped", reason, { kind: "python" });
    this.errors.disconnect(retry);
    this.outbox.close();
    this.activity.stop();
  }

  undo(): void {
    this.#restore(this.history.undo());
  }

  redo(): void {
    this.#restore(this.history.redo());
  }

  /** Undoes the last change because it could not be drawn. */
  revert(): void {
    this.#restore(this.history.revert());
  }

  /** Whether all runs in progress are background callbacks or wait for one. */
  get isBusyWithJobsOnly(): boolean {
    const runs = this.activity.runIds;
    return runs.length > 0 && runs.every((run) => this.remote.isBackground(run));
  }

  /**
   * Applies messages of the engine, draws the result, then sends Rendered. Changes that components make on mount are
   * sent before it (S-64).
   */
  receiveAll(messages: readonly SessionMessage[]): void {
    this.#rendered = undefined;
    ReactDOM.flushSync(() => {
      for (const message of messages) this.#receiveSafely(message);
    });
    if (this.#rendered !== undefined) {
      this.#handover?.sendMountChanges();
      this.outbox.send({ type: "Rendered", updateSeq: this.#rendered });
    }
    this.local.callWaiting();
    this.#handover?.advance();
    if (this.#handover?.isOver) this.goLive();
  }

  /** Whether the engine has served the layout. */
  get hasLayout(): boolean {
    return this.#engineMirror.root.components !== undefined;
  }

  /** The engine has finished its start: draws the differences and sends what the user has changed meanwhile. */
  goLive(): void {
    const handover = this.#handover;
    if (!handover) return;
    const queued = this.outbox.takeQueued();
    handover.end();
    this.#handover = undefined;
    const answers = this.#answers;
    answers?.goLive((id, property) => handover.engineMirror.propsOf(id)?.[property]);
    const choices = handover.reconcileChoices(this.callbacks, queued, (propId) => answers?.isShown(propId) ?? false);
    ReactDOM.flushSync(() => {
      this.store.reconcile(handover.engineMirror.root.components, choices);
      for (const run of handover.runs) this.#startRun(run);
      this.activity.setPending(handover.pending + queued.length);
    });
    this.outbox.resume(handover.withoutRemoved(queued));
    this.local.resumed();
    this.#lastBeforeLive = this.outbox.seq;
  }

  /** If one message cannot be applied, those after it still are. */
  #receiveSafely(message: SessionMessage): void {
    try {
      this.receive(message);
    } catch (error) {
      this.errors.addBackEnd(`The page could not apply a message of type ${message.type}`, describeError(error));
    }
  }

  /** Applies one message of the engine. */
  receive(message: SessionMessage): void {
    this.#handover?.observe(message);
    switch (message.type) {
      case "Layout":
        this.#setLayout(message);
        break;
      case "Update":
        this.#applyUpdate(message);
        break;
      case "RunStarted":
        if (!this.#handover) this.#startRun(message);
        break;
      case "RunEnded":
        this.clientside.release(message.run);
        this.hooks?.end(message.run);
        this.activity.end(message.run, message.outcome === "dropped");
        break;
      case "Status":
        this.outbox.acknowledge(message.seq);
        if (this.#handover) break;
        this.activity.setPending(message.pending);
        this.local.follow(message.seq, message.local ?? []);
        if (message.seq >= this.#lastBeforeLive) this.#endAnswers();
        break;
      case "CallClientside":
        this.clientside.call(message);
        break;
      case "CallRemote":
        this.remote.call(message);
        break;
      case "EndRemote":
        this.remote.end(message.run);
        break;
      case "AwaitReady":
        this.lazy.waitFor(message.run, message.ids);
        break;
      case "Callbacks":
        if (!areEqual(message.callbacks, this.callbacks.callbacks)) this.#adoptCallbacks(message.callbacks);
        break;
      case "Failure":
        this.#reportFailure(message);
        break;
      default:
        message satisfies never;
    }
  }

  #endAnswers(): void {
    const answers = this.#answers;
    this.#answers = undefined;
    answers?.end();
  }

  #adoptCallbacks(callbacks: readonly CallbackSpec[]): void {
    this.callbacks = new CallbackTable(callbacks);
    this.local.use(callbacks);
  }

  #edit(
    path: Path,
    component: DryComponent,
    props: Dictionary,
    origin: SetPropsOrigin,
    sent: Dictionary = props,
  ): void {
    const id = idOf(component);
    const key = id === undefined ? {} : { id: formatId(id) };
    this.outbox.change({ path, ...key, props: sent, origin });
    const before = component.props;
    this.#merge(this.store, path, component, props, origin === "external" ? "parent" : origin);
    if (id !== undefined) this.#recordHistory(id, before, props);
  }

  #merge(store: Store, path: Path, component: DryComponent, props: Dictionary, renderType: RenderType): void {
    this.hooks?.recordChange(idOf(component), props);
    this.persistence.record(component, props);
    this.#saved?.record(component, path, props, isOfUser(renderType));
    store.merge(path, props, renderType);
  }

  /** Draws, so that components answer the changed props, if a callback may read the answer (S-87). */
  #drawAnswered(propIds: readonly string[]): boolean {
    const isRead = propIds.some((propId) => this.callbacks.isAnswered(propId));
    if (isRead) ReactDOM.flushSync(() => undefined);
    return isRead;
  }

  #recordHistory(id: ComponentId, before: Dictionary, props: Dictionary): void {
    this.changed = { id, props };
    const watched = Object.keys(props).filter((name) => this.callbacks.isWatched(id, name));
    if (watched.length === 0) return;
    if (this.#handover && this.#waitsForPython && hasUserInput()) this.activity.setPending(1);
    const pick = (from: Dictionary): Dictionary => Object.fromEntries(watched.map((name) => [name, from[name]]));
    this.history.record({ id, props: pick(before) }, { id, props: pick(props) });
  }

  #restore(entry: HistoryEntry | undefined): void {
    const path = entry && this.store.pathOf(entry.id);
    if (!entry || !path) return;
    // Unset props are sent as null: JSON has no undefined, and Python read None (R-67).
    const props = Object.fromEntries(Object.entries(entry.props).map(([name, value]) => [name, value ?? null]));
    this.store.merge(path, entry.props, "internal");
    this.outbox.change({ path, id: formatId(entry.id), props, origin: "clientsideApi" });
  }

  #setLayout({ seq, layout }: Message<"Layout">): void {
    this.outbox.acknowledge(seq);
    this.#recording?.setLayout(layout);
    const changed = this.hooks?.afterLayout(layout);
    if (changed) this.outbox.change({ path: ["components"], props: changed, origin: "persistence" });
    const { tree, restored } = this.persistence.restore(layout, ["components"]);
    this.#engineMirror.setLayout(tree);
    this.#reportRestored(restored, this.#engineMirror);
    this.#rendered = 0;
  }

  #applyUpdate({ updateSeq, seq, changes, run, confirm }: Message<"Update">): void {
    this.outbox.acknowledge(seq);
    if (confirm) this.#rendered = updateSeq;
    for (const change of changes) {
      const props = this.#resultsOf(change, run ?? undefined);
      this.#recordResults(change.id, props);
      const own = Object.entries(props).filter(
        ([name, value]) =>
          !this.outbox.isNewer(change.id, name, seq) && !this.#answers?.keepBack(change.id, name, value),
      );
      if (this.#applyProps(this.#engineMirror, change.id, Object.fromEntries(own))) this.#rendered = updateSeq;
    }
    this.outbox.updateApplied(updateSeq);
    this.hooks?.collect(changes);
  }

  /** Returns whether the changed props contain components. */
  #applyProps(store: Store, id: string, given: Dictionary): boolean {
    const path = store.pathOf(id);
    const component = path && store.componentAt(path);
    if (!path || !component) return false;
    const resolved = resolvePatches(given, component.props);
    const pruned = this.persistence.prune(component, resolved);
    const { tree, restored } = this.persistence.restore(pruned.children, [...path, "props", "children"]);
    const props = "children" in pruned ? { ...pruned, children: tree } : pruned;
    this.changed = { id, props };
    this.#merge(store, path, component, props, "callback");
    const added = Object.keys(props).filter((name) => !(name in resolved));
    if (added.length > 0) {
      const own = Object.fromEntries(added.map((name) => [name, props[name]]));
      this.#reportChanges([{ path, id, props: own, origin: "internal" }], store);
    }
    this.#reportRestored(restored, store);
    return store.componentProps.has({ ...component, props });
  }

  /** The props of a change, with the results that the page has kept of its own clientside callbacks. */
  #resultsOf({ id, props, kept }: WorkerChange, run: number | undefined): Dictionary {
    const computed = (kept ?? []).map((name) => [name, this.clientside.resultOf(run, id, name)] as const);
    return { ...props, ...Object.fromEntries(computed) };
  }

  #recordResults(id: string, results: Dictionary): void {
    const path = this.#recording?.pathOf(id);
    const before = path && this.#recording?.componentAt(path);
    if (path && before) this.#recording?.merge(path, resolvePatches(results, before.props), "callback");
  }

  /** Sends values restored from the browser's storage, which the worker cannot read. */
  #reportRestored(restored: readonly Restored[], store: Store): void {
    this.#reportChanges(
      restored.map(({ path, id, props }) => ({
        path,
        ...(id === undefined ? {} : { id: formatId(id) }),
        props,
        origin: "persistence",
      })),
      store,
    );
  }

  /** Sends changes that the page has made while applying a message. */
  #reportChanges(changes: readonly Edit[], store: Store): void {
    if (store !== this.store) this.#handover?.send(changes);
    else for (const change of changes) this.outbox.change(change);
  }

  #startRun({ run, callback, outputs, persistent }: Message<"RunStarted">): void {
    const entries = outputs.flatMap(({ id, property }) => {
      const path = this.store.pathOf(id);
      return path ? [{ path, property: withoutHash(property), id }] : [];
    });
    this.activity.start(run, callback, entries, persistent ?? false);
    this.hooks?.start(run, this.callbacks.find(callback), outputs);
  }

  #reportFailure({ title, message, traceback, kind, run, callback }: Failure): void {
    const known = kind === "clientside" && run != null ? this.clientside.errorOf(run) : undefined;
    if (known !== undefined) this.errors.addClientside(known, callback);
    else {
      const isUnreachable = run != null && this.remote.isUnreachable(run);
      this.errors.addBackEnd(title, traceback || message, {
        isAdvice: kind === "validation",
        isUnreachable,
        callback,
        kind: kind === "layout" ? "start" : "callback",
      });
    }
  }
}

function isPath(address: ComponentId | Path): address is Path {
  return Array.isArray(address);
}

/** Whether the user has made a change. For a hot reload, also whatever no callback has made. */
function isOfUser(renderType: RenderType): boolean {
  if (import.meta.env.PYRT_DEV) return renderType === "internal" || renderType === "clientsideApi";
  return renderType === "internal" && hasUserInput();
}
