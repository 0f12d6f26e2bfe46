/**
 * The files of a page that stand in itself, while the browser reads it: each is there when the element behind its own
 * has come. Where the page was read in another encoding than its own, its bytes are read once more at the end.
 */

import type { Archive, EmbeddedFile, Text } from "./archive";
import { textOfBytes } from "./text";

const contentId = (number: number): string => `pyrt-file-${number}`;
/** The last element of the page. */
const endId = "pyrt-end";
const encoding = "windows-1252";
const mega = 1e6;

/**
 * Puts each file into the archive when it has come; the elements are taken out of the document, as they are not the
 * app's. Fulfilled when all are there.
 *
 * @throws Error if the page was cut off, or its bytes cannot be read again.
 */
export async function receiveFiles(archive: Archive): Promise<void> {
  const isReadable = document.characterSet.toLowerCase() === encoding || isGivenAsText();
  await new Reception(archive.files, (name, text) => isReadable && archive.put(name, text)).ended;
  if (isReadable) return;
  for (const [name, text] of await readOwnBytes(archive.files)) archive.put(name, () => [text]);
}

/** In `srcdoc` there is no encoding: whoever made that has read the file. */
function isGivenAsText(): boolean {
  return window.location.protocol === "about:";
}

class Reception {
  readonly ended: Promise<void>;
  readonly #files: readonly EmbeddedFile[];
  readonly #take: (name: string, text: () => Text) => void;
  readonly #observer = new MutationObserver(() => this.#look());
  /** How many files have come. */
  #count = 0;

  constructor(files: readonly EmbeddedFile[], take: (name: string, text: () => Text) => void) {
    this.#files = files;
    this.#take = take;
    this.#observer.observe(document, { childList: true, subtree: true });
    this.ended = documentRead().then(() => this.#end());
  }

  #look(): void {
    for (;;) {
      const file = this.#files[this.#count];
      const element = document.getElementById(contentId(this.#count));
      if (!file || !element || !document.getElementById(this.#idAfter(this.#count))) return;
      element.remove();
      this.#count += 1;
      this.#take(file.name, () => piecesOf(element));
    }
  }

  #idAfter(number: number): string {
    return number + 1 < this.#files.length ? contentId(number + 1) : endId;
  }

  #end(): void {
    this.#look();
    this.#observer.disconnect();
    if (this.#count < this.#files.length) throw new Error(this.#describeCut());
    document.getElementById(endId)?.remove();
  }

  #describeCut(): string {
    const sum = (files: readonly EmbeddedFile[]): number =>
      files.reduce((total, { size, packed = size }) => total + packed, 0);
    const last = document.getElementById(contentId(this.#count))?.textContent?.length ?? 0;
    const arrived = ((sum(this.#files.slice(0, this.#count)) + last) / mega).toFixed(1);
    const all = (sum(this.#files) / mega).toFixed(1);
    return `The file was cut off on its way: about ${arrived} of ${all} MB have arrived. Get it again, from where it came.`;
  }
}

/** Fulfilled when the browser has read all of the page; the event may come again, from the page's own script. */
function documentRead(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.readyState === "loading") return;
      document.removeEventListener("DOMContentLoaded", look);
      resolve();
    };
    document.addEventListener("DOMContentLoaded", look);
    look();
  });
}

/** The text of an element, without a copy of all of it: the browser keeps a long one in pieces. */
function piecesOf(element: HTMLElement): Text {
  return Array.from(element.childNodes, (node) => node.nodeValue ?? "");
}

/** The host has named another encoding: the bytes are read once more, as they are. */
async function readOwnBytes(files: readonly EmbeddedFile[]): Promise<[name: string, text: string][]> {
  const [address = ""] = window.location.href.split("#");
  const reason = `The host says that this file is ${document.characterSet}; it must say ${encoding}, or nothing.`;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new Error(`${reason} The file could not be read again (${String(error)}).`);
  }
  const text = textOfBytes(new Uint8Array(await response.arrayBuffer()));
  return files.map(({ name }, number) => {
    const mark = `id="${contentId(number)}">`;
    const start = text.indexOf(mark) + mark.length;
    const content = text.slice(start, text.indexOf("</", start));
    if (start < mark.length) throw new Error(`${reason} ${name} was not found in it.`);
    return [name, content];
  });
}
