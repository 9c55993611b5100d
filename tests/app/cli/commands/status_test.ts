import { deepStrictEqual, ok } from "node:assert/strict";
import stringWidth from "string-width";
import { stateLines } from "../../../../lib/app/cli/commands/status_command.ts";
import type { ClientState } from "../../../../lib/app/control/message.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";

const since = new Date(2026, 10, 25, 14, 2);
const state: ClientState = {
  pid: 4711,
  directory: "/home/ana/Pictures",
  port: 40_213,
  addresses: ["192.168.0.21:40213"],
  tracker: "192.168.0.10:13377",
  registered: true,
  lost: null,
  also: [],
  images: 1_234,
  bytes: 2_300_000_000,
  since: since.toISOString(),
  served: { images: 1, bytes: 2_700_000 },
  fetching: [],
};
const now = since.getTime() + 3_725_000;
const shown = (state: ClientState, words = ENGLISH, at = now, width = 80): string[] =>
  stateLines(state, words, at, width).map((line) => line.replaceAll("\u00a0", " "));

Deno.test("a client is shown in a few short lines, in both languages", () => {
  deepStrictEqual(shown(state), [
    "/home/ana/Pictures",
    "  sharing      1,234 images (2.3 GB)",
    "  address      192.168.0.21:40213",
    "  tracker      192.168.0.10:13377, registered",
    "  sent         1 image (2.7 MB)",
    "  running      since 14:02 (1h 2m), process ID 4711",
  ]);
  deepStrictEqual(shown({ ...state, registered: false, fetching: ["a.gif", "b.gif"] }, PORTUGUESE), [
    "/home/ana/Pictures",
    "  compartilhando  1.234 imagens (2,3 GB)",
    "  endereço        192.168.0.21:40213",
    "  tracker         192.168.0.10:13377, não registrado",
    "  envios          1 imagem (2,7 MB)",
    "  baixando        a.gif, b.gif",
    "  em execução     desde 14:02 (1 h 2 min), processo 4711",
  ]);
});

Deno.test("a starting client is shown as starting, and a client of another day with its date", () => {
  const starting = { ...state, port: null, addresses: [], registered: false, images: 0, bytes: 0 };
  deepStrictEqual(shown(starting).slice(1, 3), [
    "  sharing      scanning the directory for the first time",
    "  tracker      192.168.0.10:13377, not registered",
  ]);
  const later = now + 3 * 24 * 3_600_000;
  ok(shown(state, ENGLISH, later).at(-1)!.includes("since Nov 25, 2026"), shown(state, ENGLISH, later).at(-1));
});

Deno.test("no line is wider than the terminal or contains control characters", () => {
  const lost = { code: "tracker-silent", values: { address: "192.168.0.10:13377", seconds: 10 } };
  const hostile = { ...state, lost, fetching: ["\x1b[2J\u202e.gif", ...Array(8).fill("a long name of an image.jpg")] };
  for (const words of [ENGLISH, PORTUGUESE]) {
    const lines = shown(hostile, words);
    for (const line of lines) ok(stringWidth(line) <= 80, line);
    ok(!/[\p{Cc}\p{Cf}]/u.test(lines.join("")), "a control character");
    ok(lines.some((line) => line.includes("192.168.0.10:13377,")));
  }
});
