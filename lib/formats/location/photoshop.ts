/** Photoshop's image resources, which JPEG, TIFF and PNG contain; some of them hold metadata of other kinds. */
import type { ImageBytes, Range } from "../bytes.ts";

/** A resource: its number, and the positions where its content begins and ends. */
export interface Resource extends Range {
  readonly id: number;
}

/** The resources that hold metadata of other kinds (Adobe Photoshop File Formats, “Image Resource IDs”). */
export const RESOURCE = { exif: 1_058, exif3: 1_059, xmp: 1_060 } as const;

/** The successive resources; other bytes end them. */
export function* resources(bytes: ImageBytes): Generator<Resource> {
  for (let at = 0; bytes.has(at, "8BIM") && at + 12 <= bytes.size;) {
    bytes.step();
    const nameLength = 1 + bytes.u8(at + 6); // The length is a byte of the name, padded to an even number.
    const data = at + 6 + nameLength + nameLength % 2;
    const length = bytes.u32(data);
    yield { id: bytes.u16(at + 4), start: data + 4, end: data + 4 + length };
    at = data + 4 + length + length % 2;
  }
}
