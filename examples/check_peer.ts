/**
 * Checks what a peer answers to `GET`: asks it for an image, and compares the MD5 of what it sends. Exits with 0 if they
 * agree, and with 1 if they do not.
 *
 *     deno run --allow-net examples/check_peer.ts <ip:port> <md5>
 */
import { createHash } from "node:crypto";
import { formatGet, parseAddress, parseMd5 } from "@idp2pi/idp2pi/protocol";

const [address, md5] = [parseAddress(Deno.args[0] ?? ""), parseMd5(Deno.args[1] ?? "")];
if (!address || !md5) {
  console.error("Usage: check_peer.ts <ip:port> <md5>");
  Deno.exit(2);
}
const conn = await Deno.connect({ hostname: address.host, port: address.port });
const timer = setTimeout(() => conn.close(), 30_000); // A peer may never close the connection.
await conn.write(new TextEncoder().encode(formatGet(md5)));

const hash = createHash("md5");
let bytes = 0;
for await (const block of conn.readable) {
  hash.update(block);
  bytes += block.length;
}
clearTimeout(timer);
const got = hash.digest("hex");
console.log(got === md5 ? `Right: ${bytes} bytes, MD5 verified` : `Wrong: ${bytes} bytes with MD5 ${got}, not ${md5}`);
Deno.exit(got === md5 ? 0 : 1);
