/** Photoshop's image resources, which JPEG, TIFF and PNG carry: metadata of other kinds are among them. */
import type { ImageBytes, Range } from "../bytes.ts";

/** A resource: its number, and where what is in it begins and ends. */
export interface Resource extends Range {
  readonly id: number;
}

/** The resources in which metadata of other kinds are (Adobe Photoshop File Formats, “Image Resource IDs”). */
export const RESOURCE = { exif: 1_058, exif3: 1_059, xmp: 1_060 } as const;

/** The resources, one behind the other; what does not begin as one ends them. */
export function* resources(bytes: ImageBytes): Generator<Resource> {
  for (let at = 0; bytes.has(at, "8BIM") && at + 12 <= bytes.size;) {
    bytes.step();
    const nameLength = 1 + bytes.u8(at + 6); // The length is a byte of the name, which is even in all.
    const data = at + 6 + nameLength + nameLength % 2;
    const length = bytes.u32(data);
    yield { id: bytes.u16(at + 4), start: data + 4, end: data + 4 + length };
    at = data + 4 + length + length % 2;
  }
}
