/**
 * The page's half of a session: what the user and the components change goes to the worker, what the worker
 * says goes into the mirror. Owns all state of the page; draws nothing and loads nothing.
 */

import { Activity } from "./activity";
import { CallbackTable } from "./callback_table";
import { ClientsideRunner } from "./clientside";
import { ErrorLog } from "./errors";
import { History, type HistoryEntry } from "./history";
import { formatId, withoutHash } from "./ids";
import { areEqual, type Dictionary, type Path } from "./json";
import { LazyComponents } from "./lazy";
import { LocalCallbacks } from "./local";
import { NOTHING, Outbox, type Surroundings } from "./outbox";
import { resolvePatches } from "./patch";
import { Persistence } from "./persistence";
import type {
  ComponentId,
  Config,
  DryComponent,
  EngineMessage,
  FailureMessage,
  Origin,
  WorkerChange,
} from "./protocol";
import { type Places, RemoteCalls } from "./remote";
import type { RequestHooks } from "./request_hooks";
import { type RenderType, Store } from "./store";
import type { Endpoint } from "./transport";
import type { ComponentProps } from "./tree";

type Message<T extends EngineMessage["type"]> = Extract<EngineMessage, { type: T }>;

type EditOrigin = Exclude<Origin, "persistence">;

export interface PageOptions {
  readonly endpoint: Endpoint;
  readonly describeSurroundings?: () => Surroundings | undefined;
  readonly config?: Config;
  readonly componentProps?: ComponentProps;
  /** Who calls Python functions elsewhere. */
  readonly places?: Places;
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
  /** The hooks of `new DashRenderer({...})`, where the app has some. */
  hooks: RequestHooks | undefined;
  /** The last change made here, for the developer tools. */
  changed: HistoryEntry | undefined;
  /** The last Update of this batch that the worker waits for to be drawn. */
  #rendered: number | undefined;

  constructor({ endpoint, config = {}, componentProps, describeSurroundings, places = {} }: PageOptions) {
    this.config = config;
    this.store = new Store(componentProps);
    this.outbox = new Outbox(
      (messages) => endpoint.send(messages),
      describeSurroundings,
      // The hooks of DashRenderer stand around what the engine asks for: with them, it is asked.
      (propIds) => (this.hooks ? NOTHING : this.local.follow(propIds)),
    );
    this.persistence = new Persistence((error) => this.errors.addFrontEnd(error));
    this.clientside = new ClientsideRunner(this.store, this.outbox);
    this.local = new LocalCallbacks(
      this.clientside,
      {
        has: (id) => this.store.propsOf(id) !== undefined,
        write: (id, props) => void this.#applyChange({ id, props }, Number.POSITIVE_INFINITY, undefined),
      },
      () => this.outbox,
    );
    this.lazy = new LazyComponents(this.store, this.outbox);
    this.remote = new RemoteCalls(this.outbox, places);
  }

  /** What a component calls as its own `setProps` (R-32). Does nothing when the component is gone. */
  setProps(path: Path, { _dash_error, ...newProps }: Dictionary): void {
    const component = this.store.componentAt(path);
    if (!component) return;
    if (_dash_error) this.errors.addFrontEnd(_dash_error);
    const changed = Object.fromEntries(
      Object.entries(newProps).filter(([name, value]) => !areEqual(value, component.props[name])),
    );
    if (Object.keys(changed).length > 0) this.#edit(path, component, changed, "internal");
  }

  /** `dash_clientside.set_props` (R-41): props are taken as they are, equal ones included. */
  setPropsFrom(address: ComponentId | Path, props: Dictionary): void {
    const path = isPath(address) ? address : this.store.pathOf(address);
    const component = path && this.store.componentAt(path);
    if (!path || !component) {
      console.warn(`set_props: there is no component ${isPath(address) ? `at ${address}` : formatId(address)}.`);
      return;
    }
    this.#edit(path, component, resolvePatches(props, component.props), "clientsideApi", props);
  }

  /** A component outside of the app's tree appears (R-26). */
  insert(path: Path, component: DryComponent): void {
    this.store.insert(path, component);
    this.outbox.change({ path, props: {}, origin: "external", insert: component });
  }

  /** The parent of such a component has new props for it. */
  updateExternal(path: Path, props: Dictionary): void {
    const component = this.store.componentAt(path);
    if (component) this.#edit(path, component, props, "external");
  }

  removeExternal(path: Path): void {
    this.store.remove(path);
    this.outbox.change({ path, props: {}, origin: "external", remove: true });
  }

  undo(): void {
    this.#restore(this.history.undo());
  }

  redo(): void {
    this.#restore(this.history.redo());
  }

  /** Takes the last change back, because it could not be drawn. */
  revert(): void {
    this.#restore(this.history.revert());
  }

  /**
   * Acts on messages of the engine, draws what they change, then says what is in the DOM: whatever components
   * sent while they were mounted stands before that (S-64).
   */
  receiveAll(messages: readonly EngineMessage[]): void {
    this.#rendered = undefined;
    ReactDOM.flushSync(() => {
      for (const message of messages) this.#receiveSafely(message);
    });
    if (this.#rendered !== undefined) this.outbox.send({ type: "Rendered", number: this.#rendered });
  }

  /** One message that cannot be applied does not take those after it along. */
  #receiveSafely(message: EngineMessage): void {
    try {
      this.receive(message);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.errors.addBackEnd(`The page could not apply a message of type ${message.type}`, text);
    }
  }

  /** Acts on one message of the engine. What concerns the document or the start is main.ts's. */
  receive(message: EngineMessage): void {
    switch (message.type) {
      case "Layout":
        this.#setLayout(message);
        break;
      case "Update":
        this.#applyUpdate(message);
        break;
      case "RunStarted":
        this.#startRun(message);
        break;
      case "RunEnded":
        this.clientside.release(message.run);
        this.hooks?.end(message.run);
        this.activity.end(message.run, message.outcome === "dropped");
        break;
      case "Status":
        this.outbox.wasSeen(message.seq);
        this.activity.setPending(message.pending);
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
        this.callbacks = new CallbackTable(message.callbacks);
        this.local.use(message.callbacks);
        break;
      case "Failure":
        this.#fail(message);
        break;
      default:
        break;
    }
  }

  #edit(path: Path, component: DryComponent, props: Dictionary, origin: EditOrigin, sent: Dictionary = props): void {
    const id = idOf(component);
    const key = id === undefined ? {} : { id: formatId(id) };
    this.outbox.change({ path, ...key, props: sent, origin });
    const before = component.props;
    this.#merge(path, component, props, origin === "external" ? "parent" : origin);
    if (id !== undefined) this.#remember(id, before, props);
  }

  #merge(path: Path, component: DryComponent, props: Dictionary, renderType: RenderType): void {
    this.hooks?.note(idOf(component), props);
    this.persistence.record(component, props);
    this.store.merge(path, props, renderType);
  }

  /** Undo and redo are about props that are Inputs. */
  #remember(id: ComponentId, before: Dictionary, props: Dictionary): void {
    this.changed = { id, props };
    const watched = Object.keys(props).filter((name) => this.callbacks.isWatched(id, name));
    if (watched.length === 0) return;
    const pick = (from: Dictionary): Dictionary => Object.fromEntries(watched.map((name) => [name, from[name]]));
    this.history.record({ id, props: pick(before) }, { id, props: pick(props) });
  }

  #restore(entry: HistoryEntry | undefined): void {
    const path = entry && this.store.pathOf(entry.id);
    if (!entry || !path) return;
    // What was unset is told as null: JSON has no undefined, and None is what Python saw (R-67).
    const props = Object.fromEntries(Object.entries(entry.props).map(([name, value]) => [name, value ?? null]));
    this.store.merge(path, entry.props, "internal");
    this.outbox.change({ path, id: formatId(entry.id), props, origin: "clientsideApi" });
  }

  #setLayout({ seq, layout }: Message<"Layout">): void {
    this.outbox.wasSeen(seq);
    const changed = this.hooks?.afterLayout(layout);
    if (changed) this.outbox.change({ path: ["components"], props: changed, origin: "persistence" });
    const { tree, restored } = this.persistence.restore(layout, ["components"]);
    this.store.setLayout(tree);
    this.#tellRestored(restored);
    this.#rendered = 0;
  }

  #applyUpdate({ number, seq, changes, run }: Message<"Update">): void {
    this.outbox.wasSeen(seq);
    for (const change of changes) {
      if (this.#applyChange(change, seq, run ?? undefined)) this.#rendered = number;
    }
    this.outbox.sawUpdate(number);
    this.hooks?.collect(changes);
  }

  /** True when the change has put components somewhere. */
  #applyChange(change: WorkerChange, seq: number, run: number | undefined): boolean {
    const path = this.store.pathOf(change.id);
    const component = path && this.store.componentAt(path);
    if (!path || !component) return false;
    const given = this.#newProps(change, seq, run);
    const resolved = resolvePatches(given, component.props);
    const pruned = this.persistence.prune(component, resolved);
    const { tree, restored } = this.persistence.restore(pruned.children, [...path, "props", "children"]);
    const props = "children" in pruned ? { ...pruned, children: tree } : pruned;
    this.changed = { id: change.id, props };
    this.#merge(path, component, props, "callback");
    const added = Object.keys(props).filter((name) => !(name in resolved));
    const own = Object.fromEntries(added.map((name) => [name, props[name]]));
    this.#tellRestored(added.length > 0 ? [{ path, id: change.id, props: own }, ...restored] : restored);
    return this.store.componentProps.has({ ...component, props });
  }

  /** What the worker says, without what the user has changed since, with what the page itself has computed. */
  #newProps({ id, props, held }: WorkerChange, seq: number, run: number | undefined): Dictionary {
    const heldProps = (held ?? []).map((name) => [name, this.clientside.heldValue(run, id, name)] as const);
    const all = [...Object.entries(props), ...heldProps];
    return Object.fromEntries(all.filter(([name]) => !this.outbox.isNewer(id, name, seq)));
  }

  /** The worker does not know what storage holds. */
  #tellRestored(restored: readonly { path: Path; id: ComponentId; props: Dictionary }[]): void {
    for (const { path, id, props } of restored) {
      this.outbox.change({ path, id: formatId(id), props, origin: "persistence" });
    }
  }

  #startRun({ run, callback, outputs, persistent }: Message<"RunStarted">): void {
    const entries = outputs.flatMap(({ id, property }) => {
      const path = this.store.pathOf(id);
      return path ? [{ path, property: withoutHash(property), id }] : [];
    });
    this.activity.start(run, callback, entries, persistent ?? false);
    this.hooks?.start(run, this.callbacks.find(callback), outputs);
  }

  #fail({ title, message, traceback, kind, run }: FailureMessage): void {
    const known = kind === "clientside" && run != null ? this.clientside.errorOf(run) : undefined;
    if (known !== undefined) this.errors.addClientside(known);
    else this.errors.addBackEnd(title, traceback || message, { isAdvice: kind === "validation" });
  }
}

function isPath(address: ComponentId | Path): address is Path {
  return Array.isArray(address);
}

function idOf({ props }: DryComponent): ComponentId | undefined {
  return (props.id as ComponentId | undefined) || undefined;
}
