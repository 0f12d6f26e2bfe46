/** A pure wheel: what of it is for Python, and what for the page, as build/pyrt_build/packages/wheels.py decides. */

import { unzipSync } from "fflate";
import { packImage } from "../../hot_reload/app_image";
import type { AddedPackage } from "../../wire/playground";

type Bytes = Uint8Array<ArrayBuffer>;

/** Packages that serve files to the page use one of these names. */
const serves = /\b(_js_dist|_css_dist|relative_package_path)\b/;
const forPage = /\.(js|mjs|css|woff2?|ttf|otf|eot|png|jpe?g|gif|svg|ico|webp)$/;
const development = /\.map$|\.dev\.js$/;
const neverRead = /\.(c|cc|cpp|h|hpp|pyx|pxd|pxi|lib|dll|pyd|dylib|exe|map)$/;

export interface Wheel {
  /** Of METADATA: the lines of its head. */
  readonly metadata: readonly string[];
  readonly modules: readonly string[];
  readonly content: AddedPackage;
}

/**
 * Reads a wheel.
 *
 * @throws Error if it is none.
 */
export function readWheel(name: string, wheel: ArrayBuffer): Wheel {
  const files = new Map<string, Bytes>();
  for (const [path, content] of Object.entries(unzipSync(new Uint8Array(wheel)))) {
    const [, kind, rest] = /^[^/]+\.data\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const where = rest ?? path;
    if (where.endsWith("/") || where.split("/").includes("..") || (kind && !/^(pure|plat)lib$/.test(kind))) continue;
    files.set(where, content as Bytes);
  }
  const decode = (content: Bytes): string => new TextDecoder().decode(content);
  const about = [...files].find(([path]) => /^[^/]+\.dist-info\/METADATA$/.test(path));
  if (!about) throw new Error("it has no METADATA");
  const tops = new Set<string>();
  const serving = new Set<string>();
  for (const [path, content] of files) {
    const [top = ""] = path.split("/");
    if (!path.endsWith(".py")) continue;
    tops.add(top.replace(/\.py$/, ""));
    if (top !== path && serves.test(decode(content))) serving.add(top);
  }
  const page: [string, ArrayBuffer][] = [];
  for (const [path, content] of files) {
    const isServed = serving.has(path.split("/")[0] ?? "") && forPage.test(path) && !development.test(path);
    if (isServed) page.push([path, content.slice().buffer]);
    if (neverRead.test(path) || path.endsWith(".dist-info/RECORD")) files.delete(path);
  }
  return {
    metadata: (decode(about[1]).split(/\r?\n\r?\n/)[0] ?? "").split(/\r?\n(?![ \t])/),
    modules: [...tops].filter((top) => /^\w+$/.test(top)),
    content: { name, image: packImage(files).buffer, page },
  };
}
