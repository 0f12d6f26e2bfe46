/**
 * The record of a page's state in the browser's session storage, which a page that the browser has discarded finds when
 * it is loaded again. It exists only while the page is hidden: a page that is shown again goes on by itself.
 *
 *     hidden      written; also where the page is loaded in the background, and never shown
 *     frozen      written: callbacks have gone on while it was hidden
 *     shown       removed
 *     left        marked: a page that the user leaves or reloads starts anew, unless the browser says it was discarded
 *     loaded      read, and removed
 */

import { findPlace, isSingleFile } from "../browser/place";
import { isDictionary } from "../wire/json";
import type { SavedField } from "./fields";
import type { SavedEdits } from "./saved_state";

export interface StateRecord {
  readonly edits: SavedEdits;
  readonly fields: readonly SavedField[];
}

interface Stored extends StateRecord {
  readonly version: number;
  /** Whether the user has left the page. */
  readonly isLeft: boolean;
}

const version = 1;
/** Longest record, in characters; browsers allow about five million for a site. */
const maxLength = 2_000_000;

/** The record that this page is to continue from; undefined if the user has opened it anew. */
export function takeRecord(): StateRecord | undefined {
  const stored = parse(readStorage());
  removeRecord();
  if (stored?.version !== version || !isDictionary(stored.edits) || !Array.isArray(stored.fields)) return undefined;
  return stored.isLeft && !wasDiscarded() ? undefined : { edits: stored.edits, fields: stored.fields };
}

/** Keeps the record of this page up to date, from now on. `describe` returns the state of the moment. */
export function keepRecord(describe: () => StateRecord): void {
  let isLeft = false;
  const write = (): void => writeRecord(describe(), isLeft);
  const shown = (): void => {
    isLeft = false;
    removeRecord();
  };
  // A page that is left is hidden after `pagehide`.
  document.addEventListener("visibilitychange", () => (document.hidden ? write() : shown()));
  document.addEventListener("freeze", write);
  // The record that it continues from is taken, and what it has is all that another one would find.
  if (document.hidden) write();
  addEventListener("pagehide", () => {
    isLeft = true;
    write();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && shown());
}

function writeRecord({ edits, fields }: StateRecord, isLeft: boolean): void {
  if (Object.keys(edits).length === 0 && fields.length === 0) return;
  const stored: Stored = { version, isLeft, edits, fields };
  try {
    const text = JSON.stringify(stored);
    if (text.length <= maxLength) sessionStorage.setItem(key(), text);
  } catch {
    // Storage may be forbidden or full; then the state is not kept.
  }
}

function removeRecord(): void {
  try {
    sessionStorage.removeItem(key());
  } catch {
    // Storage may be forbidden.
  }
}

function readStorage(): string {
  try {
    return sessionStorage.getItem(key()) ?? "";
  } catch {
    return "";
  }
}

/** What is not JSON counts as absent. */
function parse(text: string): Partial<Stored> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isDictionary(value) ? (value as Partial<Stored>) : undefined;
  } catch {
    return undefined;
  }
}

function key(): string {
  const { pathname, search } = findPlace();
  return `pyrt.state:${isSingleFile() ? location.pathname : ""}${pathname}${search}`;
}

function wasDiscarded(): boolean {
  return (document as { wasDiscarded?: boolean }).wasDiscarded === true;
}
