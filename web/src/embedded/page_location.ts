/**
 * The address of a page as its app sees it. The file has one address, and cannot change its path; so the path and the
 * query of the app stand in the hash: `app.html#/reports/moons?x=1`. A hash that begins otherwise is the app's own.
 *
 * `window.location` cannot be replaced. Scripts of the site read this in its place (rewriting.ts).
 */

export class PageLocation {
  readonly #root: URL;
  #url: URL;

  /** `root`: address of the site's root. */
  constructor(root: string) {
    this.#root = new URL(root);
    this.#url = this.#read();
  }

  /** The address that the real one means. */
  #read(): URL {
    const { hash, search } = window.location;
    const path = hash.startsWith("#/") ? hash.slice(1) : `/${search}${hash}`;
    try {
      const url = new URL(`.${path}`, this.#root);
      return url.href.startsWith(this.#root.href) ? url : this.#root;
    } catch {
      return this.#root;
    }
  }

  /** The real address of one of the app. */
  realOf(url: URL): string {
    const [file = ""] = window.location.href.split("#");
    const path = url.href.slice(this.#root.href.length - 1);
    const isFile = path === `/${window.location.search}${url.hash}` && !url.hash.startsWith("#/");
    return isFile ? `${file}${url.hash}` : `${file}#${path}`;
  }

  /** Whether an address is one of the app. */
  isInside(url: URL): boolean {
    return url.href.startsWith(this.#root.href);
  }

  /** Begins to follow the real address, and to lead `history` there. */
  install(): void {
    // Before those of the app, which read the address.
    for (const type of ["popstate", "hashchange"]) addEventListener(type, () => this.#follow(), true);
    this.#hookHistory("pushState");
    this.#hookHistory("replaceState");
    const base: PropertyDescriptor = { configurable: true, get: () => this.href };
    Object.defineProperty(Node.prototype, "baseURI", base);
    for (const property of ["URL", "documentURI"]) Object.defineProperty(Document.prototype, property, base);
  }

  #follow(): void {
    this.#url = this.#read();
  }

  #hookHistory(name: "pushState" | "replaceState"): void {
    const native = History.prototype[name];
    const location = this;
    History.prototype[name] = function (state: unknown, unused: string, address?: string | URL | null): void {
      if (address === undefined || address === null) {
        native.call(this, state, unused);
        return;
      }
      const url = new URL(String(address), location.href);
      if (!location.isInside(url)) {
        const text = `history.${name}: ${url.href} is not an address of this app.`;
        throw new DOMException(text, "SecurityError");
      }
      try {
        native.call(this, state, unused, location.realOf(url));
      } catch {
        native.call(this, state, unused); // a frame whose address must not change
      }
      location.#url = url;
    };
  }

  get href(): string {
    return this.#url.href;
  }

  set href(address: string) {
    this.assign(address);
  }

  get origin(): string {
    return this.#url.origin;
  }

  get protocol(): string {
    return this.#url.protocol;
  }

  get host(): string {
    return this.#url.host;
  }

  get hostname(): string {
    return this.#url.hostname;
  }

  get port(): string {
    return this.#url.port;
  }

  get pathname(): string {
    return this.#url.pathname;
  }

  set pathname(path: string) {
    this.#change((url) => {
      url.pathname = path;
    });
  }

  get search(): string {
    return this.#url.search;
  }

  set search(query: string) {
    this.#change((url) => {
      url.search = query;
    });
  }

  get hash(): string {
    return this.#url.hash;
  }

  set hash(fragment: string) {
    this.#change((url) => {
      url.hash = fragment;
    });
  }

  #change(edit: (url: URL) => void): void {
    const url = new URL(this.#url);
    edit(url);
    this.assign(url.href);
  }

  /** Goes there as a browser does: to a fragment in the same page, else by loading the page anew. */
  assign(address: string | URL): void {
    this.#go(String(address), false);
  }

  replace(address: string | URL): void {
    this.#go(String(address), true);
  }

  #go(address: string, replaces: boolean): void {
    const url = new URL(address, this.href);
    if (!this.isInside(url)) {
      if (replaces) window.location.replace(url);
      else window.location.assign(url);
      return;
    }
    const isSamePage = url.pathname === this.pathname && url.search === this.search;
    if (isSamePage && url.hash) {
      // The browser tells popstate and hashchange itself.
      if (replaces) window.location.replace(this.realOf(url));
      else window.location.assign(this.realOf(url));
      scrollTo(url.hash);
      return;
    }
    if (replaces || isSamePage) history.replaceState(history.state, "", url);
    else history.pushState(null, "", url);
    window.location.reload();
  }

  reload(): void {
    window.location.reload();
  }

  toString(): string {
    return this.href;
  }
}

function scrollTo(hash: string): void {
  const id = decodeURIComponent(hash.slice(1));
  document.getElementById(id)?.scrollIntoView();
}
