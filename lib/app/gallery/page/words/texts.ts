/** Numbers, sizes and dates as people read them; "" for unknown ones. */
import type { PageWords } from "./words_en.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Formats that are made once per language: making one takes longer than a thousand uses. */
const made = new Map<string, { format(value: number | Date): string }>();

function formatter(key: string, make: () => unknown): { format(value: number | Date): string } {
  let known = made.get(key);
  if (!known) made.set(key, known = make() as { format(value: number | Date): string });
  return known;
}

export function countText(count: number, { tag }: PageWords): string {
  return formatter(tag, () => new Intl.NumberFormat(tag)).format(count);
}

/** `2.1 MB`: decimal units, as the client's terminal shows them. */
export function sizeText(bytes: number, { tag }: PageWords): string {
  if (bytes <= 0) return "";
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(bytes / 0.9995) / 3)));
  const value = bytes / 1000 ** power;
  const digits = value < 10 && power > 0 ? 1 : 0;
  return formatter(`${tag} ${power} ${digits}`, () =>
    new Intl.NumberFormat(tag, {
      style: "unit",
      unit: UNITS[power],
      unitDisplay: power === 0 ? "long" : "short",
      maximumFractionDigits: digits,
    })).format(value);
}

/** The day of a time in seconds since 1970. */
export function dayText(seconds: number, { tag }: PageWords): string {
  return seconds === 0 ? "" : formatter(`${tag} day`, () => new Intl.DateTimeFormat(tag, { dateStyle: "medium" }))
    .format(new Date(seconds * 1_000));
}

/** Day and time of a time in seconds since 1970. */
export function timeText(seconds: number, { tag }: PageWords): string {
  if (seconds === 0) return "";
  return formatter(`${tag} time`, () => new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }))
    .format(new Date(seconds * 1_000));
}
