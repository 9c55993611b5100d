/** Giving up permissions that a program does not need any more. A permission can only be given up as a whole. */

/** From now on no message from the network can make the program open a file or read the environment. */
export async function dropFilePermissions(): Promise<void> {
  for (const name of ["write", "read", "env"] as const) await Deno.permissions.revoke({ name });
}
