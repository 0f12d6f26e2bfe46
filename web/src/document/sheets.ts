/**
 * Looks at the site's stylesheets when the app is ready: a browser takes one that is cut or damaged as it is. One that is
 * not what was built is requested again, and takes the place of the first; if it cannot be had, that is reported.
 *
 * Some hosts make stylesheets smaller. So one of another size counts as damaged only where a rule of it has no end.
 */

import { FileFailure } from "../files/attempts";
import { type IsRight, isIntact, readContent } from "../files/scripts";
import type { KnownSheets } from "../wire/manifest";

export interface SheetOptions {
  /** The address of the site's root. */
  readonly root: string;
  readonly known: KnownSheets;
  readonly failed: (failure: FileFailure) => void;
}

/** Looks at each stylesheet of the document once. Resolves when all are right or reported. */
export async function checkSheets({ root, known, failed }: SheetOptions): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')];
  await Promise.all(
    links.map(async (link) => {
      const name = link.href.startsWith(root) ? decodeURI(link.href.slice(root.length)).replace(/[?#].*/, "") : "";
      const built = known[name];
      if (!link.sheet || !built) return;
      try {
        await check(link, name, isRightSheet(link.href, built));
      } catch (error) {
        failed(error instanceof FileFailure ? error : new FileFailure(name, String(error)));
      }
    }),
  );
}

/** An address of a stylesheet's content, for a host that gives it a wrong type; `base` is its own address. */
export async function makeSheetUrl(content: Blob, base: string): Promise<string> {
  const css = (await textOf(content)).replace(
    /url\(\s*(["']?)([^"')]+)\1\s*\)/g,
    (whole, quote: string, address: string) =>
      /^(#|data:)/.test(address) ? whole : `url(${quote}${new URL(address, base).href}${quote})`,
  );
  return URL.createObjectURL(new Blob([css], { type: "text/css" }));
}

async function check(link: HTMLLinkElement, name: string, isRight: IsRight): Promise<void> {
  const shown = await readShown(link.href);
  if (!shown || (await isRight(shown, false))) return;
  const content = await readContent(link.href, name, isRight, { cache: "reload" });
  await replace(link, await makeSheetUrl(content, link.href), name);
}

/** What the browser has shown, from its cache; undefined if that cannot be told any more. */
async function readShown(address: string): Promise<Blob | undefined> {
  try {
    const response = await fetch(address, { cache: "force-cache" });
    return response.ok ? await response.blob() : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether what has come from `address` is a stylesheet as it was built, or as a host has made it smaller. */
export function isRightSheet(address: string, [size, integrity]: KnownSheets[string]): IsRight {
  return async (content, isHtml) => {
    if (content.size === size) return isIntact(content, address, integrity);
    return !isHtml && (content.size > size || !hasOpenRule(await textOf(content)));
  };
}

/** Whether a stylesheet ends within a rule or a comment. */
function hasOpenRule(css: string): boolean {
  const rest = css.replace(/\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g, "");
  return rest.includes("/*") || rest.split("{").length !== rest.split("}").length;
}

/** The first stylesheet goes when the second one is there. */
function replace(link: HTMLLinkElement, address: string, name: string): Promise<void> {
  const copy = link.cloneNode() as HTMLLinkElement;
  copy.removeAttribute("integrity");
  copy.dataset.pyrtAgain = "";
  copy.href = address;
  const done = new Promise<void>((resolve, reject) => {
    copy.addEventListener("load", () => resolve());
    copy.addEventListener("error", () => {
      copy.remove();
      reject(
        new FileFailure(name, "the content is not what was built, and another one may not be used. Reload the page."),
      );
    });
  });
  link.after(copy);
  return done.then(() => link.remove());
}

function textOf(content: Blob): Promise<string> {
  return new Response(content).text();
}
