/**
 * Image names on the wire. The format of a list cannot carry every character, and some programs write to whatever path
 * a name says, so what is not safe travels percent-encoded (RFC 3986, section 2.1) and is decoded when read.
 */

/**
 * What travels encoded: `%` itself, the separators `,` and `;`, white space and control characters (some programs split
 * at any of them), quotes (some strip them), and `/`, `\` and `:`, with which a name could leave a directory.
 */
const UNSAFE = /[%,;'"/\\:\s\p{Cc}]/gu;
const UNSAFE_ONCE = new RegExp(UNSAFE, "u");

/** Each UTF-8 byte of one character as `%XX`. */
function percent(char: string): string {
  return `%${new TextEncoder().encode(char).toHex().toUpperCase().replace(/(..)(?=.)/g, "$1%")}`;
}

/**
 * The name as it travels. `.` and `..` are encoded whole, since they are directories and not files.
 * {@link decodeName} gives the name back, whatever it holds, lone surrogates aside (they become U+FFFD).
 */
export function encodeName(name: string): string {
  if (name === "." || name === "..") return name.replaceAll(".", "%2E");
  return UNSAFE_ONCE.test(name) ? name.toWellFormed().replace(UNSAFE, percent) : name.toWellFormed();
}

/** The same in ASCII alone, for where no character may be cut in two. */
export function encodeNameAscii(name: string): string {
  return encodeName(name).replace(/[^\x20-\x7e]/gu, percent);
}

/**
 * The name that a wire name stands for. A baseline program does not encode, so a `%` that starts no valid sequence
 * is a `%`, and a name whose sequences are not UTF-8 is not decoded.
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
 * Whether two names are one to people: letters with accents may be written as one character or as several (Unicode, NFC
 * and NFD), and some systems change one into the other.
 */
export function isSameName(a: string, b: string): boolean {
  return a === b || a.normalize("NFC") === b.normalize("NFC");
}
