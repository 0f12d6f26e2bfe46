/**
 * Texts that are in the app's fields and in no prop yet: components with `debounce` report a text when the field is left,
 * and an input method when a word is done.
 */

import { addressOf, type ElementAddress, elementAt } from "./element_address";

type Field = HTMLInputElement | HTMLTextAreaElement;

export interface SavedField extends ElementAddress {
  /** `input text`, `textarea`. */
  readonly kind: string;
  readonly text: string;
  readonly hasFocus: boolean;
}

/** Types of fields whose text is never kept, or that have none. */
const otherTypes = /^(password|hidden|file|checkbox|radio|button|submit|reset|image|range|color)$/;

export class TypedFields {
  readonly #root: HTMLElement;
  /** The fields that the user has typed into. */
  readonly #fields = new Set<Field>();
  #restoring: readonly SavedField[];

  /** `restoring`: the texts of the page that this one continues. */
  constructor(root: HTMLElement, restoring: readonly SavedField[] = []) {
    this.#root = root;
    this.#restoring = restoring;
    root.addEventListener("input", ({ target }) => isField(target) && this.#fields.add(target), true);
  }

  get saved(): SavedField[] {
    const typed = [...this.#fields].filter((field) => this.#root.contains(field));
    const own = typed.map((field) => ({
      ...addressOf(field, this.#root),
      kind: kindOf(field),
      text: field.value,
      hasFocus: field === document.activeElement,
    }));
    return [...this.#restoring, ...own];
  }

  /** Types the texts again, where the user has typed nothing yet. Call this when the app's start is over. */
  restore(): void {
    const restoring = this.#restoring;
    this.#restoring = [];
    for (const each of restoring) {
      const field = elementAt(each, this.#root);
      if (!isField(field) || kindOf(field) !== each.kind || this.#fields.has(field)) continue;
      if (field.value !== each.text) type(field, each.text);
      const { activeElement, body } = document;
      if (each.hasFocus && (activeElement ?? body) === body) field.focus({ preventScroll: true });
    }
  }
}

function isField(element: unknown): element is Field {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !otherTypes.test(element.type);
}

function kindOf(field: Field): string {
  return field instanceof HTMLInputElement ? `input ${field.type}` : "textarea";
}

/** Sets the text past the setter that React has put on the element, so that React hears of it. */
function type(field: Field, text: string): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, text);
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}
