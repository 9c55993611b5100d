/** Reads a list while downloads and the screen go on. */
import { setImmediate } from "node:timers/promises";
import type { ListedImage } from "../../protocol/image.ts";
import { ListParser } from "../../protocol/list.ts";

/** How many characters are read at a time, about: some 10 ms. */
const AT_ONCE = 128 << 10;

/** The same as `parseList`, which takes half a second for 100,000 images, in small steps. */
export async function readList(text: string): Promise<ListedImage[]> {
  const parser = new ListParser();
  const separator = /[;\r\n]/g;
  for (let at = 0; at < text.length;) {
    separator.lastIndex = at + AT_ONCE;
    const end = separator.test(text) ? separator.lastIndex : text.length;
    parser.add(text.slice(at, end));
    at = end;
    if (at < text.length) await setImmediate();
  }
  return parser.take();
}
