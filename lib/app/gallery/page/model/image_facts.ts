/** What a row says about its image. */
import { visible } from "../../../words/visible.ts";
import { IMAGE_FLAG, type ImageRow } from "../../api.ts";

/** The name without its album, for people. */
export function fileName(name: string): string {
  return visible(name.split(/[/\\]/).pop() || name);
}

/** The format as people call it, such as `JPEG`: by its type, else by the ending of its name. */
export function formatName([, name, , type]: ImageRow): string {
  return formatIn(name, type);
}

/** The most formats that are remembered: types are text of strangers. */
const MAX_FORMATS = 1_000;

/** The formats by types and endings, since there are few for many images. */
const formats = new Map<string, string>();

export function formatIn(name: string, type: string): string {
  const word = type || (/\.[a-z0-9]{1,5}$/i.exec(name)?.[0] ?? "");
  const known = formats.get(word);
  if (known !== undefined) return known;
  const plain = word.replace(/^(\.|image\/(x-)?)/, "");
  const format = plain.replace(/^jpg$/i, "jpeg").replace(/^tif$/i, "tiff").replace(/\+.*$/, "").toUpperCase();
  if (formats.size < MAX_FORMATS) formats.set(word, format);
  return format;
}

/** When the picture was taken, else when its file was modified; 0 if unknown. */
export function dateOf(row: ImageRow): number {
  return row[6] || row[7];
}

/** Whether a flag of {@link IMAGE_FLAG} is set. */
export function is(row: ImageRow, flag: keyof typeof IMAGE_FLAG): boolean {
  return (row[9] & IMAGE_FLAG[flag]) !== 0;
}

/** Width by height; 0 if unknown. */
export function ratioOf(row: ImageRow): number {
  return row[4] > 0 && row[5] > 0 ? row[4] / row[5] : 0;
}
