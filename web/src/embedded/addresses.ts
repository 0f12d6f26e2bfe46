/** What the parts of an embedded site ask about addresses; `EmbeddedSite` answers. */

export interface Addresses {
  /** The path below the site's root that an address means, whether there is such a file or not. */
  pathOf(address: string, base?: string): string | undefined;
  /** The file that an address means. */
  nameOf(address: string, base?: string): string | undefined;
  /** The number of a file, which changed scripts name it by: in a text between quotes it does no harm. */
  numberOf(name: string): number;
  /** The address of a file in the site. */
  addressOf(name: string): string;
  /** An address under which the browser itself loads a file. */
  blobOf(name: string): string;
}
