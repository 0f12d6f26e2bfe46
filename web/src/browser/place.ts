/** Where the page is, as its app sees it: a page in a single file has an address of its own (embedded/page_location.ts). */

type Place = Pick<Location, "href" | "origin" | "pathname" | "search" | "hash">;

interface EmbeddedWindow {
  __pyrt_site__?: { readonly location: Place };
}

/** Whether the page has its site's files in itself. */
export function isSingleFile(): boolean {
  return document.documentElement.hasAttribute("data-pyrt-single-file");
}

export function findPlace(): Place {
  const site = (window as unknown as EmbeddedWindow).__pyrt_site__;
  return site ? site.location : location;
}
