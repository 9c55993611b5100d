/**
 * HEIC and AVIF by their brands (ISO/IEC 14496-12, section 4.3).
 *
 * @module
 */
import type { ImageBytes } from "./bytes.ts";

/** What the brands of images mean (ISO/IEC 23008-12, AV1 Image File Format, MIAF). */
const BRANDS: Readonly<Record<string, string>> = {
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  heim: "image/heic",
  heis: "image/heic",
  hevc: "image/heic-sequence",
  hevx: "image/heic-sequence",
  hevm: "image/heic-sequence",
  hevs: "image/heic-sequence",
  mif1: "image/heif",
  mif2: "image/heif",
  mif3: "image/heif",
  msf1: "image/heif-sequence",
};

/** Brands under which images stand that any reader may know: the others that are listed say what they are. */
const GENERAL = new Set([
  "mif1",
  "mif2",
  "mif3",
  "msf1",
  "miaf",
  "MA1A",
  "MA1B",
  "MiHB",
  "MiHA",
  "MiHE",
  "MiPr",
  "1pic",
]);

/** More brands than a file lists. */
const MAX_BRANDS = 64;

/** The MIME type of a HEIC or AVIF, else `null`. */
export function heifType(bytes: ImageBytes): string | null {
  if (bytes.size < 12 || !bytes.has(4, "ftyp")) return null;
  const major = bytes.ascii(8, 4);
  if (!GENERAL.has(major)) return BRANDS[major] ?? null;
  const end = Math.min(bytes.u32(0), bytes.size, 16 + 4 * MAX_BRANDS);
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.ascii(at, 4));
  const isAvif = brands.some((brand) => BRANDS[brand] === "image/avif");
  if (isAvif && !brands.some((brand) => BRANDS[brand]?.startsWith("image/heic"))) return "image/avif";
  return BRANDS[major] ?? BRANDS[brands.find((brand) => brand in BRANDS) ?? ""] ?? null;
}
