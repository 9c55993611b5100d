import { deepStrictEqual, throws } from "node:assert/strict";
import { parsePlace, type TrackerPlace } from "../../lib/announce/tracker_place.ts";

const PLACES: [TrackerPlace, string, number][] = [
  ["192.0.2.1", "192.0.2.1", 13_377],
  ["192.0.2.1:5000", "192.0.2.1", 5_000],
  ["tracker.example", "tracker.example", 13_377],
  ["tracker.example:5000", "tracker.example", 5_000],
  ["2001:db8::1", "2001:db8::1", 13_377],
  ["[2001:db8::1]", "2001:db8::1", 13_377],
  ["[2001:db8::1]:5000", "2001:db8::1", 5_000],
  ["fe80::1%eth0", "fe80::1%eth0", 13_377],
  [{ host: "tracker.example" }, "tracker.example", 13_377],
  [{ host: "2001:db8::1", port: 5_000 }, "2001:db8::1", 5_000],
];

Deno.test("a tracker is given as on the command line, or as host and port", () => {
  for (const [place, host, port] of PLACES) deepStrictEqual(parsePlace(place), { host, port }, Deno.inspect(place));
});

Deno.test("an invalid port is an error with its value", () => {
  for (const place of ["192.0.2.1:0", "192.0.2.1:65536", "[::1]:99999", { host: "192.0.2.1", port: 0 }]) {
    throws(() => parsePlace(place), (error) => error instanceof RangeError && /65536|99999|0/.test(error.message));
  }
});
