import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { sweepTemporary, TEMPORARY_PREFIX } from "../../lib/files/temporary.ts";
import { needing } from "../needs.ts";
import { namesIn, tempDir } from "../support.ts";

const HOUR = 3_600_000;
const MD5 = "0123456789abcdef0123456789abcdef";
const LINK = `${TEMPORARY_PREFIX}${MD5.replace("0", "1")}.part`;
const UUID = "01234567-89ab-cdef-0123-456789abcdef";

Deno.test(
  needing(["links"], "stale temporary files are removed, and no other file is ever touched", async () => {
    const resumable = `${TEMPORARY_PREFIX}${MD5}.part`;
    const single = `${TEMPORARY_PREFIX}${MD5}-${UUID}.part`;
    const published = `${TEMPORARY_PREFIX}${MD5.replace("0", "2")}.part`;
    const others = [
      `${TEMPORARY_PREFIX}notes.part`,
      `${MD5}.part`,
      ".hidden",
      "cat.gif",
      `${TEMPORARY_PREFIX}${MD5}.gif`,
    ];
    await using outside = await tempDir({ mine: new Uint8Array(1) });
    await using dir = await tempDir(
      Object.fromEntries([resumable, single, ...others].map((it) => [it, new Uint8Array(9)])),
    );
    await Deno.symlink(join(outside.path, "mine"), join(dir.path, LINK));
    await Deno.link(join(dir.path, "cat.gif"), join(dir.path, published));
    const now = (await Deno.stat(join(dir.path, single))).mtime!.getTime();
    const left = async (
      at: number,
    ): Promise<[number, string[]]> => [await sweepTemporary(dir.path, at), await namesIn(dir.path)];
    const all = await namesIn(dir.path);
    {
      using alive = await Deno.open(join(dir.path, single), { read: true, write: true });
      await alive.lock(true);
      using also = await Deno.open(join(dir.path, published), { read: true, write: true });
      await also.lock(true);
      deepStrictEqual(await left(now + 2 * HOUR), [0, all], "somebody writes them");
    }
    deepStrictEqual(await left(now), [2, all.filter((it) => it !== single && it !== published)]);
    deepStrictEqual((await left(now + 6 * 24 * HOUR))[0], 0);
    deepStrictEqual(await left(now + 8 * 24 * HOUR), [1, others.toSorted().concat(LINK).sort()]);
    strictEqual((await Deno.readFile(join(outside.path, "mine"))).length, 1);
  }),
);
