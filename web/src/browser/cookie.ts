/** The cookies of the page. Some browsers and sandboxed frames throw at each access: then there are none. */

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
