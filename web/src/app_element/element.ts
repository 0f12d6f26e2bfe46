/** `<pyrt-app src="...">`: an app in a frame of any page (docs/embedding.md). The bundle must stay below 3 kB. */

import { embed } from "./embed";

export class PyrtApp extends HTMLElement {
  static readonly observedAttributes = ["src"];
  #remove: (() => void) | undefined;

  connectedCallback(): void {
    this.#remove = embed(this);
  }

  disconnectedCallback(): void {
    this.#remove?.();
    this.#remove = undefined;
  }

  /** Another app, in the same element. */
  attributeChangedCallback(): void {
    if (!this.#remove) return;
    this.#remove();
    this.#remove = embed(this);
  }
}
