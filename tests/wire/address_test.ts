import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatAddress, parseAddress, plainHost } from "../../lib/wire/address.ts";
import { parsePort } from "../../lib/wire/port.ts";
import { addressArbitrary } from "./arbitraries.ts";

Deno.test("a port is a decimal number from 1 to 65535 and nothing else", () => {
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

Deno.test("any address is read back as it was", () => {
  fc.assert(fc.property(addressArbitrary, (address) => deepStrictEqual(parseAddress(formatAddress(address)), address)));
});

Deno.test("an IPv4 address on an IPv6 socket is plain", () => {
  strictEqual(plainHost("::ffff:10.0.0.7"), "10.0.0.7");
  strictEqual(plainHost("2001:db8::1"), "2001:db8::1");
  strictEqual(plainHost("10.0.0.7"), "10.0.0.7");
});
