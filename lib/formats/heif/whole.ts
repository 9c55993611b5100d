/** Whether a HEIC or AVIF is complete. */
import { boxes, contentOf } from "./boxes.ts";
import { type ImageBytes, untilDamage } from "../bytes.ts";
import { extentsOf } from "./items.ts";

/** Boxes at the top level of a file. Other bytes there may be data without boxes that some cameras append. */
const TOP_LEVEL = new Set(["ftyp", "meta", "mdat", "moov", "moof", "free", "skip", "uuid"]);

/** Whether its boxes and the pieces of its items end within the file, and everything that the boxes describe exists. */
export function isHeifWhole(bytes: ImageBytes): boolean {
  const types = new Set<string>();
  for (const box of untilDamage(boxes(bytes, { start: 0, end: bytes.size }))) {
    if (box.end > bytes.size && TOP_LEVEL.has(box.type)) return false;
    types.add(box.type);
    if (box.type !== "meta") continue;
    for (const { isInFile, start, length } of untilDamage(extentsOf(bytes, contentOf(bytes, box)!))) {
      if (isInFile && start + length > bytes.size) return false;
    }
  }
  return types.has("moov") ? types.has("mdat") || types.has("moof") : types.has("meta");
}
