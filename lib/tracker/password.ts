/** Compares passwords. */
import { timingSafeEqual } from "node:crypto";
import { MAX_PASSWORD_BYTES } from "../protocol/limits.ts";

const encoder = new TextEncoder();
const left = new Uint8Array(MAX_PASSWORD_BYTES);
const right = new Uint8Array(MAX_PASSWORD_BYTES);

/** The time does not depend on where the two differ. No password holds a NUL, so the padding is safe. */
export function samePassword(a: string, b: string): boolean {
  encoder.encodeInto(a, left.fill(0));
  encoder.encodeInto(b, right.fill(0));
  return timingSafeEqual(left, right);
}
