/** Tells the engine what components have changed in place, before a callback may read it. */

import { formatId, idOf } from "../mirror/ids";
import { InPlaceChanges, mayChangeInPlace } from "../mirror/in_place";
import type { Store } from "../mirror/store";
import { inDashForm } from "../wire/arrays";
import type { DryComponent } from "../wire/protocol";
import { type CallbackTable, isTrigger } from "./callbacks/callback_table";
import { describeError, type ErrorLog } from "./errors";
import type { Outbox } from "./outbox";

/** The parts of the page that edits in place use. */
export interface EditedPage {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly errors: ErrorLog;
  readonly callbacks: CallbackTable;
  /** Before, there is no layout of the engine that could be changed. */
  readonly isLive: boolean;
}

export class InPlaceEdits {
  readonly #page: EditedPage;
  readonly #changes = new InPlaceChanges();

  constructor(page: EditedPage) {
    this.#page = page;
  }

  /** Called with each component before it is drawn: notes the values that it may change. */
  watch(component: DryComponent): void {
    const id = idOf(component);
    if (id === undefined || !mayChangeInPlace(component)) return;
    const readers = this.#page.callbacks.readersOf(id);
    if (readers.size > 0) this.#changes.watch(formatId(id), component.props, readers.keys());
  }

  /** Sends what has changed, where a callback that one of these props calls reads it. */
  sendFor(propIds: readonly string[]): void {
    const { store, callbacks } = this.#page;
    for (const [text, names] of this.#changes.watched()) {
      const path = store.pathOf(text);
      const component = path && store.componentAt(path);
      if (!component) {
        this.#changes.forget(text);
        continue;
      }
      const readers = callbacks.readersOf(idOf(component) ?? text);
      const read = [...names].filter((name) => propIds.some((propId) => isTrigger(propId, readers.get(name) ?? [])));
      if (read.length > 0) this.send(component, read);
    }
  }

  /** Sends what a component has changed. `names`: of the props; all that are watched without them. */
  send(component: DryComponent, names?: readonly string[]): void {
    const { store, outbox, isLive } = this.#page;
    const id = idOf(component);
    const path = id === undefined ? undefined : store.pathOf(id);
    if (id === undefined || path === undefined || !isLive) return;
    for (const name of this.#changes.take(formatId(id), component.props, names)) {
      if (!this.#isJson(component, name)) continue;
      const props = { [name]: inDashForm(component.props[name]) };
      outbox.change({ path, id: formatId(id), props, origin: "inPlace" });
    }
  }

  #isJson({ type, props }: DryComponent, name: string): boolean {
    try {
      JSON.stringify(props[name]);
      return true;
    } catch (error) {
      const what = `${type} has changed the value of its prop ${name} to one that cannot be written as JSON`;
      this.#page.errors.addFrontEnd(new Error(`${what}; callbacks get the value before (${describeError(error)}).`));
      return false;
    }
  }
}
