/** Drops permissions that a program no longer needs. A permission can only be dropped as a whole. */

/** After this, no message from the network can make the program open a file or read the environment. */
export async function dropFilePermissions(): Promise<void> {
  for (const name of ["write", "read", "env"] as const) await Deno.permissions.revoke({ name });
}
