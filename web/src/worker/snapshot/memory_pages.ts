/** The pages of a memory: which of them a snapshot stores, and how they are restored. */

import { PAGE_BYTES, type PageRun, type Snapshot } from "./format";

/** Divides the non-zero pages of `memory` into those to store and those equal to `initial`. */
export function sortPages(memory: Uint8Array, initial: Uint8Array): { stored: PageRun[]; initial: PageRun[] } {
  const now = wordsOf(memory);
  const before = wordsOf(initial);
  const pages = { stored: [] as [number, number][], initial: [] as [number, number][] };
  for (let start = 0; start < now.length; start += PAGE_BYTES / 4) {
    let isKnown = true;
    let isEmpty = true;
    for (let at = start; at < start + PAGE_BYTES / 4; at++) {
      if (now[at] !== before[at]) isKnown = false;
      if (now[at] !== 0) isEmpty = false;
    }
    if (isKnown && !isEmpty) append(pages.initial, (start * 4) / PAGE_BYTES);
    if (!isKnown && !isEmpty) append(pages.stored, (start * 4) / PAGE_BYTES);
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

export function gatherPages(memory: Uint8Array, runs: readonly PageRun[]): Uint8Array {
  const pages = new Uint8Array(runs.reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES);
  let at = 0;
  for (const [first, count] of runs) {
    pages.set(memory.subarray(first * PAGE_BYTES, (first + count) * PAGE_BYTES), at);
    at += count * PAGE_BYTES;
  }
  return pages;
}

export function copyPages(memory: Uint8Array, { index, pages }: Snapshot): void {
  let at = 0;
  let end = 0;
  const runs = [...index.stored, ...index.initial.map(([first, count]) => [first, count, true] as const)];
  for (const [first, count, isThere] of runs.sort((a, b) => a[0] - b[0])) {
    memory.fill(0, end, first * PAGE_BYTES);
    end = (first + count) * PAGE_BYTES;
    if (isThere) continue;
    memory.set(pages.subarray(at, at + count * PAGE_BYTES), first * PAGE_BYTES);
    at += count * PAGE_BYTES;
  }
  memory.fill(0, end);
}
