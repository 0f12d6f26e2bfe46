/** The files of the app that is written, in the order of their tabs. */

import type { Files } from "./config";

export const entry = "app.py";
const mostFiles = 50;
const mostCharacters = 1_000_000;
const longestName = 80;
const form = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** Why a file cannot have this name; undefined if it can. */
export function nameProblem(name: string, others: readonly string[]): string | undefined {
  if (name === "") return "A file needs a name.";
  if (name.length > longestName) return `A name has at most ${longestName} characters.`;
  if (!form.test(name)) {
    return `${JSON.stringify(name)} cannot be a name: letters, digits, _ - and . can be in it, and / for folders.`;
  }
  const lower = name.toLowerCase();
  for (const other of others) {
    if (other.toLowerCase() === lower) return `There is a file ${other} already.`;
    const [short, long] = [lower, other.toLowerCase()].sort((a, b) => a.length - b.length) as [string, string];
    if (long.startsWith(`${short}/`)) return `${name} and ${other} cannot both be there: one is a folder of the other.`;
  }
  return undefined;
}

/**
 * Checks files that have come from elsewhere.
 *
 * @throws Error which says what is wrong with them.
 */
export function checkFiles(files: Readonly<Record<string, unknown>>): Files {
  const names = Object.keys(files);
  if (!names.includes(entry)) throw new Error(`it has no ${entry}`);
  if (names.length > mostFiles) throw new Error(`it has more than ${mostFiles} files`);
  let characters = 0;
  for (const [index, name] of names.entries()) {
    const text = files[name];
    const problem = nameProblem(name, names.slice(0, index));
    if (typeof text !== "string") throw new Error(`${name} is no text`);
    if (problem) throw new Error(problem);
    characters += text.length;
  }
  if (characters > mostCharacters) throw new Error(`it has more than ${mostCharacters} characters`);
  return files as Files;
}

export class FileSet {
  #texts: Map<string, string>;
  #active: string;

  constructor(files: Files) {
    this.#texts = ordered(checkFiles(files));
    this.#active = entry;
  }

  get names(): readonly string[] {
    return [...this.#texts.keys()];
  }

  get active(): string {
    return this.#active;
  }

  get all(): Files {
    return Object.fromEntries(this.#texts);
  }

  text(name: string): string {
    return this.#texts.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.#texts.has(name);
  }

  open(name: string): void {
    if (this.#texts.has(name)) this.#active = name;
  }

  change(name: string, text: string): void {
    if (this.#texts.has(name)) this.#texts.set(name, text);
  }

  /** Adds an empty file, and opens it. Returns why that cannot be. */
  add(name: string): string | undefined {
    const problem =
      this.#texts.size < mostFiles ? nameProblem(name, this.names) : `An app has at most ${mostFiles} files here.`;
    if (problem) return problem;
    this.#texts.set(name, "");
    this.#active = name;
    return undefined;
  }

  /** Returns why that cannot be. */
  rename(from: string, to: string): string | undefined {
    if (from === entry) return `${entry} is what is run: it keeps its name.`;
    if (from === to) return undefined;
    const problem = nameProblem(
      to,
      this.names.filter((name) => name !== from),
    );
    if (problem) return problem;
    this.#texts = new Map([...this.#texts].map(([name, text]) => [name === from ? to : name, text]));
    if (this.#active === from) this.#active = to;
    return undefined;
  }

  /** Returns why that cannot be. */
  remove(name: string): string | undefined {
    if (name === entry) return `${entry} is what is run: it cannot be removed.`;
    this.#texts.delete(name);
    if (this.#active === name) this.#active = entry;
    return undefined;
  }
}

/** `app.py` is the first one. */
function ordered(files: Files): Map<string, string> {
  const others = Object.entries(files).filter(([name]) => name !== entry);
  return new Map([[entry, files[entry] ?? ""], ...others]);
}
