/**
 * Image names on the wire. A list cannot contain every character, and some programs use a name as a path, so unsafe
 * characters are percent-encoded (RFC 3986, section 2.1), and decoded when read.
 */

/**
 * Characters that are encoded: `%` itself, the separators `,` and `;`, white space and control characters (some
 * programs split at any of them), quotes (some strip them), and `/`, `\` and `:`, with which a name could leave a
 * directory.
 */
const UNSAFE = /[%,;'"/\\:\s\p{Cc}]/gu;
const UNSAFE_ONCE = new RegExp(UNSAFE, "u");

/** Those that names contain, since a list has hundreds of thousands of spaces. */
const ASCII = Array.from({ length: 128 }, (_, code) => `%${code.toString(16).toUpperCase().padStart(2, "0")}`);

/** Each UTF-8 byte of a character as `%XX`. */
function percent(char: string): string {
  const known = ASCII[char.charCodeAt(0)];
  if (known) return known;
  return `%${new TextEncoder().encode(char).toHex().toUpperCase().replace(/(..)(?=.)/g, "$1%")}`;
}

/**
 * The name as sent. `.` and `..` are encoded whole, since they name directories. {@link decodeName} restores every
 * name; only lone surrogates become U+FFFD.
 */
export function encodeName(name: string): string {
  if (name === "." || name === "..") return name.replaceAll(".", "%2E");
  return UNSAFE_ONCE.test(name) ? name.toWellFormed().replace(UNSAFE, percent) : name.toWellFormed();
}

/** The same in ASCII only, for use where a character must not be cut in two. */
export function encodeNameAscii(name: string): string {
  return encodeName(name).replace(/[^\x20-\x7e]/gu, percent);
}

/**
 * The name that was sent. Baseline programs do not encode, so a `%` that begins no valid sequence stays, and a name
 * whose sequences are not UTF-8 is not decoded.
 */
export function decodeName(wire: string): string {
  if (!wire.includes("%")) return wire;
  try {
    return decodeURIComponent(wire.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return wire;
  }
}

/**
 * Whether two names look the same: letters with accents may be written as one character or as several (Unicode, NFC and
 * NFD), and some systems change one into the other.
 */
export function isSameName(a: string, b: string): boolean {
  return a === b || a.normalize("NFC") === b.normalize("NFC");
}
