/**
 * Looks at the site's stylesheets when the app is ready: a browser takes one that is cut or damaged as it is. One that is
 * not what was built is requested again, and takes the place of the first; if it cannot be had, that is reported.
 *
 * Some hosts make stylesheets smaller. So one of another size counts as damaged only where a rule of it has no end.
 */

import { translate } from "../browser/translation";
import { FileFailure } from "../files/attempts";
import { type IsRight, isIntact, readContent } from "../files/scripts";
import { type KnownSheets, nameOfFile } from "../wire/manifest";

export interface SheetOptions {
  /** Those of the site's files (wire/manifest.ts). */
  readonly folders: readonly string[];
  readonly known: KnownSheets;
  readonly failed: (failure: FileFailure) => void;
}

/** Looks at each stylesheet of the document once. Resolves when all are right or reported. */
export async function checkSheets({ folders, known, failed }: SheetOptions): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')];
  await Promise.all(
    links.map(async (link) => {
      const name = nameOfFile(link.href, folders) ?? "";
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

/** Whether the browser has taken no rule of it: so it does with a wrong type, if the host does not send `nosniff`. */
export function hasNoRules({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet?.cssRules.length === 0;
  } catch {
    return false; // of another origin
  }
}

/**
 * Draws the content of a stylesheet behind its element, whatever type the host gives it. Returns what is drawn; undefined
 * if a policy forbids that.
 */
export async function drawSheet(link: HTMLLinkElement, content: Blob): Promise<HTMLStyleElement | undefined> {
  const style = document.createElement("style");
  for (const { name, value } of link.attributes) {
    if (/^(id|class|media|title|data-.*)$/.test(name)) style.setAttribute(name, value);
  }
  if (link.nonce) style.nonce = link.nonce;
  style.dataset.pyrtAgain = "";
  style.textContent = withAbsoluteAddresses(await textOf(content), link.href);
  link.after(style);
  if (style.sheet) return style;
  style.remove();
  return undefined;
}

/** The addresses in a stylesheet are relative to its own. */
function withAbsoluteAddresses(css: string, base: string): string {
  return css.replace(
    /(url\(\s*|@import\s+(?=["']))(?:"([^"]*)"|'([^']*)'|([^\s"'();]+))/gi,
    (whole, start: string, ...found: (string | undefined)[]) => {
      const address = found.slice(0, 3).find((each) => each !== undefined);
      if (!address || /^(#|data:)/i.test(address)) return whole;
      return `${start}"${new URL(address, base).href}"`;
    },
  );
}

async function check(link: HTMLLinkElement, name: string, isRight: IsRight): Promise<void> {
  const shown = await readShown(link.href);
  if (!shown || (await isRight(shown, false))) return;
  const content = await readContent(link.href, name, isRight, { cache: "reload" });
  if (!(await drawSheet(link, content))) {
    const reason = translate("the content is not what was built, and another one may not be used. Reload the page.");
    throw new FileFailure(name, reason);
  }
  link.remove();
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

/** Whether a stylesheet has nothing but comments. */
export async function isBlank(content: Blob): Promise<boolean> {
  return (await textOf(content)).replace(/\/\*[\s\S]*?\*\//g, "").trim() === "";
}

function textOf(content: Blob): Promise<string> {
  return new Response(content).text();
}
