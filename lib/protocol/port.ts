/**
 * Ports as text; apart from addresses, since the command line is read by it before anything else is loaded.
 *
 * @module
 */

/** The number that `text` writes as a port (1 to 65535, decimal, no sign, no leading zero), or `null`. */
export function parsePort(text: string): number | null {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}
