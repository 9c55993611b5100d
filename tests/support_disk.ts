/** A disk of its own, that fails on request. */
import { ok } from "node:assert/strict";

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stdout)}${new TextDecoder().decode(stderr)}`);
}

/** A small file system of its own in a directory; gone when the test ends. */
export async function disk(
  path: string,
  size: string,
): Promise<AsyncDisposable & { remount(how: string): Promise<void> }> {
  await run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path);
  return {
    remount: (how) => run("mount", "-o", `remount,${how}`, path),
    [Symbol.asyncDispose]: () => run("umount", "--lazy", path),
  };
}

/** `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH` (linux/fs/ext4/ext4.h): what is not on the disk is lost. */
const CUT = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack("I", 2))
`;

/** A disk of its own in a directory (ext4, so many MiB), whose power can be cut; gone when the test ends. */
export async function ext4(path: string, mib: number): Promise<AsyncDisposable & { cutPower(): Promise<void> }> {
  let image = await Deno.makeTempFile({ prefix: "idp2pi-test-" });
  await Deno.truncate(image, mib << 20);
  await run("mkfs.ext4", "-q", "-F", image);
  const mount = (): Promise<void> => run("mount", "-o", "loop", image, path);
  await mount();
  await Deno.remove(`${path}/lost+found`, { recursive: true });
  return {
    /** Cuts it and starts it again: what exists then is what a power cut leaves. */
    async cutPower(): Promise<void> {
      await run("python3", "-c", CUT, path);
      await run("umount", path);
      // A mount namespace of another program may still have the old one mounted: the same file would be that disk again.
      const copy = `${image}-again`;
      await run("cp", "--sparse=always", image, copy);
      await Deno.remove(image);
      image = copy;
      // 1: errors were corrected, as they are at a start.
      const { code, stdout } = await new Deno.Command("e2fsck", { args: ["-fy", image] }).output();
      ok(code <= 1, new TextDecoder().decode(stdout));
      await mount();
      await Deno.remove(`${path}/lost+found`, { recursive: true }).catch(() => {}); // It is not made again.
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await run("umount", "--lazy", path);
      await Deno.remove(image);
    },
  };
}
