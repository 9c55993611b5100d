import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { LastAnnounces } from "../../lib/tracker/last_announces.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import type { PeerRecord } from "../../lib/tracker/registry/records.ts";
import { type Announce, parseRequest } from "../../lib/protocol/request.ts";
import { bytes, CAT, DOG } from "../protocol/arbitraries.ts";

const HOST = "10.0.0.1";
const FROM = { host: HOST, port: 40_000 };

/** A registry in which this announce was made, and the last announces with it. */
function announced(text: string): { last: LastAnnounces; peer: PeerRecord; registry: MemoryRegistry } {
  const registry = new MemoryRegistry();
  const { password, port, images } = parseRequest(bytes(text)) as Announce;
  const peer = registry.put({ address: { host: HOST, port }, password, images, listed: true, expiresAt: 1 });
  const last = new LastAnnounces(registry);
  last.keep(peer, bytes(text));
  return { last, peer, registry };
}

Deno.test("the same announce is recognized, and is what reading it gives, also when REG becomes UPD", () => {
  for (
    const text of [`REG pw 5000 ${CAT},cat.png;${DOG},dog.png`, "REG pw 65535 ", `REG pá$ 5000 ${CAT},é%20.png\n`]
  ) {
    const { last } = announced(text);
    for (const again of [text, text.replace("REG", "UPD")]) {
      const { images, ...request } = last.repeated(bytes(again), FROM)!;
      const plain = images.map(({ md5, name }) => ({ md5, name }));
      deepStrictEqual({ ...request, images: plain }, parseRequest(bytes(again)), again);
    }
  }
});

Deno.test("whatever is different in one byte is read, and so is what comes from elsewhere or was dropped", () => {
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
  for (const other of different) strictEqual(last.repeated(bytes(other), FROM), null, other);
  strictEqual(last.repeated(bytes(text), { host: "10.0.0.2", port: FROM.port }), null);
  last.drop(peer);
  strictEqual(last.repeated(bytes(text), FROM), null);
  strictEqual(last.bytes, 0);
});

Deno.test("of a long announce nothing is kept, nor what was kept before it", () => {
  const text = `REG pw 5000 ${CAT},cat.png`;
  const { last, peer } = announced(text);
  const long = bytes(`${text};${DOG},${"x".repeat(5_000)}`);
  last.keep(peer, long);
  deepStrictEqual([last.repeated(long, FROM), last.repeated(bytes(text), FROM), last.bytes], [null, null, 0]);
});

Deno.test("a repeat has the names that the peer gave, whatever others call its images", () => {
  const text = `REG pw 5000 ${CAT},cat.png`;
  const { last, peer, registry } = announced(text);
  const other = { address: { host: HOST, port: 5001 }, password: "pw", listed: true, expiresAt: 1 };
  registry.put({ ...other, images: [{ md5: CAT, name: "gato.png" }] });
  registry.put({ ...peer, images: peer.announced() }); // Now the other is the oldest, and names the image.
  strictEqual(peer.images[0].name, "gato.png");
  deepStrictEqual(last.repeated(bytes(text), FROM)?.images, [{ md5: CAT, name: "cat.png" }]);
});
