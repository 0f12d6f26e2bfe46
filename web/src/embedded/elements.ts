/**
 * Elements that load files: where one gets an address of the site, the browser gets that of a blob, and whoever reads the
 * address back gets the site's. Bundles find their late chunks by the address of their script.
 */

import type { Addresses } from "./addresses";
import { rewriteLocation, rewriteStyle } from "./rewriting";

type Properties = readonly (readonly [element: string, property: string])[];

const addressProperties: Properties = [
  ["HTMLScriptElement", "src"],
  ["HTMLLinkElement", "href"],
  ["HTMLImageElement", "src"],
  ["HTMLSourceElement", "src"],
  ["HTMLMediaElement", "src"],
  ["HTMLVideoElement", "poster"],
  ["HTMLTrackElement", "src"],
  ["HTMLIFrameElement", "src"],
  ["HTMLEmbedElement", "src"],
  ["HTMLObjectElement", "data"],
  ["HTMLInputElement", "src"],
];
const setProperties: Properties = [
  ["HTMLImageElement", "srcset"],
  ["HTMLSourceElement", "srcset"],
];
const attributes: ReadonlySet<string> = new Set(["src", "href", "poster", "data", "xlink:href"]);
/** What of the CSS may name a file. */
const styleProperties = [
  "background",
  "backgroundImage",
  "borderImage",
  "borderImageSource",
  "content",
  "cursor",
  "listStyle",
  "listStyleImage",
  "mask",
  "maskImage",
];
/** An address that fails without a request, as there is no such blob; the browser's console shows its end. */
const missing = "blob:null/not-in-this-file/";
const isFile = /\.\w+$/;
const loadingHtml = /\b(?:src|srcset|poster|xlink:href)\s*=|<link\b|url\(/i;

interface Accessor {
  get(this: unknown): string;
  set(this: unknown, value: string): void;
}

export class ElementAddresses {
  readonly #site: Addresses;
  /** What was said in place of which a blob was given: element -> attribute -> address. */
  readonly #told = new WeakMap<object, Map<string, string>>();
  readonly #resolve: (address: string) => string;
  readonly #setAttribute = Element.prototype.setAttribute;

  /** `resolve` makes an address of the site absolute. */
  constructor(site: Addresses, resolve: (address: string) => string) {
    this.#site = site;
    this.#resolve = resolve;
  }

  install(): void {
    for (const [element, property] of addressProperties) this.#hookProperty(element, property, this.#swap);
    for (const [element, property] of setProperties) this.#hookProperty(element, property, this.#swapSet);
    this.#hookAttributes();
    this.#hookCopies();
    this.#hookHtml();
    this.#hookStyles();
    this.#hookInlineScripts();
  }

  /** The address of a blob in place of one of the site. */
  readonly #swap = (address: string): string => {
    if (address === "" || address.startsWith("#")) return address;
    const name = this.#site.nameOf(address);
    if (name !== undefined) return this.#site.blobOf(name);
    const path = this.#site.pathOf(address);
    return path !== undefined && isFile.test(path) ? `${missing}${path}` : address;
  };

  readonly #swapSet = (addresses: string): string =>
    addresses.replace(/(^|,\s*)([^\s,]+)/g, (_, before: string, address: string) => before + this.#swap(address));

  readonly #style = (text: string): string => (text.includes("url(") ? rewriteStyle(text, this.#site) : text);

  #tell(element: object, name: string, address: string, given: string): void {
    const told = this.#told.get(element) ?? new Map<string, string>();
    if (given === address) told.delete(name);
    else told.set(name, address);
    if (told.size > 0) this.#told.set(element, told);
  }

  #hookProperty(element: string, property: string, swap: (address: string) => string): void {
    const prototype = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[element]?.prototype;
    const native = prototype && (Object.getOwnPropertyDescriptor(prototype, property) as Accessor | undefined);
    if (!prototype || !native) return;
    const addresses = this;
    Object.defineProperty(prototype, property, {
      configurable: true,
      enumerable: true,
      get(this: object) {
        const told = addresses.#told.get(this)?.get(property);
        return told === undefined ? native.get.call(this) : addresses.#resolve(told);
      },
      set(this: object, value: unknown) {
        const address = String(value);
        const given = swap(address);
        addresses.#tell(this, property, address, given);
        native.set.call(this, given);
      },
    });
  }

  /** The value that the browser gets for an attribute. */
  #attribute(element: Element, name: string, value: string): string {
    if (name === "style") return this.#style(value);
    if (name === "srcset") return this.#swapSet(value);
    if (!attributes.has(name) || isLink(element)) return value;
    if (name === "data" && element.localName !== "object") return value;
    return this.#swap(value);
  }

  #hookAttributes(): void {
    const native = this.#setAttribute;
    const nativeNs = Element.prototype.setAttributeNS;
    const attribute = (element: Element, name: string, value: unknown): string => {
      const text = String(value);
      const given = this.#attribute(element, name, text);
      if (name !== "style") this.#tell(element, name, text, given);
      return given;
    };
    Element.prototype.setAttribute = function (name: string, value: string) {
      const key = String(name).toLowerCase();
      const isKnown = key === "style" || key === "srcset" || attributes.has(key);
      native.call(this, name, isKnown ? attribute(this, key, value) : value);
    };
    Element.prototype.setAttributeNS = function (namespace: string | null, name: string, value: string) {
      const isKnown = attributes.has(name) && !isLink(this);
      nativeNs.call(this, namespace, name, isKnown ? attribute(this, name, value) : value);
    };
  }

  /** Elements that a parser has made outside of the page: nothing of them has been loaded yet. */
  #hookCopies(): void {
    const addresses = this;
    const native = Document.prototype.importNode;
    Document.prototype.importNode = function <T extends Node>(node: T, deep?: boolean | ImportNodeOptions): T {
      const copy = native.call(this, node, deep as boolean) as T;
      if (copy instanceof Element) addresses.#fix(copy);
      if (copy instanceof Element || copy instanceof DocumentFragment) addresses.fixBelow(copy);
      return copy;
    };
  }

  /** Swaps the addresses in elements that load nothing yet. */
  fixBelow(root: ParentNode): void {
    for (const element of root.querySelectorAll("[src], [href], [poster], [srcset], [data], [style], style")) {
      this.#fix(element);
    }
  }

  #fix(element: Element): void {
    for (const { name, value } of [...element.attributes]) {
      const given = this.#attribute(element, name, value);
      if (given === value) continue;
      if (name !== "style") this.#tell(element, name, value, given);
      this.#setAttribute.call(element, name, given);
    }
    if (element.localName === "style" && element.textContent) element.textContent = this.#style(element.textContent);
  }

  #hookHtml(): void {
    const native = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML") as Accessor | undefined;
    if (!native) return;
    const fixed = (html: string): string => {
      const template = document.createElement("template");
      native.set.call(template, html);
      this.fixBelow(template.content);
      return native.get.call(template);
    };
    Object.defineProperty(Element.prototype, "innerHTML", {
      configurable: true,
      enumerable: true,
      get(this: Element) {
        return native.get.call(this);
      },
      set(this: Element, value: unknown) {
        const html = value === null ? "" : String(value);
        const isLoading = !(this instanceof HTMLTemplateElement) && loadingHtml.test(html);
        native.set.call(this, isLoading ? fixed(html) : html);
      },
    });
    const insert = Element.prototype.insertAdjacentHTML;
    Element.prototype.insertAdjacentHTML = function (position: InsertPosition, html: string) {
      insert.call(this, position, loadingHtml.test(html) ? fixed(html) : html);
    };
  }

  #hookStyles(): void {
    const style = this.#style;
    const properties = [...styleProperties, "cssText"];
    for (const property of properties) {
      const [owner, native] = findAccessor(CSSStyleDeclaration.prototype, document.documentElement.style, property);
      if (!owner || !native) continue;
      Object.defineProperty(owner, property, {
        configurable: true,
        enumerable: true,
        get(this: object) {
          return native.get.call(this);
        },
        set(this: object, value: unknown) {
          native.set.call(this, typeof value === "string" ? style(value) : (value as string));
        },
      });
    }
    const setProperty = CSSStyleDeclaration.prototype.setProperty;
    CSSStyleDeclaration.prototype.setProperty = function (name, value, priority) {
      setProperty.call(this, name, typeof value === "string" ? style(value) : value, priority);
    };
    const insertRule = CSSStyleSheet.prototype.insertRule;
    CSSStyleSheet.prototype.insertRule = function (rule, index) {
      return insertRule.call(this, style(rule), index);
    };
  }

  /** Scripts and styles whose text stands in the page. */
  #hookInlineScripts(): void {
    const rewrites = [
      [HTMLScriptElement.prototype, rewriteLocation],
      [HTMLStyleElement.prototype, this.#style],
    ] as const;
    const native = Object.getOwnPropertyDescriptor(Node.prototype, "textContent") as Accessor;
    for (const [prototype, rewrite] of rewrites) {
      Object.defineProperty(prototype, "textContent", {
        configurable: true,
        enumerable: true,
        get(this: object) {
          return native.get.call(this);
        },
        set(this: object, value: unknown) {
          native.set.call(this, typeof value === "string" ? rewrite(value) : (value as string));
        },
      });
    }
  }
}

/** What leads elsewhere when it is clicked; links.ts follows those. */
function isLink(element: Element): boolean {
  return element.localName === "a" || element.localName === "area";
}

/** Browsers have the properties of CSS on different objects of the chain. */
function findAccessor(
  fallback: object,
  style: CSSStyleDeclaration,
  property: string,
): [owner: object | undefined, accessor: Accessor | undefined] {
  for (let owner: object | null = style; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const found = Object.getOwnPropertyDescriptor(owner, property);
    if (found?.set && found.get) return [owner === style ? fallback : owner, found as unknown as Accessor];
  }
  return [undefined, undefined];
}
