import { deepStrictEqual } from "node:assert/strict";
import { LineBuffer } from "../../../../lib/app/cli/screen/line_buffer.ts";
import { Inbox } from "../../../support.ts";

Deno.test("lines that arrive together are shown together, and lines that arrive during a pause after it", async () => {
  const shown = new Inbox<string>();
  const lines = new LineBuffer((left) => `${left} left out`);
  lines.add("early");
  lines.attach(shown.put);
  await shown.find((it) => it === "early\n", "the line from before");
  lines.pause();
  lines.add("one");
  lines.add("two");
  lines.flush();
  lines.resume();
  await shown.find((it) => it === "one\ntwo\n", "the lines that were held");
});

Deno.test("of a flood of lines only the end is shown", () => {
  let shown = "";
  const lines = new LineBuffer((left) => `${left} left out`);
  lines.attach((text) => shown += text);
  for (let i = 0; i < 10_000; i++) lines.add(`${i}`);
  lines.flush();
  const all = shown.trimEnd().split("\n");
  deepStrictEqual([all.length, all[0], all[1], all.at(-1)], [201, "9800 left out", "9800", "9999"]);
});
