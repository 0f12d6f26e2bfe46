// @vitest-environment node
/** Python reads from these bytes what it would read from JSON. The values of tests/protocol/values.json are read there, too. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import values from "../../../tests/protocol/values.json";
import { toMarshal } from "../../src/wire/marshal";

function base64(bytes: ArrayBuffer | undefined): string | undefined {
  return bytes && btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
}

it.each(values)("$name", ({ json, marshal }) => {
  expect(base64(toMarshal(JSON.parse(json)))).toBe(marshal);
});

class Point {
  x = 1;
  #hidden = 2;
  get sum(): number {
    return this.x + this.#hidden;
  }
}

const withProto: object = JSON.parse('{"__proto__": 1, "constructor": 2, "toJSON": 3}');

const inJson: [string, object][] = [
  [
    "what JSON does not know",
    { a: undefined, b: () => 1, c: Symbol("c"), d: Number.NaN, e: -Infinity, f: -0, g: [-0] },
  ],
  ["what JSON does not know, in a list", [undefined, () => 1, Symbol("c"), Number.NaN, Number.POSITIVE_INFINITY]],
  ["a list with holes", Object.assign([], { 5: "x" })],
  [
    "dates, and other objects with toJSON",
    { a: new Date(0), b: [new Date(Number.NaN)], c: { toJSON: (key: string) => key } },
  ],
  ["an entry whose toJSON gives nothing", { a: { toJSON: () => undefined }, b: [{ toJSON: () => undefined }] }],
  [
    "instances, boxed values, typed arrays, maps",
    [new Point(), Object(1), Object("s"), Uint8Array.of(1), new Map([[1, 2]])],
  ],
  ["objects without a prototype", Object.assign(Object.create(null), { a: 1 })],
  ["names that objects have", withProto],
  ["a date at the top", new Date(0)],
];

it.each(inJson)("has the form of JSON: %s", (_name, value) => {
  expect(base64(toMarshal(value))).toBe(base64(toMarshal(JSON.parse(JSON.stringify({ value })).value)));
});

const cyclic: unknown[] = [];
cyclic.push({ a: cyclic });
const deep = (levels: number): unknown[] => (levels === 0 ? [] : [deep(levels - 1)]);
const leftToJson: [string, object][] = [
  ["a value that contains itself", cyclic],
  ["a big integer", [1n]],
  ["a deep value", deep(300)],
  [
    "a getter that throws",
    {
      get a(): number {
        throw new Error("no");
      },
    },
  ],
];

it.each(leftToJson)("leaves to JSON: %s", (_name, value) => {
  expect(toMarshal(value)).toBeUndefined();
});

// The property: any value, read by Python from both forms, is the same to the types.

/** Numbers from 0 to 1 that are the same in each run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 12)) >>> 0) / 2 ** 32;
  };
}

const random = makeRandom(14);
const below = (count: number): number => Math.floor(random() * count);
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
const characters = [
  "a",
  "Z",
  "0",
  '"',
  "\\",
  "\0",
  "\x7f",
  "\x80",
  "é",
  "߿",
  "ࠀ",
  "€",
  "\ud83d",
  "\ude00",
  "😀",
  "\u2028",
];

function makeText(): string {
  const length = pick([0, 1, 3, 10, 59, 60, 61, 300]);
  const alphabet = pick([["a", "b"], characters]);
  return Array.from({ length }, () => pick(alphabet)).join("");
}

const edges = [
  0,
  1,
  -1,
  0x7fff,
  0x8000,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 60,
  1e20,
  1e21,
  1e300,
  5e-324,
  0.1,
];

function makeNumber(): number {
  const edge = pick(edges) * pick([1, -1]) + pick([0, 0, 1, -1]);
  return pick([edge, edge, below(100), random(), Number.NaN, Math.floor(random() * 2 ** 53), Number.POSITIVE_INFINITY]);
}

function makeValue(depth: number): unknown {
  const kind = below(depth > 4 ? 6 : 10);
  if (kind < 2) return makeNumber();
  if (kind < 4) return makeText();
  if (kind < 6) return pick([null, true, false, undefined]);
  if (kind < 8) return Array.from({ length: below(6) }, () => makeValue(depth + 1));
  return Object.fromEntries(Array.from({ length: below(6) }, () => [makeText(), makeValue(depth + 1)]));
}

const compare = `
import base64, json, marshal, sys

def exact(value):
    if type(value) is dict:
        return [(exact(key), exact(item)) for key, item in value.items()]
    return [exact(item) for item in value] if type(value) is list else (type(value), repr(value))

for line in sys.stdin:
    case = json.loads(line)
    read = marshal.loads(base64.b64decode(case["marshal"]))
    if exact(read) != exact(json.loads(case["json"])):
        print(ascii(read), "is not", case["json"])
`;

it("gives Python the values and the types of JSON, in the same order", () => {
  const cases = Array.from({ length: 2000 }, () => [makeValue(0), makeValue(0)]);
  const lines = cases.map((value) =>
    JSON.stringify({ json: JSON.stringify(value), marshal: base64(toMarshal(value)) }),
  );
  const { stdout, stderr, status } = spawnSync("python3", ["-c", compare], {
    input: lines.join("\n"),
    encoding: "utf8",
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
});
