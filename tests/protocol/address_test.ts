import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { canonicalHost, formatAddress, parseAddress } from "../../lib/protocol/address.ts";
import { parsePort } from "../../lib/protocol/port.ts";
import { isIP } from "node:net";
import { parseList } from "../../lib/protocol/list.ts";
import { limitToPeer, selectTyped } from "../../lib/app/cli/commands/selection.ts";
import { PARSERS } from "../../lib/app/cli/options/values.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";
import { addressArbitrary } from "./arbitraries.ts";

Deno.test("a port is only a decimal number from 1 to 65535", () => {
  strictEqual(parsePort("1"), 1);
  strictEqual(parsePort("65535"), 65_535);
  for (const text of ["", "0", "65536", "99999999999", "12x", "x12", "-1", "+1", " 1", "1 ", "01", "1.0", "1e3", "٣"]) {
    strictEqual(parsePort(text), null, text);
  }
});

Deno.test("an address is read in both orders, and only as an IP literal", () => {
  deepStrictEqual(parseAddress("10.0.0.7:4000"), { host: "10.0.0.7", port: 4000 });
  deepStrictEqual(parseAddress("4000:10.0.0.7"), { host: "10.0.0.7", port: 4000 });
  deepStrictEqual(parseAddress("[2001:db8::1]:4000"), { host: "2001:db8::1", port: 4000 });
  for (
    const text of ["", ":", "10.0.0.7", "10.0.0.7:", ":4000", "example.org:80", "10.0.0.999:80", "[::1]", "::1:80"]
  ) {
    strictEqual(parseAddress(text), null, text);
  }
});

Deno.test("any address can be read back", () => {
  fc.assert(fc.property(addressArbitrary, (address) => deepStrictEqual(parseAddress(formatAddress(address)), address)));
});

Deno.test("an IPv4 address on an IPv6 socket is plain", () => {
  strictEqual(canonicalHost("::ffff:10.0.0.7"), "10.0.0.7");
  strictEqual(canonicalHost("2001:db8::1"), "2001:db8::1");
  strictEqual(canonicalHost("10.0.0.7"), "10.0.0.7");
});

/** What may be written for one host, and its canonical form. */
const FORMS: [string, string][] = [
  ["2001:DB8:0::1", "2001:db8::1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["fe80::1%eth0", "fe80::1"],
  ["FE80:0::1%25", "fe80::1"],
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["::FFFF:102:304", "1.2.3.4"],
  ["0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"],
  ["0::1", "::1"],
  ["10.0.0.7", "10.0.0.7"],
];

Deno.test("a host has one form, however it is written in a list, for --from, or in the menu", async () => {
  for (const [written, host] of FORMS) {
    strictEqual(canonicalHost(written), host, written);
    const address = formatAddress({ host: written, port: 5_000 });
    deepStrictEqual(parseAddress(address), { host, port: 5_000 }, written);
    const md5 = "0".repeat(32);
    const twice = parseList(`${md5},cat.gif,${address},${formatAddress({ host, port: 5_000 })}`);
    deepStrictEqual(twice, [{ md5, name: "cat.gif", peers: [{ host, port: 5_000 }] }], "one peer");
    for (const choice of [address, written, `[${written}]`]) {
      const from = await PARSERS.peer(choice);
      strictEqual(from && limitToPeer(from, twice).length, 1, `--from ${choice}`);
      deepStrictEqual(selectTyped(`from ${choice}`, twice, ENGLISH.client.selection), { images: twice }, choice);
    }
  }
});

Deno.test("every IP literal that the system accepts has a canonical form, which is its own canonical form", () => {
  const part = fc.integer({ min: 0, max: 0xffff }).map((it) => it.toString(16));
  const mapped = fc.tuple(part, part).map(([high, low]) => `::ffff:${high}:${low}`);
  const literal = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV6().map((it) => it.toUpperCase()), mapped);
  fc.assert(fc.property(literal.filter((it) => isIP(it) !== 0), (host) => {
    const canonical = canonicalHost(host);
    strictEqual(isIP(canonical) !== 0, true, canonical);
    strictEqual(canonicalHost(canonical), canonical);
  }));
});
