/**
 * Versions of Python packages and what requirements say of them: PEP 440 and PEP 508, as far as wheels on an index use
 * them. The builder has the whole of it (packaging).
 */

export interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** `["a", 1]`, `["b", 1]`, `["rc", 1]`. */
  readonly pre: readonly [string, number] | undefined;
  readonly post: number | undefined;
  readonly dev: number | undefined;
}

const form =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$/;
const preNames: Readonly<Record<string, string>> = { alpha: "a", beta: "b", c: "rc", pre: "rc", preview: "rc" };

export function parseVersion(text: string): Version | undefined {
  const found = form.exec(text.trim().toLowerCase());
  if (!found) return undefined;
  const [, epoch, release = "", pre, preNumber, post, namedPost, dev] = found;
  const count = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits));
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    pre: pre === undefined ? undefined : [preNames[pre] ?? pre, Number(preNumber)],
    post: count(post) ?? count(namedPost),
    dev: count(dev),
  };
}

export const isPrerelease = ({ pre, dev }: Version): boolean => pre !== undefined || dev !== undefined;

export function compareVersions(one: Version, other: Version): number {
  return one.epoch - other.epoch || compareLists(one.release, other.release) || compareLists(phase(one), phase(other));
}

/** 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1. */
function phase({ pre, post, dev }: Version): number[] {
  const kind = pre ? ["a", "b", "rc"].indexOf(pre[0]) : dev !== undefined && post === undefined ? -1 : 3;
  return [kind, pre?.[1] ?? 0, post ?? -1, dev ?? Number.POSITIVE_INFINITY];
}

/** Missing numbers count as 0. */
function compareLists(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [a, b] = [one[at] ?? 0, other[at] ?? 0];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

/** Whether a version is one of `>=1.2, <2`; an empty text is every version. */
export function satisfies(version: Version, specifiers: string): boolean {
  return specifiers
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .every((each) => satisfiesOne(version, each));
}

function satisfiesOne(version: Version, specifier: string): boolean {
  const [, operator = "", text = ""] = /^(===|~=|[=!<>]=|[<>])\s*(.+)$/.exec(specifier) ?? [];
  const isPrefix = text.endsWith(".*");
  const wanted = parseVersion(isPrefix ? text.slice(0, -2) : text);
  if (!wanted) return false;
  const order = compareVersions(version, wanted);
  const begins = (length: number): boolean =>
    version.epoch === wanted.epoch &&
    wanted.release.slice(0, length).every((part, at) => part === (version.release[at] ?? 0));
  switch (operator) {
    case "==":
    case "===":
      return isPrefix ? begins(wanted.release.length) : order === 0;
    case "!=":
      return isPrefix ? !begins(wanted.release.length) : order !== 0;
    case "~=":
      return order >= 0 && begins(wanted.release.length - 1);
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0 && !(version.post !== undefined && wanted.post === undefined && begins(version.release.length));
    case "<":
      return order < 0 && !(isPrerelease(version) && !isPrerelease(wanted) && begins(version.release.length));
    default:
      return false;
  }
}

export interface Requirement {
  /** Normalized. */
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifiers: string;
  readonly marker: string;
}

export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** Undefined for an address in place of a version. */
export function parseRequirement(text: string): Requirement | undefined {
  const [requirement = "", ...marker] = text.split(";");
  const found = /^\s*([\w.-]+)\s*(?:\[([^\]]*)\])?\s*\(?([^()@]*)\)?\s*$/.exec(requirement);
  if (!found) return undefined;
  const [, name = "", extras = "", specifiers = ""] = found;
  const names = extras.split(",").map((each) => normalizeName(each.trim()));
  return {
    name: normalizeName(name),
    extras: names.filter((each) => each !== ""),
    specifiers: specifiers.trim(),
    marker: marker.join(";").trim(),
  };
}

type Values = Readonly<Record<string, string>>;

/**
 * Whether a marker holds: `python_version < "3.9" and extra == "all"`.
 *
 * @throws Error if it is none.
 */
export function holds(marker: string, values: Values): boolean {
  const tokens = marker.match(/"[^"]*"|'[^']*'|[()]|[<>=!~]=?=?|[\w.]+/g) ?? [];
  let at = 0;
  const value = (): string => {
    const token = tokens[at++] ?? "";
    if (/^["']/.test(token)) return token.slice(1, -1);
    if (!(token in values)) throw new Error(`${JSON.stringify(marker)} is no marker`);
    return values[token] ?? "";
  };
  const comparison = (): boolean => {
    if (tokens[at] === "(") {
      at += 1;
      const inner = either();
      at += 1;
      return inner;
    }
    const left = value();
    let operator = tokens[at++] ?? "";
    if (operator === "not") operator = `not ${tokens[at++]}`;
    const right = value();
    if (operator === "in") return right.includes(left);
    if (operator === "not in") return !right.includes(left);
    const version = parseVersion(left);
    if (version && parseVersion(right.replace(/\.\*$/, ""))) return satisfies(version, `${operator}${right}`);
    return operator === "==" ? left === right : operator === "!=" && left !== right;
  };
  const both = (): boolean => {
    let result = comparison();
    while (tokens[at] === "and") {
      at += 1;
      result = comparison() && result;
    }
    return result;
  };
  const either = (): boolean => {
    let result = both();
    while (tokens[at] === "or") {
      at += 1;
      result = both() || result;
    }
    return result;
  };
  return marker === "" || either();
}
