/** A plugin of Vite: writes the licences of the packages that are in a bundle into a file beside it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const names = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"];

/**
 * @throws Error in the build, if a package in the bundle has no file with its licence.
 */
export function collectLicenses(fileName) {
  return {
    name: "collect-licenses",
    generateBundle(_options, chunks) {
      const modules = Object.values(chunks).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
      const folders = new Set(modules.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
      this.emitFile({ type: "asset", fileName, source: [...folders].sort().map(describe).join("\n") });
    },
  };
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = names.map((each) => join(folder, each)).find(existsSync);
  if (!file) throw new Error(`${name} ${version} has no file with its licence.`);
  const line = "=".repeat(78);
  return `${line}\n${name} ${version} (${license})\n${line}\n\n${readFileSync(file, "utf8").trim()}\n`;
}
