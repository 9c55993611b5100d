/** Hostile pictures, through the real client of whoever shares them, and of whoever looks at them. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { GalleryImages, GalleryRefusal } from "../../lib/app/gallery/api.ts";
import { decode } from "../../lib/app/preview/decode.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { MAX_THUMBNAIL_BYTES } from "../../lib/protocol/limits.ts";
import { startTracker } from "../../mod.ts";
import { jpegOf, sample } from "../app/preview/pictures.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { say } from "../fake/baseline_client.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { bomb, hostileFiles, HTML, manyFramesWebp, sized, SVG } from "../hostile_pictures.ts";
import { needing } from "../needs.ts";
import { cookieOf } from "../app/gallery/server/visit.ts";
import { image, Program, soon, tempDir, unlessBusy } from "../support.ts";
import { shown } from "../support_json.ts";

/** The most memory that a client may have used, in bytes: the decoder has some 100 MB, and what it decodes more. */
const MAX_MEMORY = 500 << 20;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Sends this as a thumbnail. */
const sends = (bytes: Uint8Array | string): PartAnswer =>
  PARTS.says(`OK ${bytes.length} image/webp\n`, typeof bytes === "string" ? encode(bytes) : bytes);

/** Sends bytes as long as somebody takes them, at most 100 MB. */
const floods = (head: string): PartAnswer => async (conn) => {
  const block = new Uint8Array(1 << 16).fill(65);
  await conn.write(encode(head));
  for (let i = 0; i < 1_600; i++) await conn.write(block);
  return "close";
};

/** What peers answer to `THM`. */
async function hostileAnswers(): Promise<Record<string, PartAnswer>> {
  const webp = await sample("sea.webp");
  return {
    "HTML": sends(HTML),
    "SVG": sends(SVG),
    "HTML without a header": PARTS.says(HTML),
    "a header without an end": floods(""),
    "100 MB after a thumbnail": floods(`OK ${MAX_THUMBNAIL_BYTES} image/webp\n`),
    "4 GB announced": floods("OK 4294967295 image/webp\n"),
    "nothing announced": PARTS.says("OK 0 image/webp\n"),
    "another type": sends(await sample("moon.png")),
    "a bomb": sends(bomb(30_000, 30_000, 300)),
    "a JPEG of 60,000 by 60,000": sends(sized(await sample("sunset.jpg"), 60_000, 60_000)),
    "a larger picture than any thumbnail": sends(await jpegOf("xc:red", 1_100, 8)),
    "10,000 frames": sends(manyFramesWebp(webp).subarray(0, MAX_THUMBNAIL_BYTES)),
    "cut in the middle": async (conn) => {
      await conn.write(encode(`OK ${webp.length} image/webp\n`));
      await conn.write(webp.subarray(0, webp.length / 2));
      return "close";
    },
    "half of a picture": sends(webp.subarray(0, webp.length / 2)),
    "byte by byte": async (conn) => {
      await conn.write(encode(`OK ${webp.length} image/webp\n`));
      for (let i = 0; i < webp.length; i++) await conn.write(webp.subarray(i, i + 1));
    },
  };
}

/** The most memory that a program used, in bytes (proc(5)). */
async function peakMemory({ pid }: Program): Promise<number> {
  return 1_024 * Number(/VmHWM:\s+(\d+) kB/.exec(await Deno.readTextFile(`/proc/${pid}/status`))?.[1]);
}

/** Peers that know only `GET`, and send just what they announced: with the right MD5, but no picture for a browser. */
const ANNOUNCED: Readonly<Record<string, Uint8Array>> = {
  "announced SVG": encode(SVG),
  "announced HTML": encode(HTML),
  "announced bomb": bomb(30_000, 30_000),
};

/** What must be shown of each, or why nothing is; all else is `unmade`. */
const EXPECTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["HTML without a header", "a header without an end", "4 GB announced", "nothing announced", "cut in the middle"]
      .map((what) => [what, "unreachable"]),
  ),
  "an endless image": "no-thumbnails",
  "announced SVG": "unreadable",
  "announced HTML": "unreadable",
  "announced bomb": "no-thumbnails",
  "byte by byte": "32 x 32",
  "frames.gif": "256 x 256",
  "cut and ended.jpg": "96 x 64",
  "header.png": "too-large",
  "header.jpg": "too-large",
  "scans.jpg": "too-slow",
  "thumbnail of svg.jpg": "256 x 128",
  "thumbnail of scans.jpg": "256 x 128",
  "vast thumbnail.jpg": "256 x 128",
  "good.jpg": "256 x 171",
};

Deno.test(
  needing(["linux"], "hostile pictures harm neither whoever shares them nor whoever looks at them", async () => {
    const tracker = startTracker({ host: "127.0.0.1", port: 0 });
    await using _tracker = { [Symbol.asyncDispose]: () => tracker.close() };
    const { port } = tracker.address;
    await using stack = new AsyncDisposableStack();
    const names = new Map<string, string>();
    const register = async (
      what: string,
      peer: RangePeer | BaselinePeer,
      md5 = image(names.size).md5,
    ): Promise<void> => {
      stack.use(peer);
      names.set(md5, what);
      match(await say(port, `REG p${names.size} ${peer.address.port} ${md5},${names.size}.jpg`), /^OK 1/);
    };
    for (const [what, answer] of Object.entries(await hostileAnswers())) {
      await register(
        what,
        new RangePeer((...asked) => asked[1].kind === "THM" ? answer(...asked) : Promise.resolve("close")),
      );
    }
    await register("an endless image", new BaselinePeer(ANSWERS.floods()));
    for (const [what, bytes] of Object.entries(ANNOUNCED)) {
      await register(what, new BaselinePeer(ANSWERS.sends(bytes)), md5Of(bytes));
    }

    const good = await jpegOf("plasma:fractal", 300, 200);
    const files: Record<string, Uint8Array> = { ...await hostileFiles(), "good.jpg": good };
    await using theirs = await tempDir(files);
    await using owner = Program.start("client", "share", `127.0.0.1:${port}`, theirs.path, "--json", "--no-cache");
    await owner.shows(/"kind":"registered"/);
    await using mine = await tempDir();
    await using viewer = Program.start("client", "gallery", `127.0.0.1:${port}`, mine.path, "--json", "--no-cache");
    await viewer.shows(/"kind":"registered"/);
    const address = shown(viewer.stdout)[0].address as string;
    const cookie = await cookieOf(address);
    const get = async (path: string): Promise<Response> => {
      const answer = await soon(fetch(new URL(path, address), { headers: { cookie } }), path);
      strictEqual(answer.headers.get("x-content-type-options"), "nosniff");
      return answer;
    };
    const { images } = await (await get("/api/images")).json() as GalleryImages;
    for (const [md5, name] of images) if (!names.has(md5)) names.set(md5, name);
    const shared = images.map(([, name]) => name);
    for (const name of ["cut.jpg", "drawing.jpg", "page.jpg"]) ok(!shared.includes(name), `${name} is shared`);

    const { noPicture } = ENGLISH.gallery;
    const reasonOf = async (answer: Response): Promise<string> => {
      const { reason } = await answer.json() as GalleryRefusal;
      return Object.keys(noPicture).find((it) => noPicture[it as keyof typeof noPicture] === reason) ?? reason;
    };
    const look = async (md5: string): Promise<string> => {
      const answer = await get(`/thumb/${md5}?size=256`);
      const type = answer.headers.get("content-type");
      if (answer.status === 404) return await reasonOf(answer);
      const bytes = await answer.bytes();
      deepStrictEqual([answer.status, type, bytes.length <= MAX_THUMBNAIL_BYTES], [200, "image/webp", true]);
      const only = { types: ["image/webp"], side: 256 };
      const picture = await decode(bytes, { width: 512, height: 512, aspect: 1 }, { only });
      return "wrong" in picture ? picture.wrong : `${picture.width} x ${picture.height}`;
    };
    const looks = await Promise.all(
      [...names].map(async ([md5, what]) => [what, await unlessBusy(() => look(md5), (it) => it === "busy")] as const),
    );
    for (const [what, result] of looks) strictEqual(result, EXPECTED[what] ?? "unmade", what);
    strictEqual(looks.length, names.size);

    for (const [what, bytes] of Object.entries({ ...ANNOUNCED, ...files })) {
      const answer = await get(`/image/${md5Of(bytes)}`);
      if (answer.status === 200) {
        match(answer.headers.get("content-type")!, /^image\/(jpeg|gif|webp)$/, what);
        ok(!["bomb.png", "header.png", "header.jpg", "cut.jpg", "drawing.jpg", "page.jpg"].includes(what), what);
        await answer.body?.cancel();
      } else match(await reasonOf(answer), /^(too-large|unreadable|unlisted)$/, what);
    }
    strictEqual(await look(md5Of(good)), "256 x 171", "later looks are as before");
    for (const client of [owner, viewer]) {
      const peak = await peakMemory(client);
      ok(peak < MAX_MEMORY, `${peak}`);
    }
  }),
);
