/**
 * The large values in messages of the page: they travel beside the text, in the format of Python's `marshal`, and
 * `{_pyrt_packed: n}` stands in their place (docs/wire.md).
 */

import type { Dictionary } from "./json";
import { toMarshal } from "./marshal";
import type { PageMessage } from "./messages";

/** From so many parts on, a value is packed; for smaller ones, JSON is as fast. */
const largeParts = 1000;
/** So many characters count as one part. */
const partLength = 32;
const mark = "_pyrt_packed";

/** The messages with references to their large values, which are added to `buffers`. */
export function packMessages<M extends { readonly type: string }>(messages: readonly M[], buffers: ArrayBuffer[]): M[] {
  return messages.map((message) => packMessage(message as unknown as PageMessage, buffers) as unknown as M);
}

function packMessage(message: PageMessage, buffers: ArrayBuffer[]): PageMessage {
  if (message.type === "SetProps") {
    const changes = message.changes.map((change) => ({ ...change, props: packAll(change.props, buffers) }));
    return { ...message, changes };
  }
  if ((message.type === "LocalRun" || message.type === "ClientsideResult") && message.values) {
    return { ...message, values: message.values.map((entry) => packAll(entry, buffers)) };
  }
  return message;
}

function packAll<T extends object>(values: T, buffers: ArrayBuffer[]): T {
  const entries = Object.entries(values).map(([key, value]) => [key, pack(value, buffers)]);
  return Object.fromEntries(entries) as T;
}

function pack(value: unknown, buffers: ArrayBuffer[]): unknown {
  const packed = shouldPack(value) ? toMarshal(value) : undefined;
  return packed ? { [mark]: buffers.push(packed) - 1 } : value;
}

/** Python looks into patches, which are left as they are; what looks like a reference is packed. */
function shouldPack(value: unknown): value is object {
  if (typeof value !== "object" || value === null || "__dash_patch_update" in value) return false;
  return mark in value || countParts(value, 0) >= largeParts;
}

/** Adds the parts of a value to `count`; ends when there are enough. */
function countParts(value: unknown, count: number): number {
  if (typeof value === "string") return count + 1 + value.length / partLength;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return count + 1;
  let counted = count + 1;
  for (const item of Array.isArray(value) ? value : Object.values(value as Dictionary)) {
    counted = countParts(item, counted);
    if (counted >= largeParts) break;
  }
  return counted;
}
