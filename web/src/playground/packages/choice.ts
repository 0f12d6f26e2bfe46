/** From which start an app is run, and which packages it gets beside that. */

import type { Config, Files, PackageInfo, StartInfo } from "../config";
import { importedModules } from "./imports";
import { parseRequirement, type Requirement } from "./versions";

export interface Choice {
  readonly start: StartInfo;
  readonly packages: readonly PackageInfo[];
  /** Modules that the playground does not have: the app may import them in `try`. */
  readonly unknown: readonly string[];
}

/** What these modules need, and say only when they are imported. */
const hiddenNeeds: Readonly<Record<string, readonly string[]>> = {
  "plotly.express": ["numpy"],
  "plotly.figure_factory": ["numpy"],
};

/** What has come from an index: its modules, and the packages of the site that it needs. */
export interface Further {
  readonly modules: readonly string[];
  readonly needs: readonly string[];
}

export function choose(config: Config, files: Files, further: Further = { modules: [], needs: [] }): Choice {
  const { starts, packages, standardLibrary } = config;
  const modules = [...importedModules(files)];
  const own = new Set(Object.keys(files).map((name) => name.replace(/\.py$/, "").split("/")[0]));
  const everywhere = new Set([...standardLibrary, ...own, "dash", "pyrt", "pyodide", "js", ...further.modules]);
  const tops = [...new Set(modules.map((name) => name.split(".")[0] ?? ""))].filter((top) => !everywhere.has(top));
  const needed = new Set<string>();
  for (const name of [...further.needs, ...requirementsIn(files).map((each) => each.name)]) {
    for (const each of packages.find((known) => known.name === name)?.needs ?? [name]) needed.add(each);
  }
  const unknown: string[] = [];
  for (const top of tops) {
    const added = packages.find((each) => each.modules.includes(top));
    const present = starts.flatMap((start) => start.packages).find((each) => each.modules.includes(top));
    for (const name of added?.needs ?? (present ? [present.name] : [])) needed.add(name);
    if (!added && !present) unknown.push(top);
  }
  for (const module of modules) for (const name of hiddenNeeds[module] ?? []) needed.add(name);
  const needsGraphs = Object.values(files).some((text) => /\bGraph\b/.test(text));
  const fits = (start: StartInfo): boolean => {
    const names = new Set(start.packages.map(({ name }) => name));
    const isKnown = (name: string): boolean =>
      starts.some((each) => each.packages.some((known) => known.name === name));
    const isIn = (name: string): boolean =>
      names.has(name) || packages.some((each) => each.name === name) || !isKnown(name);
    return [...needed].every(isIn) && (start.hasGraphs || !needsGraphs);
  };
  const start = starts.find(fits) ?? starts.at(-1);
  if (!start) throw new Error("This playground has no start.");
  const has = new Set(start.packages.map(({ name }) => name));
  return { start, packages: packages.filter(({ name }) => needed.has(name) && !has.has(name)), unknown };
}

/** What stands in a requirements.txt of the app. */
export function requirementsIn(files: Files): Requirement[] {
  const lines = (files["requirements.txt"] ?? "").split("\n").map((line) => line.replace(/(^|\s)#.*/, "").trim());
  return lines.flatMap((line) => (line === "" || line.startsWith("-") ? [] : (parseRequirement(line) ?? [])));
}

/** What the playground has, for a message. */
export function listPackages({ starts, packages }: Config): string {
  const all = [...starts.flatMap((start) => start.packages), ...packages].map(({ name }) => name);
  return [...new Set(all)].sort().join(", ") || "none beside Dash";
}
