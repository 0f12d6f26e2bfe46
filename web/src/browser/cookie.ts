/** The cookies of the page. Some browsers and sandboxed frames throw at each access: then there are none. */

/** What tells that the browser has changed them. Not in all browsers, and in secure pages only. */
type CookieStore = Pick<EventTarget, "addEventListener">;

export function readCookie(): string {
  try {
    return document.cookie;
  } catch {
    return "";
  }
}

/** @param text a whole cookie, as for `document.cookie`. */
export function writeCookie(text: string): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the text is a whole cookie already, and must be set in order
    document.cookie = text;
  } catch {
    console.warn("pyrt: this browser keeps no cookies of this page.");
  }
}

/**
 * Returns what reads the cookies. To ask the browser takes as long as a tenth of a callback's call, so it is not asked
 * again as long as there is none: one can only come by `document.cookie`, which is watched, or is told by the browser.
 * (One that is there may also expire, which is not told.)
 */
export function watchCookie(): () => string {
  const { cookieStore } = globalThis as { cookieStore?: CookieStore };
  const accessor = accessorOf(document);
  if (!cookieStore || !accessor?.set) return readCookie;
  const { get, set } = accessor;
  let hasNone = false;
  const added = (): void => {
    hasNone = false;
  };
  try {
    cookieStore.addEventListener("change", added);
    Object.defineProperty(document, "cookie", {
      configurable: true,
      enumerable: true,
      get: () => get?.call(document) as string,
      set(text: string) {
        set.call(document, text);
        added();
      },
    });
  } catch {
    return readCookie;
  }
  return () => {
    if (hasNone) return "";
    const cookie = readCookie();
    hasNone = cookie === "";
    return cookie;
  };
}

function accessorOf(document: Document): PropertyDescriptor | undefined {
  for (let owner: object | null = document; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const found = Object.getOwnPropertyDescriptor(owner, "cookie");
    if (found) return found;
  }
  return undefined;
}
