/** Plain values of messages and props: type guards, comparison, and reading or replacing a value at a path. */

export type Dictionary = { readonly [key: string]: unknown };
export type Path = readonly (string | number)[];

export function isDictionary(value: unknown): value is Dictionary {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of plain values. NaN equals itself; typed arrays are compared by identity only. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => areEqual(item, right[index]))
    );
  }
  if (!isPlain(left) || !isPlain(right)) return left === 0 && right === 0;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key], right[key]))
  );
}

function isPlain(value: unknown): value is Dictionary {
  return isDictionary(value) && !ArrayBuffer.isView(value);
}

/** The value at `path`, or undefined if a step of it is missing. */
export function getAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/**
 * A copy of `root` with `value` at `path`. Only the containers along the path are copied, so that everything else
 * keeps its identity (React and dcc.Graph compare by it). Missing containers are created: a list if the step into it
 * is an integer, else a dictionary.
 */
export function setAt(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const copy = copyContainer(root, step);
  copy[step] = rest.length === 0 ? value : setAt(copy[step], rest, value);
  return copy;
}

/** A copy of `root` without the entry at `path`; `root` itself if there is no such entry. */
export function removeAt(root: unknown, path: Path): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parentPath = path.slice(0, -1);
  const parent = getAt(root, parentPath);
  if (typeof parent !== "object" || parent === null || !(last in parent)) return root;
  const copy = copyContainer(parent, last);
  if (Array.isArray(copy)) copy.splice(Number(last), 1);
  else delete copy[last];
  return setAt(root, parentPath, copy);
}

function copyContainer(value: unknown, step: string | number): Record<string | number, unknown> {
  const copy: unknown = Array.isArray(value)
    ? value.slice()
    : typeof value === "object" && value !== null
      ? { ...value }
      : typeof step === "number"
        ? []
        : {};
  return copy as Record<string | number, unknown>;
}
