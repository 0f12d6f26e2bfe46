/** One direction: every file has its floor, and imports only from its own floor or from below. */
/// <reference types="vite/client" />
import { expect, it } from "vitest";

const layers: readonly (readonly string[])[] = [
  ["main", "worker"],
  ["rehearsal"],
  ["painting", "places", "react"],
  [
    "app",
    "debug",
    "delivery",
    "document",
    "document_changes",
    "idle",
    "inbox",
    "milestones",
    "startup",
    "still",
    "styles",
    "surroundings",
    "title",
  ],
  ["devtools/devtools", "notice", "toolbar"],
  ["devtools/menu", "devtools/error_list", "devtools/callback_graph", "devtools/graph_layout"],
  ["external"],
  ["node"],
  ["boundary", "check"],
  ["contract/component_api", "contract/dash_clientside", "contract/dash_context", "contract/redux", "contexts"],
  ["page", "jobs", "bridge"],
  ["handover"],
  [
    "local",
    "clientside",
    "lazy",
    "persistence",
    "storage",
    "request_hooks",
    "remote",
    "errand",
    "line",
    "results",
    "activity",
    "errors",
    "history",
    "callback_table",
  ],
  ["outbox", "registry", "store"],
  ["interpreter"],
  ["site_files", "snapshot/taking", "snapshot/restoring"],
  ["snapshot/initial_memory"],
  ["snapshot/watch", "snapshot/pages", "snapshot/pyodide_image"],
  ["snapshot/format", "snapshot/emscripten", "snapshot/renewal"],
  ["transport", "downloads", "image_fs"],
  ["zstd"],
  ["manifest"],
  ["reconcile"],
  ["tree", "ids", "patch"],
  ["protocol"],
  ["json"],
  ["replay", "successors"],
  ["early"],
];

const floorOf = new Map(layers.flatMap((names, floor) => names.map((name) => [name, floor] as const)));

const sources = import.meta.glob<string>(["../src/**/*.{ts,tsx}", "!../src/**/*.d.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const files = Object.entries(sources).map(([path, text]) => ({
  name: path.replace("../src/", "").replace(/\.tsx?$/, ""),
  imports: Array.from(text.matchAll(/from "(\.[^"?]+)"/g), ([, relative]) => resolve(path, relative ?? "")),
}));

/** The name of the file that `relative` means in the file at `path`. */
function resolve(path: string, relative: string): string {
  return new URL(relative, `file:///x/${path.replace("../src/", "")}`).pathname.replace("/x/", "");
}

it("every file has a floor", () => {
  expect(files.length).toBeGreaterThan(30);
  expect(files.map(({ name }) => name).filter((name) => !floorOf.has(name))).toEqual([]);
});

it("imports go downwards", () => {
  const upwards = files.flatMap(({ name, imports }) => {
    const floor = floorOf.get(name) ?? 0;
    return imports.filter((used) => (floorOf.get(used) ?? -1) < floor).map((used) => `${name} imports ${used}`);
  });
  expect(upwards).toEqual([]);
});
