/** A disk of its own, that fails as it is told. */
import { ok } from "node:assert/strict";

/** A small file system of its own in a directory; gone when the test ends. */
export async function disk(
  path: string,
  size: string,
): Promise<AsyncDisposable & { remount(how: string): Promise<void> }> {
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const { success, stderr } = await new Deno.Command(program, { args }).output();
    ok(success, new TextDecoder().decode(stderr));
  };
  await run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path);
  return {
    remount: (how) => run("mount", "-o", `remount,${how}`, path),
    [Symbol.asyncDispose]: () => run("umount", "--lazy", path),
  };
}
