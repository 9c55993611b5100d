/** How much room a download may count on. */
import { strictEqual } from "node:assert/strict";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { DiskRoom, type Unverified } from "../../../lib/download/save/disk_room.ts";
import { createLocked, resumablePath } from "../../../lib/files/temporary.ts";
import { needing } from "../../needs.ts";
import { image, tempDir } from "../../support.ts";
import { disk, ext4 } from "../../support_disk.ts";

const MIB = 1 << 20;

Deno.test(
  needing(["mounts"], "a download has as much room as is free or can be freed", async () => {
    await using dir = await tempDir();
    await using _disk = await disk(dir.path, "16m");
    const path = (seed: number): string => resumablePath(dir.path, image(seed).md5);
    const bytes = new Uint8Array(2 * MIB);
    const unverified = (): Unverified => ({ size: bytes.length, gaveWay: false, giveWay: () => {} });
    const room = new DiskRoom(dir.path);
    const isRoom = async (mib: number, asking?: Unverified): Promise<void> => {
      strictEqual(await room.mayHold(mib * MIB, asking), true, `${mib} MiB`);
      strictEqual(await room.mayHold(mib * MIB + 64 * 1_024, asking), false, `more than ${mib} MiB`);
    };
    await isRoom(16);
    await Deno.writeFile(path(1), bytes);
    await isRoom(16); // An earlier run left it.
    await Deno.writeFile(join(dir.path, "cat.gif"), bytes);
    await Deno.link(join(dir.path, "cat.gif"), path(2));
    await isRoom(14); // It is an image.
    using others = createLocked(path(3))!;
    others.writeSync(bytes);
    await isRoom(12); // Another program is writing it.
    using own = createLocked(path(4))!;
    own.writeSync(bytes);
    const asking = unverified();
    room.enter(asking);
    await isRoom(10, asking); // It gives way for itself: nothing is won.
    await isRoom(12);
  }),
);

Deno.test(needing(["power"], "blocks reserved for root are not counted as room", async () => {
  await using dir = await tempDir();
  await using _disk = await ext4(dir.path, 64);
  const { bfree, bavail, bsize } = await statfs(dir.path);
  strictEqual(bfree > bavail, true);
  const room = new DiskRoom(dir.path);
  strictEqual(await room.mayHold(bavail * bsize), true);
  strictEqual(await room.mayHold(bavail * bsize + 1), false);
}));
