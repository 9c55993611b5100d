/**
 * Giving up what a program may do and does not need any more. Only the whole of a permission can be given up.
 *
 * @module
 */

/** From now on nothing that the program is sent can make it open a file or look at the environment. */
export async function dropAccess(): Promise<void> {
  for (const name of ["write", "read", "env"] as const) await Deno.permissions.revoke({ name });
}
