import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type {
  GalleryImages,
  GalleryRefusal,
  GalleryState,
  HistoryPage,
  ImageDetails,
  QueuedDownload,
  StoredFile,
} from "../../../../lib/app/gallery/api.ts";
import { encodeName } from "../../../../lib/protocol/name.ts";
import { TrackerClient } from "../../../../mod.ts";
import { say } from "../../../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../../../fake/baseline_peer.ts";
import * as b from "../../../formats/builders.ts";
import { HOSTILE_NAMES } from "../../../hostile_names.ts";
import { md5Of } from "../../../../lib/hash/md5.ts";
import { filesWithin, image, namesIn, SAMPLES, soon } from "../../../support.ts";
import { HOST, openGallery } from "./open_gallery.ts";
import { eventsIn } from "./visit.ts";

const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => Deno.readFile(join(SAMPLES, name));
const sunset = await read("sunset.jpg");
const blink = await read("blink.gif");

/** What no answer lacks, and no answer has more than that. */
const SAFE = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};
const OF_CONTENT = new Set(["content-type", "content-length", "cache-control", "allow", "etag", "accept-ranges"]);

Deno.test("each request is answered as the table says, with headers that let the page do only its own", async () => {
  await using it = await openGallery();
  const md5 = md5Of(sunset);
  const table: [method: string, path: string, status: number, type: string][] = [
    ["GET", "/", 200, "text/html; charset=utf-8"],
    ["HEAD", "/", 200, "text/html; charset=utf-8"],
    ["GET", "/api/state", 200, "application/json"],
    ["GET", "/api/images", 200, "application/json"],
    ["GET", "/api/history", 200, "application/json"],
    ["GET", "/api/history?before=x", 200, "application/json"],
    ["GET", `/image/${md5}`, 200, "image/jpeg"],
    ["HEAD", `/image/${md5}`, 200, "image/jpeg"],
    ["GET", `/api/image/${md5}`, 200, "application/json"],
    ["GET", `/thumb/${md5}`, 404, "application/json"],
    ["GET", `/image/${"0".repeat(32)}`, 404, "application/json"],
    ["GET", `/api/image/${"0".repeat(32)}`, 404, "application/json"],
    ["GET", `/image/${md5.toUpperCase()}`, 404, "application/json"],
    ["GET", "/image/../../etc/passwd", 404, "application/json"],
    ["GET", "/image/..%2f..%2fetc%2fpasswd", 404, "application/json"],
    ["GET", "/thumb/../image/..%2f..%2fetc%2fpasswd", 404, "application/json"],
    ["GET", `/image/${md5}/../../../etc/passwd`, 404, "application/json"],
    ["GET", `/image/${md5}%00.jpg`, 404, "application/json"],
    ["GET", "/image/%2e%2e/%2e%2e/etc/passwd", 404, "application/json"],
    ["GET", "/image/..\\..\\sunset.jpg", 404, "application/json"],
    ["GET", "/image//etc/passwd", 404, "application/json"],
    ["GET", "/thumb/sunset.jpg", 404, "application/json"],
    ["GET", "/built/app.js", 404, "application/json"],
    ["GET", "/sunset.jpg", 404, "application/json"],
    ["GET", "//evil.example/", 404, "application/json"],
    ["GET", "/__proto__", 404, "application/json"],
    ["GET", "/constructor", 404, "application/json"],
    ["GET", "/api/nothing", 404, "application/json"],
    ["GET", "/api/share", 405, "application/json"],
    ["POST", "/", 405, "application/json"],
    ["POST", "/api/state", 405, "application/json"],
    ["POST", "/api/files/a.jpg", 405, "application/json"],
    ["PUT", "/api/files/", 405, "application/json"],
    ["PUT", "/api/files/a.jpg", 411, "application/json"],
    ["PUT", "/api/files/a/b.jpg", 405, "application/json"],
    ["PUT", "/api/files/..", 405, "application/json"],
    ["PUT", "/api/files/%2e%2e", 405, "application/json"],
    ["DELETE", `/image/${md5}`, 405, "application/json"],
    ["OPTIONS", "/api/share", 405, "application/json"],
    ["POST", "/api/share", 415, "application/json"],
  ];
  for (const [method, path, status, type] of table) {
    const response = await it.request(path, { method });
    deepStrictEqual([response.status, response.headers.get("content-type")], [status, type], `${method} ${path}`);
    const { headers } = response;
    deepStrictEqual(Object.fromEntries([...headers].filter(([name]) => !OF_CONTENT.has(name))), SAFE, path);
    match(headers.get("cache-control")!, status === 200 && path.startsWith("/image/") ? /^private, / : /^no-store$/);
    if (status >= 400) ok((await response.json() as GalleryRefusal).reason, path);
    else await response.body?.cancel();
  }
});

Deno.test("without the cookie people read what to do, programs get JSON, and the token gives the cookie", async () => {
  await using it = await openGallery([], []);
  const stranger = { cookie: "" };
  const page = await it.request("/", { headers: { ...stranger, accept: "text/html,*/*" } });
  strictEqual(page.status, 403);
  match(await page.text(), /<p lang="en">Open the whole address.*<p lang="pt-BR">Abra, em uma nova aba/);
  for (const path of ["/api/state", "/api/images", "/api/events", "/app.js", "/nothing"]) {
    const refused = await it.request(path, { headers: stranger });
    strictEqual(refused.status, 403, path);
    ok((await refused.json() as GalleryRefusal).reason);
  }
  const { token, viewToken, cookie } = it.access;
  const signedIn = await it.request(`/?token=${token}`, { headers: stranger });
  deepStrictEqual([signedIn.status, signedIn.headers.get("location")], [303, `/#${token}`]);
  const given = signedIn.headers.get("set-cookie")!.split(";")[0];
  strictEqual(given, `${cookie}=${viewToken}`);
  strictEqual((await it.request("/", { headers: { cookie: given } })).status, 200);
  strictEqual((await it.request("/", { headers: { host: "evil.example" } })).status, 421);
});

Deno.test("the list has the network and the directory, with what each image is to this client", async () => {
  await using it = await openGallery(["sunset.jpg", "moon.png"], ["blink.gif", "sunset.jpg"]);
  const moon = md5Of(await read("moon.png"));
  await it.peer.share({ images: [moon] }, false);
  const { at, peers, images } = await it.json<GalleryImages>("/api/images");
  deepStrictEqual([at, peers], [1, [`127.0.0.1:${it.other.port}`]]);
  const rows = Object.fromEntries(images.map((row) => [row[1], [row[0], row[9], row[10]]]));
  deepStrictEqual(rows, {
    "blink.gif": [md5Of(blink), 0, [0]],
    "sunset.jpg": [md5Of(sunset), 3, [0]],
    "moon.png": [moon, 10, []],
  });
  const state = await it.json<GalleryState>("/api/state");
  const { networks: [network, ...others] } = state;
  deepStrictEqual([state.own.images, state.peers, network.registered, network.lost], [1, 1, true, ""]);
  deepStrictEqual([network.trackers, others], [[network.name], []]);
  deepStrictEqual(images.flatMap((row) => row[12]), [], "there is one network");
  const details = await it.json<ImageDetails>(`/api/image/${md5Of(sunset)}`);
  deepStrictEqual([details.path, details.size, details.type, details.hasLocation, details.peers], [
    "sunset.jpg",
    sunset.length,
    "image/jpeg",
    false,
    peers,
  ]);
});

Deno.test("with several networks, each image names those that list it, and the state tells which one is lost", async () => {
  await using it = await openGallery(["sunset.jpg"], ["blink.gif", "sunset.jpg"], {}, 1);
  const { images } = await it.json<GalleryImages>("/api/images");
  deepStrictEqual(images.map((row) => [row[1], row[12]]), [["sunset.jpg", [0, 1]], ["blink.gif", [1]]]);
  const names = it.peer.networks.all.map(({ name }) => name);
  const details = await it.json<ImageDetails>(`/api/image/${md5Of(sunset)}`);
  deepStrictEqual(details.networks, names);
  await it.peer.networks.all[1].tracker.unregister();
  const { networks } = await it.json<GalleryState>("/api/state");
  deepStrictEqual(networks.map(({ name, trackers, registered }) => [name, trackers, registered]), [
    [names[0], [names[0]], true],
    [names[1], [names[1]], false],
  ]);
});

Deno.test("the state tells that a list is as long as it can be", async () => {
  await using it = await openGallery([], []);
  it.peer.networks.list = () => Promise.resolve({ images: [], mayBeCut: true, missing: [] });
  await it.json("/api/images");
  strictEqual((await it.json<GalleryState>("/api/state")).mayBeCut, true);
});

Deno.test("a long list is compressed if the browser accepts that", async () => {
  await using it = await openGallery([], []);
  await it.gallery.view.table.replace(
    Array.from({ length: 2_000 }, (_, n) => ({
      md5: n.toString(16).padStart(32, "0"),
      name: "x.jpg",
      size: 0,
      type: "",
      width: 0,
      height: 0,
      taken: 0,
      modified: 0,
      flags: 0,
      peers: [],
      hash: "",
      networks: [],
      isFound: false,
    })),
    1,
  );
  it.gallery.view.refresh = () => Promise.resolve(null);
  const plain = await it.request("/api/images", { headers: { "accept-encoding": "br, gzip;q=0" } });
  strictEqual(plain.headers.get("content-encoding"), null);
  const packed = await it.request("/api/images", { headers: { "accept-encoding": "gzip, deflate" } });
  strictEqual(packed.headers.get("content-encoding"), "gzip");
  const text = await new Response(packed.body!.pipeThrough(new DecompressionStream("gzip"))).text();
  strictEqual(text, await plain.text());
});

Deno.test("own pictures come from their files, those of others from memory, and nothing is saved", async () => {
  await using it = await openGallery();
  await it.json("/api/images");
  const own = await it.request(`/image/${md5Of(sunset)}`);
  deepStrictEqual(own.headers.get("content-length"), `${sunset.length}`);
  deepStrictEqual(await own.bytes(), sunset);
  const remote = await it.request(`/image/${md5Of(blink)}`);
  deepStrictEqual([remote.headers.get("content-type"), await remote.bytes()], ["image/gif", blink]);
  const saved = await it.request(`/image/${md5Of(blink)}?original`);
  deepStrictEqual(saved.headers.get("content-disposition"), "attachment; filename*=UTF-8''blink.gif");
  await saved.body?.cancel();
  deepStrictEqual(await namesIn(it.directory), ["sunset.jpg"]);
});

Deno.test("one part of an own file is sent if the request may be understood so, else all of it", async () => {
  await using it = await openGallery();
  const md5 = md5Of(sunset);
  const size = sunset.length;
  const part = (start: number, end: number): [number, string, Uint8Array] => [
    206,
    `bytes ${start}-${end - 1}/${size}`,
    sunset.subarray(start, end),
  ];
  const whole: [number, string, Uint8Array] = [200, "", sunset];
  const none: [number, string, Uint8Array] = [416, `bytes */${size}`, new Uint8Array()];
  const table: [range: string, expected: [number, string, Uint8Array], others?: Record<string, string>][] = [
    ["bytes=0-9", part(0, 10)],
    ["BYTES=10-10", part(10, 11)],
    ["bytes=100-", part(100, size)],
    ["bytes=-7", part(size - 7, size)],
    [`bytes=-${size + 1}`, part(0, size)],
    [`bytes=5-${"9".repeat(15)}`, part(5, size)],
    [`bytes=${size - 1}-`, part(size - 1, size)],
    [`bytes=${size}-`, none],
    ["bytes=-0", none],
    ["bytes=9-0", whole],
    ["bytes=-", whole],
    ["bytes=0-1,5-6", whole],
    ["bytes=0x1-9", whole],
    [`bytes=${"9".repeat(20)}-`, whole],
    ["pixels=0-9", whole],
    ["bytes=0-9", part(0, 10), { "if-range": `"${md5}"` }],
    ["bytes=0-9", whole, { "if-range": `W/"${md5}"` }],
    ["bytes=0-9", whole, { "if-range": "Thu, 01 Jan 2026 00:00:00 GMT" }],
  ];
  for (const path of [`/image/${md5}`, `/image/${md5}?original`]) {
    for (const [range, [status, contentRange, bytes], others] of table) {
      const got = await it.request(path, { headers: { range, ...others } });
      const length = status === 416 ? null : `${bytes.length}`;
      const { headers } = got;
      deepStrictEqual(
        [got.status, headers.get("content-range") ?? "", headers.get("content-length"), await got.bytes()],
        [status, contentRange, length, new Uint8Array(bytes)],
        `${range} ${JSON.stringify(others)}`,
      );
    }
  }
  const head = await it.request(`/image/${md5}`, { method: "HEAD", headers: { range: "bytes=0-9" } });
  deepStrictEqual([head.status, head.headers.get("accept-ranges"), head.headers.get("etag")], [
    ...[200, "bytes", `"${md5}"`],
  ]);
  await head.body?.cancel();
});

Deno.test("formats that browsers do not show are decoded, and a bomb is not given to the browser", async () => {
  const webp = new Uint8Array([1, 2, 3]);
  const asked: [string | number, number][] = [];
  const made = (of: string | number, pixels: number) => {
    asked.push([of, pixels]);
    return Promise.resolve({ type: "image/webp" as const, bytes: webp, hash: webp });
  };
  const thumbnails = {
    get: made,
    decode: ({ length }: Uint8Array, pixels: number) => made(length, pixels),
    hashes: () => new Map([["0".repeat(32), webp]]),
  };
  await using it = await openGallery(["dusk.heic"], ["grey.tiff"], { thumbnails });
  await it.json("/api/images");
  const [{ md5, size }] = it.peer.folder.images;
  const [other] = it.other.folder.images;
  for (const image of [md5, other.md5]) {
    const response = await it.request(`/image/${image}`);
    deepStrictEqual([response.headers.get("content-type"), await response.bytes()], ["image/webp", webp]);
  }
  strictEqual((await it.request(`/thumb/${md5}?size=99999`)).status, 200);
  strictEqual((await it.request(`/thumb/${md5}?size=400`)).status, 200);
  deepStrictEqual(asked, [[size, 4_096], [other.size, 4_096], [md5, 256], [md5, 400]]);
});

Deno.test("three images are downloaded, and two pages see it happen", async () => {
  await using it = await openGallery([], ["blink.gif", "sunset.jpg", "moon.png"]);
  const ending = new AbortController();
  const pages = await Promise.all([1, 2].map(() => it.request("/api/events", { signal: ending.signal })));
  const { images } = await it.json<GalleryImages>("/api/images");
  const saved = pages.map(async (page) => {
    const names: string[] = [];
    for await (const { event, data } of eventsIn(page)) {
      const outcome = event === "outcome" ? JSON.parse(data) : null;
      if (outcome) names.push(`${outcome.kind} ${outcome.name}`);
      if (names.length === 3) return names.sort();
    }
  });
  strictEqual((await it.post("download", { md5s: images.map(([md5]) => md5) })).status, 204);
  const all = ["saved blink.gif", "saved moon.png", "saved sunset.jpg"];
  deepStrictEqual(await soon(Promise.all(saved), "the outcomes"), [all, all]);
  ending.abort();
  deepStrictEqual(await namesIn(it.directory), ["blink.gif", "moon.png", "sunset.jpg"]);
  const history = await it.json<HistoryPage>("/api/history");
  deepStrictEqual(history.entries.map(({ name }) => name).sort(), ["blink.gif", "moon.png", "sunset.jpg"]);
  const [first] = history.entries;
  strictEqual((await it.json<HistoryPage>(`/api/history?before=${first.id}`)).entries.length, 2);
});

Deno.test("a download whose peer is silent says that it waits for data from it, and others that they are queued", async () => {
  await using it = await openGallery([], []);
  await using silent = new BaselinePeer(ANSWERS.hangs(), "anything");
  await using ana = await TrackerClient.open(it.peer.tracker.address);
  const { host, port } = silent.address;
  const images = Array.from({ length: 9 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `${i}.gif` }));
  await ana.register("a", port, images);
  await it.json("/api/images");
  strictEqual((await it.post("download", { md5s: images.map(({ md5 }) => md5) })).status, 204);
  let queue: readonly QueuedDownload[] = [];
  const asking = (): QueuedDownload | undefined => queue.find(({ status }) => status === "asking");
  for (; !asking(); await delay(10)) ({ queue } = await it.json<GalleryState>("/api/state"));
  deepStrictEqual([asking()!.received, asking()!.peer], [0, `${host}:${port}`]);
  strictEqual(queue.at(-1)!.status, "waiting");
  strictEqual((await it.post("cancel", { md5s: images.map(({ md5 }) => md5) })).status, 204);
});

Deno.test("commands with wrong bodies change nothing", async () => {
  await using it = await openGallery();
  const table: [command: string, body: unknown, status: number][] = [
    ["download", { md5s: ["x"] }, 400],
    ["download", { md5s: [1] }, 400],
    ["download", {}, 400],
    ["download", [], 400],
    ["download", null, 400],
    ["download", { md5s: ["0".repeat(32)] }, 404],
    ["reshare", { on: 1 }, 400],
    ["share", { md5s: "all" }, 400],
    ["cancel", {}, 400],
    ["pause", {}, 204],
    ["resume", {}, 204],
    ["retry", {}, 204],
    ["cancel", { md5s: ["0".repeat(32)] }, 204],
  ];
  for (const [command, body, status] of table) {
    strictEqual((await it.post(command, body)).status, status, `${command} ${JSON.stringify(body)}`);
  }
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "json"]) {
    const form = { method: "POST", headers: { "content-type": type }, body: '{"on":false}' };
    strictEqual((await it.request("/api/reshare", form)).status, 415, type);
  }
  const json = { "content-type": "application/json" };
  strictEqual((await it.request("/api/share", { method: "POST", headers: json, body: "{" })).status, 400);
  const huge = { ...json, "content-length": `${1 << 30}` };
  strictEqual((await it.request("/api/share", { method: "POST", headers: huge, body: "{}" })).status, 413);
  deepStrictEqual([await namesIn(it.directory), it.peer.reshares], [["sunset.jpg"], true]);
});

Deno.test("images are unshared and shared, and downloads shared or not", async () => {
  await using it = await openGallery();
  const md5s = [md5Of(sunset)];
  strictEqual((await it.post("unshare", { md5s })).status, 204);
  strictEqual(it.peer.folder.byMd5(md5s[0]), undefined);
  strictEqual((await it.post("share", { md5s })).status, 204);
  ok(it.peer.folder.byMd5(md5s[0]));
  strictEqual((await it.post("reshare", { on: false })).status, 204);
  strictEqual((await it.json<GalleryState>("/api/state")).reshare, false);
});

Deno.test("dropped files become images of the directory, under free names, or nothing at all", async () => {
  await using it = await openGallery(["sunset.jpg"], []);
  const put = (name: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
    it.request(`/api/files/${encodeURIComponent(name)}`, {
      method: "PUT",
      body,
      headers: { "content-length": `${body.length}` },
    });
  const stored = await (await put("sunset.jpg", blink)).json() as StoredFile;
  deepStrictEqual(stored, { md5: md5Of(blink), name: "sunset (2).jpg", reason: "" });
  deepStrictEqual(await (await put("again.gif", blink)).json(), stored);
  const moon = await read("moon.png");
  strictEqual((await (await put("../../x/..\\y/moon.png", moon)).json() as StoredFile).name, "x/y/moon.png");
  const wrong: [name: string, bytes: Uint8Array<ArrayBuffer>][] = [
    ["page.jpg", new TextEncoder().encode("<html><script>alert(1)</script>")],
    ["drawing.jpg", new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["cut.jpg", sunset.slice(0, sunset.length - 100)],
    ["text.txt", new Uint8Array([65])],
  ];
  for (const [name, bytes] of wrong) strictEqual((await put(name, bytes)).status, 415, name);
  strictEqual(
    (await it.request("/api/files/%ff.jpg", { method: "PUT", body: blink, headers: { "content-length": "9" } })).status,
    400,
  );
  const long = { "content-length": `${2 ** 40}` };
  strictEqual((await it.request("/api/files/a.jpg", { method: "PUT", body: blink, headers: long })).status, 413);
  deepStrictEqual(await Deno.readFile(join(it.directory, "sunset.jpg")), sunset);
  deepStrictEqual((await filesWithin(it.directory)).filter((it) => !it.includes("shared")), [
    "sunset (2).jpg",
    "sunset.jpg",
    "x/y/moon.png",
  ]);
});

Deno.test("a dropped file stays in the directory and is visible, whatever its name is", async () => {
  await using it = await openGallery([], []);
  const table: [name: string, expected: string][] = [
    ["x/..", "x"],
    ["../../etc/cron.d/x.gif", "etc/cron.d/x.gif"],
    ["/etc/absolute.gif", "etc/absolute.gif"],
    ["C:\\Windows\\system32\\y.gif", "C_/Windows/system32/y.gif"],
    ["a\0b.gif", "a_b.gif"],
    ["line\r\nset-cookie: x.gif", "line set-cookie_ x.gif"],
    ["CON", "CON_"],
    ["lpt1.gif", "lpt1_.gif"],
    ["ends in a dot.", "ends in a dot"],
    [".idp2pi-choices", "_idp2pi-choices"],
    [`.idp2pi-${"0".repeat(32)}.part`, `__idp2pi-${"0".repeat(32)}.part_`],
    ["x.part", "_x.part_"],
    ["thumbs.db", "_thumbs.db_"],
    [`${"ã".repeat(300)}.gif`, `${"ã".repeat(125)}.gif`],
    [
      Array.from({ length: 40 }, (_, i) => `f${i}`).join("/"),
      Array.from({ length: 17 }, (_, i) => `f${i + 23}`).join("/"),
    ],
    ["\u202egpj.gif", "gpj.gif"],
    ["<img src=x onerror=alert(1)>.gif", "_img src=x onerror=alert(1)_.gif"],
  ];
  const saved: [name: string, path: string][] = [];
  for (const [i, [name]] of table.entries()) {
    const { bytes } = image(i);
    const headers = { "content-length": `${bytes.length}` };
    const path = `/api/files/${encodeURIComponent(name)}`;
    const put = await it.request(path, { method: "PUT", body: bytes.slice(), headers });
    const stored = await put.json() as StoredFile;
    saved.push([name, stored.name]);
    deepStrictEqual(await Deno.readFile(join(it.directory, stored.name)), bytes);
  }
  deepStrictEqual(saved, table);
  strictEqual(it.peer.folder.images.length, table.length);
});

Deno.test("a gallery that is only for looking refuses every change", async () => {
  await using it = await openGallery(["sunset.jpg"], [], { canControl: false });
  for (const command of ["download", "cancel", "pause", "resume", "retry", "share", "unshare", "reshare"]) {
    strictEqual((await it.post(command, { md5s: [md5Of(sunset)], on: false })).status, 403, command);
  }
  const put = await it.request("/api/files/a.gif", { method: "PUT", body: blink, headers: { "content-length": "9" } });
  strictEqual(put.status, 403);
  strictEqual((await it.json<GalleryState>("/api/state")).canControl, false);
  deepStrictEqual([it.peer.folder.images.length, HOST], [1, "127.0.0.1:4000"]);
});

Deno.test("names of strangers reach the page as text: as they are, in one event, and in no header", async () => {
  await using it = await openGallery([], []);
  const names = HOSTILE_NAMES.filter((name) => name !== "" && encodeName(name).length <= 255);
  const registered = names.slice(0, 200).map((name, i) => `${i.toString(16).padStart(32, "0")},${encodeName(name)}`);
  const { port } = it.peer.tracker.address;
  const answer = await say(port, `REG other 5000 ${registered.join(";")}`);
  match(answer, /200/);
  const ending = new AbortController();
  const events = eventsIn(await it.request("/api/events", { signal: ending.signal }));
  const { images } = await it.json<GalleryImages>("/api/images");
  const listed = (await it.peer.tracker.list()).images;
  deepStrictEqual(images.map(([, name]) => name), listed.map(({ name }) => name));
  strictEqual(images.length, 200);
  for await (const { event, data } of events) {
    if (event !== "images") continue;
    deepStrictEqual(JSON.parse(data).images, images);
    break;
  }
  ending.abort();
});

Deno.test("a saved file has the name of the image, whatever is in it", async () => {
  await using it = await openGallery([], []);
  const name = Deno.build.os === "windows" ? "ação'.gif" : "ação\r\nset-cookie: x\"'.gif";
  await Deno.writeFile(join(it.directory, name), blink);
  await it.peer.update();
  const response = await it.request(`/image/${md5Of(blink)}?original`);
  const header = response.headers.get("content-disposition")!;
  match(header, /^attachment; filename\*=UTF-8''[\w.%~!-]+$/);
  strictEqual(decodeURIComponent(header.split("''")[1]), name);
  strictEqual(response.headers.get("set-cookie"), null);
  await response.body?.cancel();
});

Deno.test("an image of 900 million pixels is not given to the browser, but can be saved", async () => {
  await using it = await openGallery([], []);
  const bomb = b.png();
  bomb.set([0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30], 16); // Width and height of its header.
  await Deno.writeFile(join(it.directory, "bomb.png"), bomb);
  await it.peer.update();
  const [{ md5, width, height }] = it.peer.folder.images;
  deepStrictEqual([width, height], [30_000, 30_000]);
  const refused = await it.request(`/image/${md5}`);
  deepStrictEqual([refused.status, (await refused.json() as GalleryRefusal).reason], [404, "Too large to be shown."]);
  deepStrictEqual(await (await it.request(`/image/${md5}?original`)).bytes(), new Uint8Array(bomb));
});
