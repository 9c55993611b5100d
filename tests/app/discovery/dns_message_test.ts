import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  countEntries,
  decodeMessage,
  type DnsMessage,
  encodeMessage,
  MAX_ENTRIES,
} from "../../../lib/app/discovery/dns_message.ts";
import { query, response } from "./support.ts";

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text.replace(/\s/g, ""));

Deno.test("a query is the bytes of RFC 1035, and is read again", () => {
  const message = query({ name: "_idp2pi._udp.local", type: "PTR" });
  const bytes = hex("0000 0000 0001 0000 0000 0000 075f696470327069 045f756470 056c6f63616c 00 000c 0001");
  deepStrictEqual(encodeMessage(message), bytes);
  deepStrictEqual(decodeMessage(bytes), { ...message, questions: [{ ...message.questions[0], unicast: false }] });
  bytes[bytes.length - 2] = 0x80; // The bit “QU” (RFC 6762, section 5.4).
  strictEqual(decodeMessage(bytes)?.questions[0].unicast, true);
});

Deno.test("records of DNS-SD are read again as they were written, and others are left out", () => {
  const name = "Sala são 3._idp2pi._udp.local";
  const message = response(
    { type: "PTR", name: "_idp2pi._udp.local", ttl: 4_500, flush: false, target: name },
    { type: "SRV", name, ttl: 120, flush: true, target: "idp2pi-1.local", port: 13_377 },
    { type: "TXT", name, ttl: 0, flush: true, strings: ["txtvers=1", "version=ção"] },
    { type: "A", name: "idp2pi-1.local", ttl: 120, flush: true, host: "10.77.0.1" },
    { type: "AAAA", name: "idp2pi-1.local", ttl: 120, flush: true, host: "fd77::1" },
  );
  deepStrictEqual(decodeMessage(encodeMessage(message)), message);
  const mailAnd = hex("0000 8400 0000 0002 0000 0000 0161 00 000f 0001 00000078 0005 0001 0162 00") as Uint8Array;
  const address = hex("0161 00 0001 8001 00000078 0004 0a4d0001");
  deepStrictEqual(decodeMessage(new Uint8Array([...mailAnd, ...address]))?.records, [
    { type: "A", name: "a", ttl: 120, flush: true, host: "10.77.0.1" },
  ]);
});

Deno.test("hostile bytes are no message, and end soon", () => {
  const header = "0000 8400 0000 0001 0000 0000";
  const bad = {
    "no header": "0000",
    "a pointer to itself": `${header} c00c 000c 0001 00000078 0002 c00c`,
    "pointers in a circle": `${header} c00e c00c 000c 0001 00000078 0002 c00c`,
    "a label beyond the end": `${header} 3f61`,
    "more records than there are": "0000 8400 ffff ffff ffff ffff",
    "a label of a reserved kind": `${header} 8061 00 0001 0001 00000078 0004 0a4d0001`,
  };
  for (const [what, bytes] of Object.entries(bad)) strictEqual(decodeMessage(hex(bytes)), null, what);
  strictEqual(decodeMessage(new Uint8Array(9_001)), null, "longer than multicast DNS allows");
  const unnamed = `${header} 00 000c 0001 00000078 0003 0161 00`;
  deepStrictEqual(decodeMessage(hex(unnamed))?.records, [], "a name that cannot be asked for");
});

Deno.test("a message with more names than any device announces is not read: each may be a pointer to a long one", () => {
  const many = (count: number): Uint8Array => {
    const pointers = "c00c 000c 0001".repeat(count - 1);
    return hex(`0000 0000 ${count.toString(16).padStart(4, "0")} 0000 0000 0000 0161 00 000c 0001 ${pointers}`);
  };
  strictEqual(decodeMessage(many(MAX_ENTRIES))?.questions.length, MAX_ENTRIES);
  strictEqual(decodeMessage(many(MAX_ENTRIES + 1)), null);
  strictEqual(countEntries(hex("0000 0000 0001 0002 0003 0100")), 262);
});

Deno.test("any bytes are a message or none, and what is read can be sent again", () => {
  const again = (message: DnsMessage | null): void => {
    if (message) ok(decodeMessage(encodeMessage(message)));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => again(decodeMessage(bytes))));
  const good = encodeMessage(response(
    { type: "PTR", name: "_idp2pi._udp.local", ttl: 9, flush: false, target: "a._idp2pi._udp.local" },
    { type: "SRV", name: "a._idp2pi._udp.local", ttl: 9, flush: true, target: "h.local", port: 1 },
  ));
  fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
    const bytes = good.slice();
    bytes[at] = byte;
    again(decodeMessage(bytes));
    again(decodeMessage(bytes.subarray(0, length)));
  }));
});
