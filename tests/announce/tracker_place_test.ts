import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { formatPlaces, parsePlaces, type TrackerPlace } from "../../lib/announce/tracker_place.ts";
import type { HostPort } from "../../lib/protocol/port.ts";

const PLACES: [TrackerPlace, ...HostPort[]][] = [
  ["192.0.2.1", { host: "192.0.2.1", port: undefined }],
  ["192.0.2.1:5000", { host: "192.0.2.1", port: 5_000 }],
  ["tracker.example", { host: "tracker.example", port: undefined }],
  ["tracker.example:5000", { host: "tracker.example", port: 5_000 }],
  ["2001:db8::1", { host: "2001:db8::1", port: undefined }],
  ["[2001:db8::1]", { host: "2001:db8::1", port: undefined }],
  ["[2001:db8::1]:5000", { host: "2001:db8::1", port: 5_000 }],
  ["fe80::1%eth0", { host: "fe80::1%eth0", port: undefined }],
  [{ host: "tracker.example" }, { host: "tracker.example" }],
  [{ host: "2001:db8::1", port: 5_000 }, { host: "2001:db8::1", port: 5_000 }],
  ["a.example, b.example:5000,[::1]:6000", { host: "a.example", port: undefined }, { host: "b.example", port: 5_000 }, {
    host: "::1",
    port: 6_000,
  }],
];

Deno.test("trackers are given as on the command line, or as host and port", () => {
  for (const [text, ...places] of PLACES) {
    deepStrictEqual(parsePlaces(text), places, Deno.inspect(text));
    const again = parsePlaces(formatPlaces(places));
    deepStrictEqual(again, places.map(({ host, port }) => ({ host, port })), Deno.inspect(text));
  }
  strictEqual(formatPlaces(parsePlaces("a, [::1]:6000")), "a,[::1]:6000");
});

Deno.test("an invalid port and a missing host are errors with the value", () => {
  const wrong = ["192.0.2.1:0", "192.0.2.1:65536", "[::1]:99999", { host: "192.0.2.1", port: 0 }, "a,", ",", "a,b:0"];
  for (const place of wrong) {
    throws(
      () => parsePlaces(place),
      (error) => error instanceof RangeError && error.message.includes(Deno.inspect(place)),
    );
  }
});
