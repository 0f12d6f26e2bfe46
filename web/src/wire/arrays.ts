/**
 * Numeric arrays of figures. They travel as bytes, and plotly.js plots them as typed arrays. Everything else that looks
 * at a figure (clientside callbacks, Python) gets them in the form that Dash sends: a typed array specification of
 * plotly, or a list.
 */

import { type Dictionary, isDictionary } from "./json";

const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

type ArrayName = keyof typeof arrayTypes;
type NumberArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

/** What a typed array, or a list of typed rows, was made from. */
interface Source {
  readonly flat: NumberArray;
  readonly dtype: ArrayName;
  readonly shape: readonly number[];
  readonly isList: boolean;
}

const sources = new WeakMap<object, Source>();

/** plotly's short names of types. */
const shortNames: Readonly<Record<ArrayName, string>> = {
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  float32: "f4",
  float64: "f8",
};

/** The array for a reference `{_pyrt_buffer, dtype, shape?, list?}`; other values as they are. */
export function reviveArray(value: unknown, buffers: readonly ArrayBuffer[]): unknown {
  if (!isDictionary(value) || typeof value._pyrt_buffer !== "number") return value;
  const buffer = buffers[value._pyrt_buffer];
  const dtype = value.dtype as ArrayName;
  const ArrayType = arrayTypes[dtype];
  if (buffer === undefined || ArrayType === undefined) {
    throw new TypeError(`The worker sent an array of unknown kind: ${JSON.stringify(value)}`);
  }
  const flat = new ArrayType(buffer);
  const shape = (value.shape as number[] | undefined) ?? [flat.length];
  const array = toRows(flat, shape);
  sources.set(array, { flat, dtype, shape, isList: value.list === true });
  return Object.defineProperty(array, "toJSON", formForJson);
}

/** The reference for an array that was revived, after its bytes were added to `buffers`; undefined for other values. */
export function describeArray(value: unknown, buffers: string[]): Dictionary | undefined {
  const source = typeof value === "object" && value !== null ? sources.get(value) : undefined;
  if (!source) return undefined;
  buffers.push(toBase64(source.flat));
  const { dtype, shape, isList } = source;
  return { _pyrt_buffer: buffers.length - 1, dtype, shape, ...(isList ? { list: true } : {}) };
}

/** The same value with its arrays in Dash's form. Parts without arrays are not copied. */
export function inDashForm(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (sources.has(value)) return toDashForm(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as NumberArray); // made by plotly.js
  if (Array.isArray(value)) {
    if (typeof value[0] !== "object") return value; // data, which may be long
    const items = value.map(inDashForm);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlain(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const converted = inDashForm(item);
    if (converted === item) continue;
    copy ??= { ...value };
    copy[key] = converted;
  }
  return copy ?? value;
}

/** plotly.js takes a matrix as a list of typed rows; these are views, nothing is copied. */
function toRows(flat: NumberArray, shape: readonly number[]): object {
  const [rows, ...inner] = shape;
  if (rows === undefined || inner.length === 0) return flat;
  const size = inner.reduce((product, length) => product * length, 1);
  return Array.from({ length: rows }, (_, row) => toRows(flat.subarray(row * size, (row + 1) * size), inner));
}

const formForJson: PropertyDescriptor = {
  value(this: object): unknown {
    return toDashForm(this);
  },
};

function toDashForm(array: object): unknown {
  const { flat, dtype, shape, isList } = sources.get(array) as Source;
  if (isList) return toLists(flat, shape);
  const spec = { dtype: shortNames[dtype], bdata: toBase64(flat) };
  return shape.length > 1 ? { ...spec, shape: shape.join(", ") } : spec;
}

/** A list, or lists of lists. What JSON cannot write is null, as in Dash. */
function toLists(flat: NumberArray, [length, ...inner]: readonly number[]): unknown[] {
  if (inner.length === 0) return Array.from(flat, (item) => (Number.isFinite(item) ? item : null));
  const size = flat.length / (length || 1);
  return Array.from({ length: length ?? 0 }, (_, row) => toLists(flat.subarray(row * size, (row + 1) * size), inner));
}

const chunkBytes = 0x8000;

function toBase64({ buffer, byteOffset, byteLength }: NumberArray): string {
  const parts: string[] = [];
  for (let start = 0; start < byteLength; start += chunkBytes) {
    const size = Math.min(chunkBytes, byteLength - start);
    parts.push(String.fromCharCode(...new Uint8Array(buffer, byteOffset + start, size)));
  }
  return btoa(parts.join(""));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
