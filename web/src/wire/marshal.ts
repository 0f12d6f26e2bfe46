/**
 * Large values for Python, in the format of its `marshal`: Python reads it several times as fast as JSON, and keeps the
 * bytes, of which it makes the values for each call.
 *
 * What is read has the values and the types that `json.loads` gives for the text of `JSON.stringify`. The codes that are
 * used here have been the same since Python 3.4.
 */

import type { Dictionary } from "./json";

const code = {
  none: 0x4e, // N
  true: 0x54, // T
  false: 0x46, // F
  int: 0x69, // i: 32 bits
  long: 0x6c, // l: digits of 15 bits
  float: 0x67, // g
  list: 0x5b, // [
  dict: 0x7b, // {
  end: 0x30, // 0: of a dict
  shortAscii: 0x7a, // z: the length has one byte
  ascii: 0x61, // a
  unicode: 0x75, // u: UTF-8, in which lone surrogates have three bytes
  reference: 0x72, // r: to what was marked before
  marked: 0x80, // with another code
};

/** Deeper values are left to JSON: Python reads these by recursion. */
const deepest = 200;
/** Longer texts are encoded by the browser. */
const shortText = 60;
/** Free bytes before a part is written: more than any takes but long texts. */
const room = 256;

const loneSurrogate = /\p{Surrogate}/u;
const utf8 = new TextEncoder();
const unfit = new Error("left to JSON");

/** The value as bytes; undefined for one that is left to JSON, which may say why it cannot be sent at all. */
export function toMarshal(value: object): ArrayBuffer | undefined {
  try {
    return new Writer().write(value);
  } catch {
    return undefined;
  }
}

class Writer {
  private bytes = new Uint8Array(0x10000);
  private view = new DataView(this.bytes.buffer);
  private size = 0;
  private readonly keys = new Map<string, number>();

  write(value: object): ArrayBuffer {
    this.value(asData(value, ""), 0);
    return this.bytes.buffer.slice(0, this.size);
  }

  /** Makes room for so many bytes more. */
  private reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const old = this.bytes;
    this.bytes = new Uint8Array(2 * old.length + count);
    this.bytes.set(old);
    this.view = new DataView(this.bytes.buffer);
  }

  /** `depth`: the number of lists and objects around it. */
  private value(value: unknown, depth: number): void {
    if (this.size + room > this.bytes.length) this.reserve(room);
    if (typeof value === "string") this.text(value, 0);
    else if (typeof value === "number") {
      if ((value | 0) === value) this.head(code.int, value);
      else this.number(value);
    } else if (typeof value === "boolean") this.bytes[this.size++] = value ? code.true : code.false;
    else if (typeof value === "object" && value !== null) {
      if (depth > deepest) throw unfit;
      if (Array.isArray(value)) this.list(value, depth + 1);
      else this.dict(value as Dictionary, depth + 1);
    } else if (typeof value === "bigint") throw unfit;
    else this.bytes[this.size++] = code.none;
  }

  private list(items: readonly unknown[], depth: number): void {
    this.head(code.list, items.length);
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      this.value(typeof item === "object" ? asData(item, index) : item, depth);
    }
  }

  private dict(value: Dictionary, depth: number): void {
    this.bytes[this.size++] = code.dict;
    for (const key of Object.keys(value)) {
      let item = value[key];
      if (typeof item === "object") item = asData(item, key);
      if (item === undefined || typeof item === "function" || typeof item === "symbol") continue;
      this.key(key);
      this.value(item, depth);
    }
    if (this.size === this.bytes.length) this.reserve(room);
    this.bytes[this.size++] = code.end;
  }

  /** Keys repeat: each is written once. */
  private key(key: string): void {
    if (this.size + room > this.bytes.length) this.reserve(room);
    const known = this.keys.get(key);
    if (known === undefined) {
      this.keys.set(key, this.keys.size);
      this.text(key, code.marked);
    } else this.head(code.reference, known);
  }

  /** A code and a number of 32 bits. */
  private head(kind: number, count: number): void {
    this.bytes[this.size] = kind;
    this.view.setInt32(this.size + 1, count, true);
    this.size += 5;
  }

  private number(value: number): void {
    if (!Number.isFinite(value)) this.bytes[this.size++] = code.none;
    else if (Number.isInteger(value) && Math.abs(value) < 1e21) this.long(value);
    else {
      this.bytes[this.size] = code.float;
      this.view.setFloat64(this.size + 1, value, true);
      this.size += 9;
    }
  }

  /** The digits are those that JSON prints: above 2^53 the number itself has others. */
  private long(value: number): void {
    const digits: number[] = [];
    let rest = Math.abs(value);
    if (Number.isSafeInteger(value)) for (; rest > 0; rest = Math.floor(rest / 0x8000)) digits.push(rest % 0x8000);
    else for (let exact = BigInt(String(rest)); exact > 0n; exact >>= 15n) digits.push(Number(exact & 0x7fffn));
    this.head(code.long, value < 0 ? -digits.length : digits.length);
    for (const digit of digits) {
      this.view.setUint16(this.size, digit, true);
      this.size += 2;
    }
  }

  private text(text: string, mark: number): void {
    if (text.length > shortText) {
      this.longText(text, mark);
      return;
    }
    const start = this.size + 2;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.unicode(text, mark);
        return;
      }
      this.bytes[start + index] = unit;
    }
    this.bytes[start - 2] = code.shortAscii | mark;
    this.bytes[start - 1] = text.length;
    this.size = start + text.length;
  }

  private longText(text: string, mark: number): void {
    const encoded = utf8.encode(text);
    const isAscii = encoded.length === text.length;
    if (!isAscii && loneSurrogate.test(text)) {
      this.unicode(text, mark);
      return;
    }
    this.reserve(encoded.length + room);
    this.head((isAscii ? code.ascii : code.unicode) | mark, encoded.length);
    this.bytes.set(encoded, this.size);
    this.size += encoded.length;
  }

  /** In UTF-8, also with lone surrogates, which a TextEncoder replaces. */
  private unicode(text: string, mark: number): void {
    this.reserve(3 * text.length + room);
    const start = this.size;
    this.size += 5;
    for (const character of text) this.point(character.codePointAt(0) as number);
    const end = this.size;
    this.size = start;
    this.head(code.unicode | mark, end - start - 5);
    this.size = end;
  }

  private point(point: number): void {
    if (point < 0x80) {
      this.bytes[this.size++] = point;
      return;
    }
    let shift = point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
    this.bytes[this.size++] = (0xff00 >> (shift / 6 + 1)) | (point >> shift);
    for (shift -= 6; shift >= 0; shift -= 6) this.bytes[this.size++] = 0x80 | ((point >> shift) & 0x3f);
  }
}

/** An object that JSON writes in another form (a date, a typed array, an instance of a class) in that form. */
function asData(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (typeof (value as Dictionary).toJSON !== "function" && (Array.isArray(value) || isPlain(value))) return value;
  return (JSON.parse(JSON.stringify({ [key]: value })) as Dictionary)[key];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
