/**
 * Which of React's elements stands for one of the still: both trees are drawn from the same layout, so it is found
 * below the same id, or at the same place.
 */

const askMs = 50;
/** So often one asks for elements that are not there, all of them together. */
const longestPatience = 100;

interface Address {
  readonly id: string;
  readonly way: readonly number[];
}

export class Successors {
  readonly #still: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #addresses = new Map<Element, Address>();
  #patience = longestPatience;

  constructor(still: HTMLElement, entry: HTMLElement) {
    this.#still = still;
    this.#entry = entry;
  }

  /** Keeps the address of an element, as long as it stands where it does. */
  note(element: Element): void {
    this.#addresses.set(element, this.#addressOf(element));
  }

  /** Undefined where there is none yet. */
  of(element: Element): HTMLElement | undefined {
    const { id, way } = this.#addresses.get(element) ?? this.#addressOf(element);
    let at: Element | null | undefined = id ? this.#entry.querySelector(`#${CSS.escape(id)}`) : this.#entry;
    for (const index of way) at = at?.children[index];
    return (at as HTMLElement | null) ?? undefined;
  }

  /** Code of components may still be on its way. */
  async find(element: Element): Promise<HTMLElement | undefined> {
    let found = this.of(element);
    while (!found && this.#patience > 0) {
      this.#patience -= 1;
      await new Promise((resolve) => setTimeout(resolve, askMs));
      found = this.of(element);
    }
    return found;
  }

  /** From the next element with an id down to this one: places among the children. */
  #addressOf(element: Element): Address {
    const way: number[] = [];
    let at: Element = element;
    while (at !== this.#still && !at.id && at.parentElement) {
      way.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
      at = at.parentElement;
    }
    return { id: at === this.#still ? "" : at.id, way };
  }
}
