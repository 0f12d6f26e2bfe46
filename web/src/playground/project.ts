/** The app as files to take along: a project for `pyrt build` and for Dash, or one HTML file. */

import { strToU8, zipSync } from "fflate";
import type { AddedPackage } from "../wire/playground";
import type { Files, StartPackage } from "./config";
import { toBase64 } from "./share";

const readme = `# A Dash app from a playground

    pip install dash -r requirements.txt
    python app.py                # with a Dash server

or, as a site without a server, with pyrt:

    pyrt build app.py            # writes dist/
    pyrt serve dist
`;

/** `packages` are those that the app imports. */
export function zipProject(files: Files, packages: readonly Pick<StartPackage, "name" | "version">[]): Uint8Array {
  const lines = ["dash", ...packages.map(({ name, version }) => `${name}>=${version}`)];
  const added: Record<string, string> = { "README.md": readme, "requirements.txt": `${lines.join("\n")}\n` };
  const all = Object.entries({ ...added, ...files }).map(([name, text]) => [`app/${name}`, strToU8(text)] as const);
  return zipSync(Object.fromEntries(all), { level: 9 });
}

const before = '<script type="application/json" id="pyrt-embedded">';

/**
 * The single file of a start with an app in it, which it runs in place of its own (hot_reload/editor_source.ts).
 *
 * @throws Error if this is no single file.
 */
export function oneFile(start: ArrayBuffer, files: Files, packages: readonly AddedPackage[]): Blob {
  const head = new TextDecoder("windows-1252").decode(start.slice(0, 4_000_000));
  const at = head.indexOf(before);
  if (at < 0) throw new Error("The start is no single file.");
  const base64 = (content: ArrayBuffer): string => toBase64(new Uint8Array(content));
  const source = {
    files,
    packages: packages.map(({ image, page, ...rest }) => ({
      ...rest,
      image: base64(image),
      page: page.map(([path, content]) => [path, base64(content)]),
    })),
  };
  const element = `<script type="application/json" id="pyrt-source">${asciiJson(source)}</script>\n`;
  return new Blob([start.slice(0, at), element, start.slice(at)], { type: "text/html" });
}

/** JSON in which no character has another meaning in HTML, or in another encoding. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
