/**
 * Which of several trackers looks after a peer: each gives every peer a weight, and the heaviest wins (rendezvous
 * hashing, https://doi.org/10.1109/90.663936). When one tracker leaves, only its own peers go to others.
 */

/** The tracker among these that looks after an address; all trackers find the same one. */
export function lookedAfterBy(trackers: readonly string[], address: string): string | undefined {
  let [best, most] = [undefined as string | undefined, -1];
  for (const tracker of trackers) {
    const weight = hash(`${tracker} ${address}`);
    if (weight > most || weight === most && tracker > best!) [best, most] = [tracker, weight];
  }
  return best;
}

/** FNV-1a with a last mixing step, which spreads texts that differ in their last characters only. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ value >>> 16, 0x85ebca6b);
  return (value ^ value >>> 13) >>> 0;
}
