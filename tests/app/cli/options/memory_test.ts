/** How much memory may be asked for. */
import { ok, rejects, strictEqual } from "node:assert/strict";
import { getHeapStatistics } from "node:v8";
import type { UsageError } from "../../../../lib/app/words/usage.ts";
import { parseValue } from "../../../../lib/app/cli/options/values.ts";
import { taskFlags } from "../../../../scripts/task_flags.ts";

const parse = (text: string): Promise<unknown> => parseValue(text, "memory", "--memory", (path) => path);

Deno.test("memory is at most three quarters of what the machine and the runtime have, and the error says how much", async () => {
  const most = 0.75 * Math.min(getHeapStatistics().heap_size_limit, Deno.systemMemoryInfo().total);
  strictEqual(await parse("8M"), 8_000_000);
  await rejects(parse("7.9M"), { code: "bad-memory" });
  await rejects(parse("900G"), ({ choices }: UsageError) => {
    const megabytes = Number(/^(\d+)M$/.exec(choices)![1]);
    return megabytes > 8 && megabytes <= most / 1e6;
  });
});

Deno.test("the server may use the memory that its option allows, compiled too", () => {
  const flag = taskFlags("server").find((it) => it.startsWith("--v8-flags="));
  const megabytes = Number(/--max-old-space-size=(\d+)$/.exec(flag!)![1]);
  const [peers, most] = [2 ** 24, 0.75 * megabytes * 1024 ** 2];
  ok(most > 10e9, "enough for some 25 million images");
  ok(most / 700 < peers, "peers without images, at 700 bytes each, fit into a map");
});
