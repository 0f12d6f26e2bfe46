/** Props of the app's components for the host page: read, set, observed. */

import type { Id, Request } from "../app_element/protocol";
import { formatId } from "../mirror/ids";
import type { Page } from "../session/page";
import { inDashForm } from "../wire/arrays";
import { areEqual, type Dictionary, isDictionary } from "../wire/json";

type PropsPage = Pick<Page, "store" | "setPropsFrom">;

export class HostProps {
  readonly #page: PropsPage;
  readonly #changed: (request: number, value: unknown) => void;
  readonly #observed = new Map<number, () => void>();

  constructor(page: PropsPage, changed: (request: number, value: unknown) => void) {
    this.#page = page;
    this.#changed = changed;
  }

  /** What the request asks for. Throws an error for the author of the host page. */
  answer(number: number, request: Request): unknown {
    const props = this.#propsOf(request.id);
    if (request.type === "set") return this.#set(request.id, request.props);
    const value = asJson(props[request.prop], request);
    if (request.type === "observe") this.#observe(number, request, value);
    return value;
  }

  unobserve(number: number): void {
    this.#observed.get(number)?.();
    this.#observed.delete(number);
  }

  #propsOf(id: Id): Dictionary {
    if (typeof id !== "string" && !isDictionary(id)) throw new Error("An id is a text or an object.");
    const props = this.#page.store.propsOf(id);
    if (!props) throw new Error(`There is no component with the id ${formatId(id)} in the app's layout.`);
    return props;
  }

  #set(id: Id, props: unknown): null {
    if (!isDictionary(props)) throw new Error(`set takes an object with props, as set("${formatId(id)}", {value: 1}).`);
    this.#page.setPropsFrom(id, { ...props });
    return null;
  }

  #observe(number: number, request: Extract<Request, { type: "observe" }>, first: unknown): void {
    const { store } = this.#page;
    let last = first;
    let before = store.propsOf(request.id)?.[request.prop];
    const stop = store.subscribeAll(() => {
      const now = store.propsOf(request.id)?.[request.prop];
      if (now === before) return;
      before = now;
      const value = asJson(now, request);
      if (areEqual(value, last)) return;
      last = value;
      this.#changed(number, value);
    });
    this.#observed.set(number, stop);
  }
}

/** A copy that can be posted; null for a prop that is not set. */
function asJson(value: unknown, { id, prop }: { id: Id; prop: string }): unknown {
  try {
    return value === undefined ? null : JSON.parse(JSON.stringify(inDashForm(value)));
  } catch {
    throw new Error(`The prop ${prop} of ${formatId(id)} has a value that cannot be written as JSON.`);
  }
}
