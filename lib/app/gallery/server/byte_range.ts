/** Requests for a part of a file, such as a browser sends that continues a download (RFC 9110, section 14). Pure. */

/** The bytes from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The requested part of a file of this size and entity tag; `null` for the whole file, which also answers what need not
 * be understood: several parts, another unit, an invalid range, and a part of a file that has changed.
 */
export function requestedRange(
  { method, headers }: Pick<Request, "method" | "headers">,
  size: number,
  tag: string,
): ByteRange | "unsatisfiable" | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(headers.get("range") ?? "") ?? [];
  if (method !== "GET" || first === undefined || first + last === "" || (headers.get("if-range") ?? tag) !== tag) {
    return null;
  }
  const [from, to] = [Number(first), Number(last)];
  if (first === "") return to === 0 ? "unsatisfiable" : { start: Math.max(0, size - to), end: size };
  if (last !== "" && to < from) return null;
  if (from >= size) return "unsatisfiable";
  return { start: from, end: last === "" ? size : Math.min(size, to + 1) };
}
