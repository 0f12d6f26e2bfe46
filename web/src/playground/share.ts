/**
 * An app as the hash of an address, which no host ever sees:
 *
 *     #app=1.LENGTH.CHECK.CODE
 *
 * the version of this form; how many characters CODE has; a checksum of the content; `{"files": {path: text}}` as JSON,
 * compressed (DEFLATE) and in base64url. Numbers have the base 36. LENGTH tells a link that was cut off from one that is
 * damaged, and what mail programs append from what belongs to it.
 */

import { deflateSync, Inflate } from "fflate";
import type { Files } from "./config";
import { checkFiles } from "./files";

const key = "app=";
const version = 1;
const base = 36;
/** Of the JSON: more is no app that somebody has written here. */
const mostBytes = 4_000_000;

/** The link cannot be opened; the text says why, and what to do. */
export class LinkError extends Error {}

export function encodeApp(files: Files): string {
  const json = new TextEncoder().encode(JSON.stringify({ files }));
  const code = toBase64Url(deflateSync(json, { level: 9 }));
  return `${key}${version}.${code.length.toString(base)}.${checksum(json).toString(base)}.${code}`;
}

/** Whether a hash, with or without `#`, is that of an app. */
export function isApp(hash: string): boolean {
  return hash.replace(/^#/, "").startsWith(key);
}

/**
 * Returns the files of an app.
 *
 * @throws LinkError
 */
export function decodeApp(hash: string): Files {
  const text = cleaned(hash.replace(/^#/, "")).slice(key.length);
  const [found = "", length = "", check = "", code = ""] = text.split(".", 4);
  if (/^\d+$/.test(found) && Number(found) > version) {
    throw new LinkError(
      `This link was made by a newer playground (version ${found}; this one reads ${version}). Open it there, or ask for ` +
        "the files.",
    );
  }
  const count = /^[0-9a-z]+$/.test(length) ? Number.parseInt(length, base) : Number.NaN;
  if (found !== String(version) || !Number.isSafeInteger(count) || !/^[0-9a-z]+$/.test(check)) {
    const isCut = /^1(\.[0-9a-z]*){0,2}$/.test(text);
    throw new LinkError(isCut ? describeCut(0, undefined) : damaged);
  }
  if (code.length < count) throw new LinkError(describeCut(code.length, count));
  let json: Uint8Array;
  try {
    json = inflate(fromBase64Url(code.slice(0, count)));
  } catch {
    throw new LinkError(damaged);
  }
  if (checksum(json).toString(base) !== check) throw new LinkError(damaged);
  try {
    const { files } = JSON.parse(new TextDecoder().decode(json)) as { files: Record<string, unknown> };
    return checkFiles(files);
  } catch (error) {
    throw new LinkError(`The app in this link cannot be opened: ${error instanceof Error ? error.message : error}.`);
  }
}

const damaged =
  "This link is damaged: what it holds is not what was shared. Copy it again, as a whole, from where it came.";

function describeCut(has: number, of: number | undefined): string {
  const amount = of === undefined ? "" : ` (${has} of ${of} characters are there)`;
  return (
    `This link was cut off on its way${amount}. Mail programs do that to long lines. Ask for the link again, in a file or ` +
    "in a message that keeps lines."
  );
}

/** Without line breaks and escapes, which mail programs put in. */
function cleaned(text: string): string {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // A cut escape: it was none of ours.
  }
  return plain.replace(/\s+/g, "");
}

function inflate(packed: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  const stream = new Inflate((part, isLast) => {
    size += part.length;
    if (size > mostBytes) throw new Error("too large");
    parts.push(part);
    isWhole = isLast;
  });
  stream.push(packed, true);
  if (!isWhole) throw new Error("its end is missing");
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}

export function toBase64(bytes: Uint8Array): string {
  const step = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(text);
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[\w-]*$/.test(text)) throw new Error("not base64url");
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}
