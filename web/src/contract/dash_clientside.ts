/** pyrt's members of `window.dash_clientside`, the object that apps and assets add functions to. */

import { PatchBuilder } from "../mirror/patch";
import { getDashClientside } from "../session/callbacks/clientside";
import type { Page } from "../session/page";
import type { Dictionary, Path } from "../wire/json";
import type { ComponentId } from "../wire/protocol";

/** Compared by identity, so they are created once and kept when the object is replaced. */
const noUpdate = Object.freeze({ description: "Return to prevent updating an Output." });
const preventUpdate = Object.freeze({ description: "Throw to prevent updating all Outputs." });

/** Sets the members on the current object. Call it again after assets have run, which may replace the object. */
export function installDashClientside(getPage: () => Page | undefined): void {
  const target = getDashClientside();
  // A copy made by an asset has them as writable members.
  if (Object.getOwnPropertyDescriptor(target, "no_update")?.writable !== false) {
    Object.defineProperty(target, "no_update", { value: noUpdate, writable: false, enumerable: true });
    Object.defineProperty(target, "PreventUpdate", { value: preventUpdate, writable: false, enumerable: true });
  }
  target.set_props = (address: ComponentId | Path, props: Dictionary) => getPage()?.setPropsFrom(address, props);
  target.clean_url ??= cleanUrl;
  target.Patch = PatchBuilder;
  target._dashprivate_clientside_funcs ??= {};
}

const newlines = /&(tab|newline);/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controlCharacters = /[\u0000-\u001F\u007F-\u009F\u2000-\u200D\uFEFF]/g;
const entities = /&#(\w+);?/g;
const scripts = /^\W*(javascript|vbscript)/im;

/** Returns the address, or `fallback` if following it would run a script. */
export function cleanUrl(url: string, fallback = "about:blank"): string {
  const plain = url
    .replace(newlines, "")
    .replace(controlCharacters, "")
    .replace(entities, (_, code: string) => String.fromCharCode(parseEntity(code)))
    .trim();
  return scripts.test(plain) ? fallback : url;
}

function parseEntity(code: string): number {
  return code.toLowerCase().startsWith("x") ? Number.parseInt(code.slice(1), 16) : Number(code);
}
