/** Compares passwords, in a time that depends on the length of `given`, but not on where the two differ. */
export function samePassword(kept: string, given: string): boolean {
  let difference = kept.length ^ given.length;
  for (let i = 0; i < given.length; i++) difference |= given.charCodeAt(i) ^ kept.charCodeAt(i);
  return difference === 0;
}
