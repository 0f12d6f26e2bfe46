/** Where the page is, as its app sees it: a page in a single file has an address of its own (embedded/page_location.ts). */

type Place = Pick<Location, "href" | "origin" | "pathname" | "search" | "hash">;

interface EmbeddedWindow {
  __pyrt_site__?: {
    readonly location: Place;
    readonly whole?: Promise<void>;
    readonly add?: (path: string, content: Uint8Array<ArrayBuffer>) => void;
  };
}

/** Whether the page has its site's files in itself. */
export function isSingleFile(): boolean {
  return document.documentElement.hasAttribute("data-pyrt-single-file");
}

export function findPlace(): Place {
  const site = (window as unknown as EmbeddedWindow).__pyrt_site__;
  return site ? site.location : location;
}

/**
 * Fulfilled when all files of a single file have come: its page begins while the browser reads those for Python, and until
 * then nothing else should take the thread's time.
 */
export async function whenWhole(): Promise<void> {
  await (window as unknown as EmbeddedWindow).__pyrt_site__?.whole;
}

/** Adds a file to the site of a single file, at a path below its root; workers that are started later have it, too. */
export function addSiteFile(path: string, content: Uint8Array<ArrayBuffer>): void {
  const site = (window as unknown as EmbeddedWindow).__pyrt_site__;
  if (!site?.add) throw new Error("This page has not its site's files in itself.");
  site.add(path, content);
}
