/** What is shared: an image, identified by the MD5 of its bytes. */
import type { Address } from "./address.ts";

/** An image as a peer offers it. */
export interface Image {
  /** MD5 of the image's bytes: 32 hexadecimal digits, lower case (RFC 1321). */
  readonly md5: string;
  /**
   * Its name as people see it, or its path: `lisboa/DSC_0001.jpg` is in the album `lisboa`. Not yet encoded for the
   * wire, and not yet safe as a path of a file.
   */
  readonly name: string;
}

/** An image as a tracker lists it. */
export interface ListedImage extends Image {
  /** Who has it, newest registration first. */
  readonly peers: readonly Address[];
}

const MD5 = /^[0-9a-f]{32}$/i;

/** The MD5 in `text`, in lower case, or `null` when it is not 32 hexadecimal digits. */
export function parseMd5(text: string): string | null {
  return MD5.test(text) ? text.toLowerCase() : null;
}

/** Whether these are the same images, under the same names, in the same order. */
export function sameImages(some: readonly Image[], others: readonly Image[]): boolean {
  if (some === others) return true;
  return some.length === others.length &&
    some.every(({ md5, name }, i) => md5 === others[i].md5 && name === others[i].name);
}
