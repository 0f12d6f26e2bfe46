/**
 * Which of React's elements stands for one of the still: both trees are drawn from the same layout, so it is found
 * below the same id, or at the same place.
 */

const pollMs = 50;
/** So often one asks for elements that are not there, all of them together. */
const maxPolls = 100;

interface Address {
  readonly id: string;
  readonly childIndexes: readonly number[];
}

export class ElementMatcher {
  readonly #preview: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #addresses = new Map<Element, Address>();
  #pollsLeft = maxPolls;

  constructor(still: HTMLElement, entry: HTMLElement) {
    this.#preview = still;
    this.#entry = entry;
  }

  /** Keeps the address of an element, as long as it stands where it does. */
  remember(element: Element): void {
    this.#addresses.set(element, this.#addressOf(element));
  }

  /** Undefined where there is none yet. */
  counterpartOf(element: Element): HTMLElement | undefined {
    const { id, childIndexes } = this.#addresses.get(element) ?? this.#addressOf(element);
    let at: Element | null | undefined = id ? this.#entry.querySelector(`#${CSS.escape(id)}`) : this.#entry;
    for (const index of childIndexes) at = at?.children[index];
    return (at as HTMLElement | null) ?? undefined;
  }

  /** Code of components may still be on its childIndexes. */
  async waitFor(element: Element): Promise<HTMLElement | undefined> {
    let found = this.counterpartOf(element);
    while (!found && this.#pollsLeft > 0) {
      this.#pollsLeft -= 1;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      found = this.counterpartOf(element);
    }
    return found;
  }

  /** From the next element with an id down to this one: places among the children. */
  #addressOf(element: Element): Address {
    const childIndexes: number[] = [];
    let at: Element = element;
    while (at !== this.#preview && !at.id && at.parentElement) {
      childIndexes.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
      at = at.parentElement;
    }
    return { id: at === this.#preview ? "" : at.id, childIndexes };
  }
}
