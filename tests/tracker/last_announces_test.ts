import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { LastAnnounces } from "../../lib/tracker/last_announces.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import type { PeerRecord } from "../../lib/tracker/registry/records.ts";
import { type Announce, parseRequest } from "../../lib/protocol/request.ts";
import { bytes, CAT, DOG } from "../protocol/arbitraries.ts";

const HOST = "10.0.0.1";

/** A registry in which this announce was made, and the last announces with it. */
function announced(text: string): { last: LastAnnounces; peer: PeerRecord; registry: MemoryRegistry } {
  const registry = new MemoryRegistry();
  const { password, port, images } = parseRequest(bytes(text)) as Announce;
  const peer = registry.put({ address: { host: HOST, port }, password, images, listed: true, expiresAt: 1 });
  const last = new LastAnnounces(registry);
  last.keep(peer, bytes(text));
  return { last, peer, registry };
}

/** The images of this announce; those that are parsed again are not the records of the registry. */
function images(last: LastAnnounces, text: string, host = HOST): Announce["images"] {
  return (last.parse(bytes(text), host) as Announce).images;
}

/** What a request says, without the records of the registry. */
function plain(request: ReturnType<typeof parseRequest>): unknown {
  if (!("images" in request)) return request;
  return { ...request, images: request.images.map(({ md5, name }) => ({ md5, name })) };
}

Deno.test("a repeated announce is recognized as the one that parsing gives, also when REG becomes UPD", () => {
  for (
    const text of [`REG pw 5000 ${CAT},cat.png;${DOG},dog.png`, "REG pw 65535 ", `REG pá$ 5000 ${CAT},é%20.png\n`]
  ) {
    const { last, peer } = announced(text);
    for (const again of [text, text.replace("REG", "UPD")]) {
      strictEqual(images(last, again), peer.images, again);
      deepStrictEqual(plain(last.parse(bytes(again), HOST)), parseRequest(bytes(again)), again);
    }
  }
});

Deno.test("an announce that differs in one byte, comes from elsewhere or was dropped is parsed", () => {
  const text = `REG pw 5000 ${CAT},cat.png`;
  const { last, peer } = announced(text);
  const different = [
    `REG px 5000 ${CAT},cat.png`,
    `REG pw 5001 ${CAT},cat.png`,
    `REG pw 05000 ${CAT},cat.png`,
    `REG pw 5000 ${CAT},cat.pnf`,
    `REG pw 5000 ${CAT},cat.png;`,
    `REG pw 5000  ${CAT},cat.png`,
    `REQ pw 5000 ${CAT},cat.png`,
    "REG pw 5000",
    "LST",
    "",
  ];
  for (const other of different) {
    deepStrictEqual(plain(last.parse(bytes(other), HOST)), parseRequest(bytes(other)), other);
  }
  notStrictEqual(images(last, text, "10.0.0.2"), peer.images);
  last.drop(peer);
  notStrictEqual(images(last, text), peer.images);
  strictEqual(last.bytes, 0);
});

Deno.test("of an announce that changes, adds or omits images, only the new entry is parsed", () => {
  const entries = Array.from({ length: 20 }, (_, i) => `${i.toString(16).padStart(32, "0")},picture%20${i}.png`);
  const { last, peer } = announced(`REG pw 5000 ${entries.join(";")}`);
  const added = `${CAT},cat.png`;
  const changes: [entries: string[], parsed: number][] = [
    [entries.with(7, added), 1],
    [entries.toSpliced(0, 0, added), 1],
    [[...entries, added], 1],
    [entries.toSpliced(3, 5), 0],
    [entries.with(19, entries[19].replace("picture", "photo")), 1],
  ];
  for (const [now, parsed] of changes) {
    const text = `UPD pw 5000 ${now.join(";")}`;
    const known = new Set<unknown>(peer.images);
    strictEqual(images(last, text).filter((image) => !known.has(image)).length, parsed, text);
    deepStrictEqual(plain(last.parse(bytes(text), HOST)), parseRequest(bytes(text)));
  }
});

Deno.test("any announce after any other is the one that parsing it alone gives", () => {
  const entry = fc.constantFrom(...[1, 2, 3, 4, 5].flatMap((i) => {
    const md5 = `${i}a`.padStart(32, "0");
    return [`${md5},${i}.png`, `${md5.toUpperCase()},%C3%A9${i}`, `'${md5},${i}.png'`, `${md5},${i}.jpg`];
  }));
  const field = fc.tuple(fc.array(entry, { maxLength: 6 }), fc.constantFrom("", ";", "\n"))
    .map(([entries, end]) => entries.join(";") + end);
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(5000, 5001), field)), (announces) => {
    const registry = new MemoryRegistry();
    const last = new LastAnnounces(registry);
    for (const [port, field] of announces) {
      const sent = bytes(`REG pw ${port} ${field}`);
      const request = last.parse(sent, HOST);
      deepStrictEqual(plain(request), parseRequest(sent));
      if (request.type !== "REG") continue;
      const { password, images } = request;
      const peer = registry.put({ address: { host: HOST, port }, password, images, listed: true, expiresAt: 1 });
      last.keep(peer, sent);
    }
  }));
});

Deno.test("a long announce is not kept, and removes the one before it", () => {
  const text = `REG pw 5000 ${CAT},cat.png`;
  const { last, peer } = announced(text);
  last.keep(peer, bytes(`${text};${DOG},${"x".repeat(5_000)}`));
  notStrictEqual(images(last, text), peer.images);
  strictEqual(last.bytes, 0);
});

Deno.test("a repeat has the names that the peer gave, whatever others call its images", () => {
  const text = `REG pw 5000 ${CAT},cat.png`;
  const { last, peer, registry } = announced(text);
  const other = { address: { host: HOST, port: 5001 }, password: "pw", listed: true, expiresAt: 1 };
  registry.put({ ...other, images: [{ md5: CAT, name: "gato.png" }] });
  registry.put({ ...peer, images: peer.announced() }); // Now the other is the oldest, and names the image.
  strictEqual(peer.images[0].name, "gato.png");
  deepStrictEqual(images(last, text), [{ md5: CAT, name: "cat.png" }]);
  deepStrictEqual(images(last, `${text};${DOG},dog.png`)[0], { md5: CAT, name: "cat.png" });
});
