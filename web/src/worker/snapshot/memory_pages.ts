/** The pages of a memory: which of them a snapshot stores, and how they are restored. */

import { PAGE_BYTES, type PageRun, type Snapshot, type SnapshotIndex } from "./format";

interface StoredPages {
  readonly index: Pick<SnapshotIndex, "stored" | "changed">;
  readonly pages: Uint8Array;
}

interface SortedPages {
  readonly stored: readonly PageRun[];
  readonly changed: readonly PageRun[];
  readonly initial: readonly PageRun[];
}

/**
 * Divides the non-zero pages of `memory` into those to store and those equal to `initial`. Of those to store, the ones
 * that are not empty in `initial` and end before `dataEnd` are `changed`.
 */
export function sortPages(memory: Uint8Array, initial: Uint8Array, dataEnd: number): SortedPages {
  const now = wordsOf(memory);
  const before = wordsOf(initial);
  const pages = {
    stored: [] as [number, number][],
    changed: [] as [number, number][],
    initial: [] as [number, number][],
  };
  for (let start = 0; start < now.length; start += PAGE_BYTES / 4) {
    let isKnown = true;
    let isEmpty = true;
    let wasEmpty = true;
    for (let at = start; at < start + PAGE_BYTES / 4; at++) {
      if (now[at] !== before[at]) isKnown = false;
      if (now[at] !== 0) isEmpty = false;
      if (before[at] !== 0) wasEmpty = false;
    }
    if (isEmpty) continue;
    const isData = !wasEmpty && start * 4 + PAGE_BYTES <= dataEnd;
    append(isKnown ? pages.initial : isData ? pages.changed : pages.stored, (start * 4) / PAGE_BYTES);
  }
  return pages;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function append(runs: [number, number][], page: number): void {
  const last = runs.at(-1);
  if (last && last[0] + last[1] === page) last[1]++;
  else runs.push([page, 1]);
}

/** The bytes of the pages that a snapshot stores, in the order of its file. */
export function gatherPages(memory: Uint8Array, initial: Uint8Array, { stored, changed }: SortedPages): Uint8Array {
  const runs = [...stored, ...changed];
  const pages = new Uint8Array(runs.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES);
  let at = 0;
  for (const [first, count] of runs) {
    pages.set(memory.subarray(first * PAGE_BYTES, (first + count) * PAGE_BYTES), at);
    at += count * PAGE_BYTES;
  }
  mixWithData({ index: { stored, changed }, pages }, initial);
  return pages;
}

/**
 * Turns the bytes of changed pages into how they differ from `data`, the memory after instantiating the main module;
 * and back.
 */
export function mixWithData({ index, pages }: StoredPages, data: Uint8Array): void {
  let at = index.stored.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES;
  for (const [first, count] of index.changed) {
    const end = (first + count) * PAGE_BYTES;
    for (let from = first * PAGE_BYTES; from < end; from++, at++) pages[at] = (pages[at] ?? 0) ^ (data[from] ?? 0);
  }
}

/** [first byte, byte after the last] */
export type ByteRange = readonly [start: number, end: number];

/**
 * Makes `memory` the one of the snapshot, whose pages are complete (`mixWithData`). `written` says where there may be something in it already; elsewhere it is
 * zero. A page that was never written takes no room, and shall not be written for nothing.
 */
export function copyPages(memory: Uint8Array, { index, pages }: Snapshot, written: readonly ByteRange[]): void {
  const kept = new Uint8Array(memory.length / PAGE_BYTES);
  const copied = [...index.stored, ...index.changed];
  for (const [first, count] of [...copied, ...index.initial]) kept.fill(1, first, first + count);
  const words = wordsOf(memory);
  for (const [start, end] of written) {
    for (let page = Math.floor(start / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
      if (!kept[page]) clearPage(words, page);
    }
  }
  let at = 0;
  for (const [first, count] of copied) {
    memory.set(pages.subarray(at, at + count * PAGE_BYTES), first * PAGE_BYTES);
    at += count * PAGE_BYTES;
  }
}

/** Writes only if something is there: reading a page does not make it take room. */
function clearPage(words: Uint32Array, page: number): void {
  const start = (page * PAGE_BYTES) / 4;
  const end = start + PAGE_BYTES / 4;
  for (let at = start; at < end; at++) {
    if (words[at] !== 0) {
      words.fill(0, at, end);
      return;
    }
  }
}
