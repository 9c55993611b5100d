/**
 * Text that is kept for long.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The longest text that is kept, a name, in UTF-8 bytes, and more. */
const scratch = new Uint8Array(4_096);

/** The text in memory of its own: the engine keeps a part of a message as a view that keeps the whole message alive. */
export function ownCopy(text: string): string {
  return decoder.decode(scratch.subarray(0, encoder.encodeInto(text, scratch).written));
}
