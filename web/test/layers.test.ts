/** Which folder of `src` may import which: a level may import the levels below it, and nothing on its own level. */
/// <reference types="vite/client" />
import { expect, it } from "vitest";

const layers: readonly (readonly string[])[] = [
  ["start", "notebook", "playground"],
  ["hot_reload"],
  ["agents"],
  ["shell"],
  ["devtools"],
  ["remote", "render"],
  ["document", "first_paint", "contract", "restart", "in_frame"],
  ["session"],
  ["saved_state"],
  ["mirror", "worker"],
  ["wire"],
  ["embedded", "offline"],
  ["files"],
  ["app_element", "browser"],
];

/** `worker/` is another script: the page never imports it, though it stands lower. */
const pageOnly = layers
  .flat()
  .filter((folder) => !["worker", "wire", "embedded", "offline", "files", "app_element", "browser"].includes(folder));

interface SourceFile {
  /** Path below `src`, without its ending: `worker/snapshot/format`. */
  readonly name: string;
  readonly imports: readonly string[];
}

const texts = import.meta.glob<string>(["../src/**/*.{ts,tsx}", "!../src/**/*.d.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const files: readonly SourceFile[] = Object.entries(texts).map(([path, text]) => ({
  name: path.replace("../src/", "").replace(/\.tsx?$/, ""),
  imports: Array.from(text.matchAll(/(?:from|import)\s*\(?"(\.[^"?]+)"/g), ([, relative]) =>
    resolve(path, relative ?? ""),
  ),
}));

/** The name of the file that `relative` means in the file at `path`. */
function resolve(path: string, relative: string): string {
  return new URL(relative, `file:///x/${path.replace("../src/", "")}`).pathname.replace("/x/", "");
}

function folderOf(name: string): string {
  return name.split("/")[0] ?? "";
}

function levelOf(folder: string): number {
  return layers.findIndex((level) => level.includes(folder));
}

function isAllowed(from: string, to: string): boolean {
  if (from === to) return true;
  if (to === "worker" && pageOnly.includes(from)) return false;
  return levelOf(from) < levelOf(to);
}

/** Every import that the layers forbid, as "a imports b". */
function findViolations(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ name, imports }) =>
    imports.filter((used) => !isAllowed(folderOf(name), folderOf(used))).map((used) => `${name} imports ${used}`),
  );
}

/** Files that import themselves through others. */
function findCircles(sources: readonly SourceFile[]): string[] {
  const importsOf = new Map(sources.map(({ name, imports }) => [name, imports]));
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (importsOf.get(from) ?? []).some((used) => {
      if (used === goal) return true;
      if (seen.has(used)) return false;
      seen.add(used);
      return reaches(used, goal, seen);
    });
  return sources.map(({ name }) => name).filter((name) => reaches(name, name, new Set()));
}

it("every file stands in a folder that has a level", () => {
  expect(files.length).toBeGreaterThan(60);
  expect(files.map(({ name }) => name).filter((name) => levelOf(folderOf(name)) < 0)).toEqual([]);
  expect(files.filter(({ name }) => !name.includes("/"))).toEqual([]);
});

it("no folder imports one beside or above it", () => {
  expect(findViolations(files)).toEqual([]);
});

it("no files import each other in a circle", () => {
  expect(findCircles(files)).toEqual([]);
});

const forbidden = layers
  .flat()
  .flatMap((from) => layers.flat().map((to) => [from, to] as const))
  .filter(([from, to]) => !isAllowed(from, to));

it.each(forbidden)("%s may not import %s: an import is found", (from, to) => {
  const target = files.find(({ name }) => folderOf(name) === to)?.name ?? "";
  expect(target).not.toBe("");
  const added: SourceFile = { name: `${from}/added`, imports: [target] };
  expect(findViolations([...files, added])).toEqual([`${from}/added imports ${target}`]);
});

it("a circle inside a folder is found", () => {
  const added: SourceFile[] = [
    { name: "wire/one", imports: ["wire/two"] },
    { name: "wire/two", imports: ["wire/one"] },
  ];
  expect(findCircles([...files, ...added])).toEqual(["wire/one", "wire/two"]);
});
