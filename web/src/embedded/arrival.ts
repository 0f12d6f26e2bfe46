/**
 * The files of a page that stand in itself, each in a comment, while the browser reads it: a file is there when the
 * comment behind its own has come. Where the page was read in another encoding than its own, its bytes are read once
 * more at the end.
 */

import { translate } from "../browser/translation";
import type { Archive, EmbeddedFile } from "./archive";
import { textOfBytes } from "./text";

/** How the comment of a file begins; `escape` and `pack` of the builder write it (build/pyrt_build/single_file). */
const markOf = (number: number): string => `pyrt-file-${number}:`;
/** The comment behind all of them. */
const endMark = "pyrt-end";
const encoding = "windows-1252";
const mega = 1e6;

/**
 * Puts each file into the archive when it has come; the comments are taken out of the document, as they are not the
 * app's. Fulfilled when all are there.
 *
 * @throws Error if the page was cut off, or its bytes cannot be read again.
 */
export async function receiveFiles(archive: Archive): Promise<void> {
  const isReadable = document.characterSet.toLowerCase() === encoding || isGivenAsText();
  await new Reception(archive.files, (name, text) => isReadable && archive.put(name, text)).ended;
  if (isReadable) return;
  for (const [name, text] of await readOwnBytes(archive.files)) archive.put(name, text);
}

/** In `srcdoc` there is no encoding: whoever made that has read the file. */
function isGivenAsText(): boolean {
  return window.location.protocol === "about:";
}

class Reception {
  readonly ended: Promise<void>;
  readonly #files: readonly EmbeddedFile[];
  readonly #take: (name: string, text: () => string) => void;
  readonly #observer = new MutationObserver((records) => this.#look(records));
  /** How many files have come. */
  #count = 0;
  /** The comment of the next file, which may be cut off as long as none is behind it. */
  #last: Comment | undefined;

  constructor(files: readonly EmbeddedFile[], take: (name: string, text: () => string) => void) {
    this.#files = files;
    this.#take = take;
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    const here: Node[] = [];
    while (walker.nextNode()) here.push(walker.currentNode);
    for (const node of here) this.#see(node);
    this.#observer.observe(document, { childList: true, subtree: true });
    this.ended = documentRead().then(() => this.#end());
  }

  #look(records: readonly MutationRecord[]): void {
    for (const { addedNodes } of records) for (const node of addedNodes) this.#see(node);
  }

  #see(node: Node): void {
    if (!(node instanceof Comment)) return;
    const before = this.#last;
    const next = before ? this.#count + 1 : this.#count;
    if (!isMarked(node, next < this.#files.length ? markOf(next) : endMark)) return;
    this.#last = node;
    node.remove();
    const file = this.#files[this.#count];
    if (!before || !file) return;
    const mark = markOf(this.#count);
    this.#count = next;
    this.#take(file.name, () => before.data.slice(mark.length));
  }

  #end(): void {
    this.#look(this.#observer.takeRecords());
    this.#observer.disconnect();
    if (this.#count < this.#files.length) throw new Error(this.#describeCut());
  }

  #describeCut(): string {
    const sum = (files: readonly EmbeddedFile[]): number =>
      files.reduce((total, { size, packed = size }) => total + packed, 0);
    const last = this.#last?.length ?? 0;
    const arrived = ((sum(this.#files.slice(0, this.#count)) + last) / mega).toFixed(1);
    const all = (sum(this.#files) / mega).toFixed(1);
    return translate(
      "The file was cut off on its way: about {arrived} of {all} MB have arrived. Get it again, from where it came.",
      { arrived, all },
    );
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

/** Whether a comment begins so, without a copy of all of its text. */
function isMarked(comment: Comment, mark: string): boolean {
  return comment.length >= mark.length && comment.substringData(0, mark.length) === mark;
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
    const mark = `<!--${markOf(number)}`;
    const start = text.indexOf(mark) + mark.length;
    const content = text.slice(start, text.indexOf("-->", start));
    if (start < mark.length) throw new Error(`${reason} ${name} was not found in it.`);
    return [name, content];
  });
}
