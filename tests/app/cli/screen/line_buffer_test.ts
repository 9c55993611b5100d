import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { LineBuffer } from "../../../../lib/app/cli/screen/line_buffer.ts";
import { SizeCache } from "../../../../lib/app/cli/screen/size_cache.ts";
import { Inbox } from "../../../support.ts";

const image = (n: number) => ({ md5: `${n}`.padStart(32, "0"), name: `${n}.gif`, peers: [] });

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

Deno.test("sizes are requested once, few at a time, and only for images on the screen", async () => {
  const asked: number[] = [];
  const answers = new Map<number, PromiseWithResolvers<number | null>>();
  const changes = new Inbox<number>();
  let count = 0;
  const sizes = new SizeCache(({ name }) => {
    const n = Number.parseInt(name);
    asked.push(n);
    answers.set(n, Promise.withResolvers());
    return answers.get(n)!.promise;
  }, () => changes.put(++count));
  sizes.request([1, 2, 3, 4, 5, 6].map(image));
  deepStrictEqual(asked, [1, 2, 3, 4]);
  sizes.request([2, 7, 8].map(image)); // The user continued.
  answers.get(1)!.resolve(100);
  await changes.find((it) => it === 1, "the first size");
  deepStrictEqual(asked, [1, 2, 3, 4, 7]);
  answers.get(2)!.resolve(null);
  answers.get(3)!.reject(new Error("it went away"));
  await changes.find((it) => it === 3, "three answers");
  deepStrictEqual(asked, [1, 2, 3, 4, 7, 8]);
  deepStrictEqual([1, 2, 3].map((n) => sizes.get(image(n))), [100, undefined, undefined]);
  sizes.request([1, 2, 3].map(image));
  strictEqual(asked.length, 6); // An unknown size is not requested again,
  sizes.retry(); // unless the list is refreshed.
  sizes.request([1, 2].map(image));
  deepStrictEqual(asked, [1, 2, 3, 4, 7, 8, 2]);
});
