import { deepStrictEqual } from "node:assert/strict";
import { settleSoon } from "../../lib/net/settle_soon.ts";

const yes = (value: number) => ({ status: "fulfilled", value });
const no = (reason: string) => ({ status: "rejected", reason });
const never = new Promise<number>(() => {});

Deno.test("who answers does not wait for who does not", async () => {
  deepStrictEqual(await settleSoon([never, Promise.resolve(1), Promise.reject("odd")], 1), [null, yes(1), no("odd")]);
  deepStrictEqual(await settleSoon([Promise.resolve(1), Promise.resolve(2)], 60_000), [yes(1), yes(2)]);
});

Deno.test("while nobody has answered, all are waited for", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const results = settleSoon([Promise.reject("odd"), promise], 0);
  await new Promise((next) => setTimeout(next, 1));
  resolve(2);
  deepStrictEqual(await results, [no("odd"), yes(2)]);
  deepStrictEqual(await settleSoon([Promise.reject("a"), Promise.reject("b")], 60_000), [no("a"), no("b")]);
});
