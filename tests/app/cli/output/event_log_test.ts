import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { EventLog, type LogStyle } from "../../../../lib/app/cli/output/event_log.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import type { TrackerEvent } from "../../../../lib/tracker/effects.ts";

const peer = { host: "10.0.0.1", port: 5000 };
const NOON = new Date(2026, 0, 1, 12, 0, 0).getTime();

function log(
  style: Partial<LogStyle> = {},
): { lines: string[]; log: EventLog; record(event: TrackerEvent, ms?: number): void } {
  const lines: string[] = [];
  const log = new EventLog({ format: "text", level: "normal", words: ENGLISH, ...style }, (line) => lines.push(line));
  return { lines, log, record: (event, ms = 0) => log.event(event, () => ({ peers: 1, images: 2 }), NOON + ms) };
}

Deno.test("a line shows time, event, peer and counts", () => {
  const { lines, record } = log({ level: "verbose" });
  record({ kind: "registered", peer, images: 2 });
  record({ kind: "updated", peer, images: 1, from: { ...peer, port: 4999 } });
  record({ kind: "renewed", peer, images: 1 });
  record({ kind: "listed", to: peer, images: 1, cut: true });
  record({ kind: "refused", to: peer, request: "END", reason: "IP_REGISTERED_WITH_DIFFERENT_PASSWORD" });
  record({ kind: "refused", to: peer, request: "UPD", reason: "not registered" });
  record({ kind: "refused", to: peer, request: "LST", reason: "NO_IMAGES_AVAILABLE" });
  record({ kind: "lapsed", peer });
  deepStrictEqual(lines, [
    "12:00:00 REG 10.0.0.1:5000 shares 2 images (1 peer, 2 images)",
    "12:00:00 UPD 10.0.0.1:4999 is now 10.0.0.1:5000 and shares 1 image (1 peer, 2 images)",
    "12:00:00 UPD 10.0.0.1:5000 renewed 1 image",
    "12:00:00 LST 10.0.0.1 received 1 image: the rest does not fit in a datagram",
    "12:00:00 END 10.0.0.1 refused: IP_REGISTERED_WITH_DIFFERENT_PASSWORD",
    "12:00:00 UPD 10.0.0.1: not registered here, and has to register",
    "12:00:00 LST 10.0.0.1: no images yet",
    "12:00:00 --- 10.0.0.1:5000 expired: its lease ended and its port does not answer (1 peer, 2 images)",
  ]);
});

Deno.test("quiet logs nothing, normal no renewals, verbose all", () => {
  for (const [level, count] of [["quiet", 0], ["normal", 1], ["verbose", 3]] as const) {
    const { lines, record } = log({ level });
    record({ kind: "finished", peer });
    record({ kind: "renewed", peer, images: 1 });
    record({ kind: "answered", peer });
    strictEqual(lines.length, count, level);
  }
});

Deno.test("an unreachable peer is logged if it is listed, and with --verbose otherwise", () => {
  const { lines, record } = log();
  record({ kind: "unreachable", peer, listed: false });
  deepStrictEqual(lines, []);
  record({ kind: "unreachable", peer, listed: true });
  deepStrictEqual(lines, ["12:00:00 --- 10.0.0.1:5000 does not answer on its port"]);
});

Deno.test("with JSON, each line of the log is one object", () => {
  const { lines, record } = log({ format: "json" });
  record({ kind: "updated", peer, images: 3, from: peer });
  deepStrictEqual(JSON.parse(lines[0]), {
    version: 1,
    kind: "log",
    time: new Date(NOON).toISOString(),
    event: "updated",
    peer: "10.0.0.1:5000",
    images: 3,
    from: "10.0.0.1:5000",
  });
  record({ kind: "refused", to: peer, request: "\x1b]0;owned\x07\u202e", reason: "unknown type" });
  ok(!/[\p{Cc}\p{Cf}]/u.test(lines[1]), lines[1]);
});

Deno.test("a flood of events does not flood the log or hide other kinds", () => {
  const { lines, log: it, record } = log();
  for (let i = 0; i < 5_000; i++) record({ kind: "refused", to: peer, request: "?", reason: "unknown type" }, i / 10);
  record({ kind: "finished", peer }, 600);
  strictEqual(lines.length, 21);
  it.endSecond(NOON + 1_000);
  strictEqual(lines.at(-1), "12:00:01 --- 4,980 more lines of “refused” suppressed within one second");
  it.endSecond(NOON + 2_000);
  strictEqual(lines.length, 22);
});
