/**
 * Files that come when something loads them. An element gets its address when the file is there; a request is made then.
 * Installed after those of embedded/, which answer what is there.
 */

import type { EmbeddedSite } from "../embedded/site";
import type { IndexedFile } from "./channel";

interface Accessor {
  get(this: unknown): string;
  set(this: unknown, value: string): void;
}

const elements = [
  ["HTMLScriptElement", "src"],
  ["HTMLLinkElement", "href"],
  ["HTMLImageElement", "src"],
] as const;

export class LateFiles {
  readonly #site: EmbeddedSite;
  readonly #ask: (name: string) => void;
  readonly #listed = new Map<string, IndexedFile>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(site: EmbeddedSite, ask: (name: string) => void) {
    this.#site = site;
    this.#ask = ask;
  }

  list(files: readonly IndexedFile[]): void {
    for (const file of files) this.#listed.set(file.name, file);
  }

  /** The content of a file has come; null: there is none. */
  receive(name: string, bytes: ArrayBuffer | null): void {
    this.#listed.delete(name);
    if (bytes) this.#site.archive.add({ name, size: bytes.byteLength }, new Uint8Array(bytes));
    for (const done of this.#waiting.get(name) ?? []) done();
    this.#waiting.delete(name);
  }

  /** The name of a file that an address means and that is not there; undefined if nothing has to be waited for. */
  missing(address: string): string | undefined {
    const path = this.#site.pathOf(address);
    if (path === undefined || this.#site.archive.has(path)) return undefined;
    return this.#listed.has(path) ? path : undefined;
  }

  /** Fulfilled when the file that an address means is there. */
  load(address: string): Promise<void> {
    const name = this.missing(address);
    if (name === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name);
      if (waiting) {
        waiting.push(resolve);
        return;
      }
      this.#waiting.set(name, [resolve]);
      this.#ask(name);
    });
  }

  install(): void {
    for (const [element, property] of elements) this.#hookProperty(element, property);
    this.#hookAttributes();
    this.#hookFetch();
    this.#hookXhr();
  }

  #hookProperty(element: (typeof elements)[number][0], property: string): void {
    const prototype = globalThis[element].prototype;
    const native = Object.getOwnPropertyDescriptor(prototype, property) as unknown as Accessor;
    const files = this;
    const pending = new WeakMap<object, string>();
    Object.defineProperty(prototype, property, {
      configurable: true,
      enumerable: true,
      get(this: object) {
        const address = pending.get(this);
        return address === undefined ? native.get.call(this) : (files.#site.resolve(address)?.href ?? address);
      },
      set(this: object, value: unknown) {
        const address = String(value);
        if (files.missing(address) === undefined) {
          pending.delete(this);
          native.set.call(this, address);
          return;
        }
        pending.set(this, address);
        void files.load(address).then(() => {
          if (pending.get(this) !== address) return;
          pending.delete(this);
          native.set.call(this, address);
        });
      },
    });
  }

  #hookAttributes(): void {
    const native = Element.prototype.setAttribute;
    const files = this;
    Element.prototype.setAttribute = function (name: string, value: string) {
      const isAddress = name === "src" || (name === "href" && this instanceof HTMLLinkElement);
      if (isAddress && files.missing(String(value)) !== undefined) {
        void files.load(String(value)).then(() => native.call(this, name, value));
      } else {
        native.call(this, name, value);
      }
    };
  }

  #hookFetch(): void {
    const native = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      await this.load(input instanceof Request ? input.url : String(input));
      return native(input, init);
    };
  }

  #hookXhr(): void {
    const files = this;
    window.XMLHttpRequest = class extends window.XMLHttpRequest {
      #address = "";

      override open(method: string, address: string | URL, ...rest: unknown[]): void {
        this.#address = String(address);
        (super.open as (...all: unknown[]) => void)(method, address, ...rest);
      }

      override send(body?: XMLHttpRequestBodyInit | Document | null): void {
        if (files.missing(this.#address) === undefined) super.send(body);
        else void files.load(this.#address).then(() => super.send(body));
      }
    };
  }
}
