/** Which modules an app imports: by reading it, wherever the statement stands. */

import { parser } from "@lezer/python";
import type { Files } from "../config";

/** Dotted names: `plotly.express` also for `from plotly import express`. */
export function importedModules(files: Files): Set<string> {
  const found = new Set<string>();
  for (const [name, text] of Object.entries(files)) {
    if (!name.endsWith(".py")) continue;
    parser.parse(text).iterate({
      enter: (node) => {
        if (node.name === "ImportStatement")
          for (const each of modulesOf(text.slice(node.from, node.to))) found.add(each);
      },
    });
  }
  return found;
}

function modulesOf(statement: string): string[] {
  const text = statement.replace(/\\\r?\n|[()]/g, " ").replace(/#.*/g, "");
  const from = /^from\s+([\w.]+)\s+import\s+([\s\S]+)/.exec(text);
  if (from) {
    const [, module = "", names = ""] = from;
    if (module.startsWith(".")) return [];
    return [module, ...plainNames(names).map((name) => `${module}.${name}`)];
  }
  return plainNames(text.replace(/^import\s+/, ""));
}

function plainNames(list: string): string[] {
  return list
    .split(",")
    .map((each) => each.trim().split(/\s+as\s+/)[0] ?? "")
    .filter((each) => /^[\w.]+$/.test(each));
}

/** Whether a file reads as Python without errors of syntax. */
export function isComplete(text: string): boolean {
  let isWhole = true;
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) isWhole = false;
    },
  });
  return isWhole;
}
