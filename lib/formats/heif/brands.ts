/** Recognizes HEIC and AVIF by their brands (ISO/IEC 14496-12, section 4.3). */
import type { ImageBytes } from "../bytes.ts";

/** The MIME types of the brands (ISO/IEC 23008-12, AV1 Image File Format, MIAF). */
const MIMES = {
  "image/avif": ["avif", "avis"],
  "image/heic": ["heic", "heix", "heim", "heis"],
  "image/heic-sequence": ["hevc", "hevx", "hevm", "hevs"],
  "image/heif": ["mif1", "mif2", "mif3"],
  "image/heif-sequence": ["msf1"],
};
const BRANDS = new Map(Object.entries(MIMES).flatMap(([mime, brands]) => brands.map((brand) => [brand, mime])));

/** Brands that images of both types may have; the file's other brands show its type. */
const GENERAL = new Set("mif1 mif2 mif3 msf1 miaf MA1A MA1B MiHB MiHA MiHE MiPr 1pic".split(" "));

/** More brands than any file lists. */
const MAX_BRANDS = 64;

export function heifType(bytes: ImageBytes): string | null {
  if (bytes.size < 12 || !bytes.has(4, "ftyp")) return null;
  const major = bytes.ascii(8, 4);
  if (!GENERAL.has(major)) return BRANDS.get(major) ?? null;
  const end = Math.min(bytes.u32(0), bytes.size, 16 + 4 * MAX_BRANDS);
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.ascii(at, 4));
  const mimes = brands.flatMap((brand) => BRANDS.get(brand) ?? []);
  if (mimes.includes("image/avif") && !mimes.some((mime) => mime.startsWith("image/heic"))) return "image/avif";
  return BRANDS.get(major) ?? mimes[0] ?? null;
}
