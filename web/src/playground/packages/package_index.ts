/**
 * Packages from an index (PEP 503, PEP 691) that the playground's owner has named, for what the site does not have. Only
 * wheels without compiled code; the newest release that all requirements allow. As in the builder, nothing is looked for
 * under the name of a module: anybody may have put a package there.
 */

import { sha256Of } from "../../hot_reload/app_image";
import type { AddedPackage } from "../../wire/playground";
import type { IndexInfo } from "../config";
import {
  compareVersions,
  holds,
  isPrerelease,
  normalizeName,
  parseRequirement,
  parseVersion,
  type Requirement,
  satisfies,
  type Version,
} from "./versions";
import { readWheel, type Wheel } from "./wheel";

export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly modules: readonly string[];
  readonly content: AddedPackage;
}

export interface Indexed {
  readonly packages: readonly IndexedPackage[];
  /** Names of packages of the site that these need. */
  readonly needs: readonly string[];
}

interface Candidate {
  readonly url: string;
  readonly version: Version;
  readonly text: string;
  readonly sha256: string | undefined;
}

interface Wanted extends Requirement {
  /** What wants it. */
  readonly from: string;
}

/** Of the interpreter, for markers. */
const environment = { sys_platform: "emscripten", platform_system: "Emscripten", os_name: "posix" };
const json = "application/vnd.pypi.simple.v1+json";

export class PackageIndex {
  readonly #info: IndexInfo;
  /** Packages of the site: name -> version. */
  readonly #present: ReadonlyMap<string, string>;
  readonly #candidates = new Map<string, Promise<readonly Candidate[]>>();
  readonly #wheels = new Map<string, Promise<Wheel>>();

  constructor(info: IndexInfo, present: ReadonlyMap<string, string>) {
    this.#info = info;
    this.#present = present;
  }

  /** Which distribution has a module; undefined if that is not known. */
  providerOf(module: string): string | undefined {
    const { different, same } = this.#info.modules;
    return different[module] ?? (same.includes(module) ? normalizeName(module) : undefined);
  }

  /**
   * Fetches packages, and all that they need.
   *
   * @throws Error which says what cannot be had, and why.
   */
  async fetch(requirements: readonly Requirement[], from: string): Promise<Indexed> {
    const chosen = new Map<string, { candidate: Candidate; wheel: Wheel; extras: Set<string> }>();
    const needs = new Set<string>();
    const wanted: Wanted[] = [];
    const queue: Wanted[] = requirements.map((each) => ({ ...each, from }));
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name } = next;
      if (this.#info.provided.includes(name)) continue;
      const present = this.#present.get(name);
      if (present !== undefined) {
        this.#checkPresent(next, present);
        needs.add(name);
        continue;
      }
      wanted.push(next);
      const all = wanted.filter((each) => each.name === name);
      const known = chosen.get(name);
      if (known && !all.every(({ specifiers }) => satisfies(known.candidate.version, specifiers))) {
        throw new Error(`${describe(all)} cannot both be met with ${name} ${known.candidate.text}.`);
      }
      const candidate = known?.candidate ?? (await this.#choose(name, all));
      const wheel = known?.wheel ?? (await this.#wheel(name, candidate));
      const extras = known?.extras ?? new Set([""]);
      const added = [...(known ? [] : [""]), ...next.extras.filter((extra) => !extras.has(extra))];
      for (const extra of added) extras.add(extra);
      chosen.set(name, { candidate, wheel, extras });
      queue.push(...this.#required(`${name} ${candidate.text}`, wheel, added));
    }
    const packages = [...chosen].map(([name, { candidate, wheel }]) => {
      return { name, version: candidate.text, modules: wheel.modules, content: wheel.content };
    });
    return { packages, needs: [...needs] };
  }

  #checkPresent({ name, specifiers, from }: Wanted, present: string): void {
    const version = parseVersion(present);
    if (version && satisfies(version, specifiers)) return;
    throw new Error(`${from} needs ${name}${specifiers}, and this playground has ${name} ${present}.`);
  }

  #required(from: string, { metadata }: Wheel, extras: readonly string[]): Wanted[] {
    const values = { ...environment, ...this.#info.python };
    return metadata.flatMap((line) => {
      const requirement = parseRequirement(/^Requires-Dist:\s*(.*)$/i.exec(line)?.[1] ?? "");
      if (!requirement) return [];
      const applies = extras.some((extra) => holds(requirement.marker, { ...values, extra }));
      return applies ? [{ ...requirement, from }] : [];
    });
  }

  async #choose(name: string, wanted: readonly Wanted[]): Promise<Candidate> {
    let known = this.#candidates.get(name);
    if (!known) {
      known = this.#list(name);
      known.catch(() => this.#candidates.delete(name));
      this.#candidates.set(name, known);
    }
    const fitting = (await known).filter(({ version }) =>
      wanted.every(({ specifiers }) => satisfies(version, specifiers)),
    );
    const released = fitting.filter(({ version }) => !isPrerelease(version));
    const sorted = (released.length > 0 ? released : fitting).sort((a, b) => compareVersions(b.version, a.version));
    const [newest] = sorted;
    if (newest) return newest;
    throw new Error(
      `${this.#info.url} has no release of ${name} that can be had here (${describe(wanted)}): it must be a wheel without ` +
        "compiled code. Packages with compiled code can be built into a playground: pyrt playground --package.",
    );
  }

  /** The wheels for every platform, and this Python. */
  async #list(name: string): Promise<Candidate[]> {
    const page = `${this.#info.url}${name}/`;
    const response = await this.#get(page, name, { headers: { Accept: `${json}, text/html;q=0.5` } });
    const files = response.headers.get("Content-Type")?.includes("json")
      ? filesOfJson(await response.json())
      : filesOfHtml(await response.text());
    const python = parseVersion(this.#info.python.python_full_version);
    return files.flatMap(({ name: file, url, python: wants, isYanked, sha256 }) => {
      const [, text = "", tags = ""] = /^[^-]+-([^-]+)(?:-\d[^-]*)?-([^-]+)-none-any\.whl$/.exec(file) ?? [];
      const version = parseVersion(text);
      if (!version || isYanked || !/\bpy3/.test(tags.replaceAll(".", " "))) return [];
      if (wants && python && !satisfies(python, wants)) return [];
      return [{ url: new URL(url, page).href, version, text, sha256 }];
    });
  }

  #wheel(name: string, { url, sha256 }: Candidate): Promise<Wheel> {
    const known = this.#wheels.get(url);
    if (known) return known;
    const made = this.#get(url, name).then(async (response) => {
      const content = await response.arrayBuffer();
      const found = await sha256Of(new Uint8Array(content));
      if (sha256 && found && found !== sha256)
        throw new Error(`${url} is not what the index says: its SHA-256 differs.`);
      try {
        return readWheel(name, content);
      } catch (error) {
        throw new Error(`${url} is no valid wheel (${error instanceof Error ? error.message : error}).`);
      }
    });
    made.catch(() => this.#wheels.delete(url));
    this.#wheels.set(url, made);
    return made;
  }

  async #get(url: string, name: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch {
      throw new Error(
        `${name} could not be fetched from ${url}: the host cannot be reached, or does not let other pages read it (CORS).`,
      );
    }
    if (response.status === 404) throw new Error(`${this.#info.url} has no package ${name}.`);
    if (!response.ok) throw new Error(`${name} could not be fetched: ${url} answers ${response.status}.`);
    return response;
  }
}

function describe(wanted: readonly Wanted[]): string {
  return wanted.map(({ name, specifiers, from }) => `${name}${specifiers} for ${from}`).join(", ");
}

interface IndexFile {
  readonly name: string;
  readonly url: string;
  readonly python: string | undefined;
  readonly isYanked: boolean;
  readonly sha256: string | undefined;
}

function filesOfJson(page: {
  files?: readonly {
    filename: string;
    url: string;
    "requires-python"?: string | null;
    yanked?: boolean | string;
    hashes?: Readonly<Record<string, string>>;
  }[];
}): IndexFile[] {
  return (page.files ?? []).map((file) => ({
    name: file.filename,
    url: file.url,
    python: file["requires-python"] ?? undefined,
    isYanked: file.yanked !== undefined && file.yanked !== false,
    sha256: file.hashes?.sha256,
  }));
}

function filesOfHtml(text: string): IndexFile[] {
  const links = new DOMParser().parseFromString(text, "text/html").querySelectorAll("a[href]");
  return Array.from(links, (link) => {
    const [url = "", hash = ""] = (link.getAttribute("href") ?? "").split("#");
    return {
      name: decodeURIComponent(url.split("/").at(-1) ?? ""),
      url,
      python: link.getAttribute("data-requires-python") ?? undefined,
      isYanked: link.hasAttribute("data-yanked"),
      sha256: /^sha256=([0-9a-f]{64})$/.exec(hash)?.[1],
    };
  });
}
