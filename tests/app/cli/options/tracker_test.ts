import { strictEqual, throws } from "node:assert/strict";
import { PARSERS, parseTracker } from "../../../../lib/app/cli/options/values.ts";
import { UsageError } from "../../../../lib/app/words/usage.ts";

const PLACES: [string, string][] = [
  ["192.168.0.10", "192.168.0.10:13377"],
  ["192.168.0.10:5000,fd77::1", "192.168.0.10:5000,[fd77::1]:13377"],
  ["::ffff:192.168.0.10", "[::ffff:192.168.0.10]:13377"],
  ["school", "school"],
  ["5a,lab-5,1.example.org.", "5a,lab-5,1.example.org."],
  ["auto:5000,auto.", "auto:5000,auto."],
];

for (const [text, places] of PLACES) {
  Deno.test(`“${text}” are trackers`, () => strictEqual(parseTracker(text, 13_377), places));
}

const REFUSED: [string, string][] = [
  ...[
    "5",
    "5:13377",
    "2130706433",
    "127.1",
    "127.0.1",
    "010.0.0.1",
    "256.0.0.1",
    "1.2.3.4.5",
    "0x7f000001",
    "a.0x1",
    "5.",
  ]
    .map((it): [string, string] => [it, "short-address"]),
  ["192.168.0.10,5", "short-address"],
  ["192.168.0.10,auto", "auto-in-list"],
  ["Automático, 5", "auto-in-list"],
  ["192.168.0.10:0", "bad-tracker-port"],
  ["192.168.0.10,", "bad-tracker-port"],
];

for (const [text, code] of REFUSED) {
  Deno.test(`“${text}” is refused: ${code}`, async () => {
    throws(() => parseTracker(text), (error) => error instanceof UsageError && error.code === code);
    strictEqual(await PARSERS.trackers(text.replaceAll(" ", "")), null, "in --also too");
  });
}
