/** `FND`: page after page, a tracker finds just what a filter of its whole list does. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { containsWords, parseFound } from "../../lib/protocol/find.ts";
import { foldName } from "../../lib/protocol/fold_name.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { parseList } from "../../lib/protocol/list.ts";
import { encodeName } from "../../lib/protocol/name.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import type { Block } from "../../lib/tracker/registry/registry.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { limit } from "../../lib/tracker/tracker_limits.ts";
import { bytes } from "../protocol/arbitraries.ts";

const PRIVATE = "10.0.0.1";
const md5 = (i: number): string => `${i}`.padStart(6, "0").repeat(6).slice(0, 32);

function ask(tracker: Tracker, request: string, host = PRIVATE, transport: "tcp" | "udp" = "tcp"): string {
  const { replies: [reply] } = tracker.handle(bytes(request), { host, port: 1 }, 0, transport);
  return new TextDecoder().decode(reply?.bytes);
}

function register(tracker: Tracker, names: readonly string[], port = 5_000, host = PRIVATE): string {
  return ask(tracker, `REG pw ${port} ${names.map((name, i) => `${md5(i)},${encodeName(name)}`).join(";")}`, host);
}

/** All pages of an answer. */
function find(tracker: Tracker, words: string, most: number, host = PRIVATE): { images: ListedImage[]; pages: number } {
  const images: ListedImage[] = [];
  let [from, pages] = [0, 0];
  do {
    const found = parseFound(ask(tracker, `FND ${most} ${from} ${words}`, host))!;
    ok(found.images.length <= most && (found.next === 0 || found.next > from));
    images.push(...found.images);
    [from, pages] = [found.next, pages + 1];
  } while (from > 0);
  return { images, pages };
}

const part = fc.constantFrom("cat", "a\nb", "Gato", "AÇÃO", "acao", "lisboa/", "1", ".jpg", "Σ", " ", "ς");
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join("")}x`);

Deno.test("pages of any size give what a filter of the whole list gives, also after changes", () => {
  const words = fc.array(fc.constantFrom("cat", "gato", "acao", "Ação", "lisboa", "x", "σ", "0000", "000001"), {
    minLength: 1,
    maxLength: 3,
  });
  const names = fc.array(name, { maxLength: 150 });
  fc.assert(
    fc.property(names, names, words, fc.integer({ min: 1, max: 200 }), (before, after, words, most) => {
      const tracker = new Tracker();
      for (const names of [before, after]) {
        register(tracker, names);
        register(tracker, names.slice(0, 10), 6_000);
        const list = parseList(ask(tracker, "LST"));
        const folded = words.map(foldName);
        const expected = list.filter(({ name, md5 }) => containsWords(foldName(name), md5, folded));
        deepStrictEqual(find(tracker, words.join(" "), most).images, expected);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a request looks at a limited number of images, and says where to go on", () => {
  const tracker = new Tracker();
  const each = limit("images looked at by an FND");
  for (let i = 0; i < 3; i++) {
    const images = Array.from(
      { length: each },
      (_, j) => `${(i * each + j).toString(16).padStart(32, "0")},${i}-${j}.gif`,
    );
    tracker.handle(bytes(`REG p ${5_000 + i} ${images.join(";")}`), { host: `10.0.${i}.1`, port: 1 }, 0, "tcp");
  }
  const { images, pages } = find(tracker, `2-${each - 1}.gif`, 1_000);
  deepStrictEqual(images.map(({ name }) => name), [`2-${each - 1}.gif`]);
  strictEqual(pages, 3);
});

Deno.test("only listed images are found, and only over TCP", () => {
  const tracker = new Tracker();
  register(tracker, ["secret.gif"], 5_000, "203.0.113.9");
  register(tracker, ["open.gif", "other.gif"]);
  deepStrictEqual(
    find(tracker, "gif", 10).images.map(({ name }) => name),
    parseList(ask(tracker, "LST")).map((it) => it.name),
  );
  strictEqual(ask(tracker, "FND 10 0 gif", PRIVATE, "udp"), "ERR INVALID_MESSAGE_FORMAT");
});

Deno.test("who asks too much is not answered, and nothing is searched", () => {
  let searches = 0;
  class Counting extends MemoryRegistry {
    override get blocks(): readonly Block[] {
      searches++;
      return super.blocks;
    }
  }
  const tracker = new Tracker({ registry: new Counting() });
  register(tracker, Array.from({ length: 10_000 }, (_, i) => `${i}.gif`));
  searches = 0;
  const answered = Array.from({ length: 200 }, () => ask(tracker, "FND 1 0 nothing", "203.0.113.9") !== "");
  ok(answered[0] && !answered.at(-1), "each look counts of the bytes that a source may get");
  strictEqual(searches, answered.filter((it) => it).length);
});
