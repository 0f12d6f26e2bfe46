/** Cookies and storage where the browser refuses them, as in a sandboxed frame: they last as long as the page. */

export function guardStorage(): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    if (canStore(name)) continue;
    const storage = new MemoryStorage();
    Object.defineProperty(window, name, { configurable: true, enumerable: true, get: () => storage });
  }
  if (!canKeepCookies()) keepCookiesInMemory();
}

function canStore(name: "localStorage" | "sessionStorage"): boolean {
  try {
    return window[name] !== null;
  } catch {
    return false;
  }
}

/** A page of file:// may set a cookie, but has none afterwards. */
function canKeepCookies(): boolean {
  const probe = "pyrt_probe";
  try {
    document.cookie = `${probe}=1`;
    const isKept = document.cookie.includes(probe);
    document.cookie = `${probe}=; Max-Age=0`;
    return isKept;
  } catch {
    return false;
  }
}

function keepCookiesInMemory(): void {
  const cookies = new Map<string, string>();
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true,
    enumerable: true,
    get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    set: (text: unknown) => {
      const [pair = "", ...attributes] = String(text).split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      if (isExpired(attributes)) cookies.delete(name);
      else cookies.set(name, pair.slice(at + 1).trim());
    },
  });
}

function isExpired(attributes: readonly string[]): boolean {
  for (const attribute of attributes) {
    const [name = "", value = ""] = attribute.split("=").map((part) => part.trim());
    if (/^max-age$/i.test(name)) return Number(value) <= 0;
    if (/^expires$/i.test(name)) return Date.parse(value) <= Date.now();
  }
  return false;
}

/** As the browser's, without items as properties. */
class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();
  [name: string]: unknown;

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(String(key)) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(String(key), String(value));
  }

  removeItem(key: string): void {
    this.#items.delete(String(key));
  }

  clear(): void {
    this.#items.clear();
  }
}
