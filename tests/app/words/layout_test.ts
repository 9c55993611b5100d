import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { listLines } from "../../../lib/app/cli/output/list_table.ts";
import { cut, cutMiddle, cutName, cutPath, pad, widest, wrap } from "../../../lib/app/words/layout.ts";
import type { ListedImage } from "../../../lib/protocol/image.ts";
import { visible } from "../../../lib/app/words/visible.ts";
import { ENGLISH } from "../../../lib/app/words/en/words.ts";
import { UNSEEN } from "../../hostile_names.ts";
import { CAT, DOG, listedArbitrary, nameArbitrary } from "../../protocol/arbitraries.ts";

const numbered = (image: ListedImage, i: number) => ({ index: i + 1, image });

Deno.test("text is cut and padded by its width on the screen", () => {
  strictEqual(cut("hello", 5), "hello");
  strictEqual(cut("hello", 4), "hel…");
  strictEqual(cut("猫猫猫", 5), "猫猫…");
  strictEqual(cut("猫猫猫", 4), "猫…");
  strictEqual(cut("👍🏽👍🏽", 3), "👍🏽…");
  strictEqual(cut("hello", 0), "");
  strictEqual(cutMiddle("beach at the sea.jpeg", 21), "beach at the sea.jpeg");
  strictEqual(cutMiddle("beach at the sea.jpeg", 15), "beach at ….jpeg");
  strictEqual(cutMiddle("猫猫猫猫猫猫猫猫.png", 12), "猫猫猫….png");
  strictEqual(cutMiddle("hello", 1), "…");
  strictEqual(cutMiddle("hello", 0), "");
  strictEqual(cutPath("2024/lisboa/DSC_0001.jpg", 24), "2024/lisboa/DSC_0001.jpg");
  strictEqual(cutPath("2024/lisboa/DSC_0001.jpg", 20), "2024/l…/DSC_0001.jpg");
  strictEqual(cutPath("2024/lisboa/DSC_0001.jpg", 14), "…/DSC_0001.jpg");
  strictEqual(cutPath("2024/lisboa/DSC_0001.jpg", 11), "DSC_000…jpg");
  strictEqual(cutPath("2024/lisboa/", 10), "2…/lisboa/");
  strictEqual(cutPath("beach at the sea.jpeg", 15), "beach at ….jpeg");
  strictEqual(cutName("beach at the sea.jpeg", 15), "beach at the s…");
  strictEqual(cutName("lisboa/sea.jpeg", 12), "li…/sea.jpeg");
  strictEqual(pad("猫", 4), "猫  ");
  strictEqual(pad("7", 3, "left"), "  7");
  deepStrictEqual(wrap(["aa", "bb", "cccccc", "d"], 5), ["aa bb", "cccccc", "d"]);
});

Deno.test("each character has the width that the library for arbitrary text measures, also in plain text", () => {
  for (let code = 0x20; code < 0x3_000; code++) {
    const text = String.fromCodePoint(code, code);
    strictEqual(widest([text]), stringWidth(text), code.toString(16));
  }
});

Deno.test("characters that would steer the terminal are shown and have no effect", () => {
  strictEqual(visible("a\x1b[2Jb"), "a\\u{1b}[2Jb");
  strictEqual(visible("photo\u202egnp.exe"), "photo\\u{202e}gnp.exe");
  strictEqual(visible("zero\u200bwidth\nline\u2028"), "zero\\u{200b}width\\u{a}line\\u{2028}");
  const joined = ["می‌خواهم.jpg", "क्‍ष क्‌ष", "👨‍👩‍👧‍👦 🏳️‍🌈 🧑🏽‍💻"];
  for (const plain of [...joined, "café 猫 👍", "e\u0301 ❤️ 1️⃣ 葛\u{e0100}", "ที่ เด็ก", "שָׁלוֹם", "བསྒྲུབས"]) {
    strictEqual(visible(plain), plain);
  }
  strictEqual(
    visible("a\u200cb\u200d 👨\u200d\u200d1 ا\u200c\u200c"),
    "a\\u{200c}b\\u{200d} 👨\\u{200d}\\u{200d}1 ا\\u{200c}\\u{200c}",
  );
  strictEqual(visible("a\u3164\u115f\u034f\u2800b"), "a\\u{3164}\\u{115f}\\u{34f}\\u{2800}b");
  strictEqual(visible(`z${"\u0301".repeat(10)}y`), `z${"\u0301".repeat(8)}\\u{301}\\u{301}y`);
});

Deno.test("any name is shown as one harmless line within the columns", () => {
  fc.assert(fc.property(nameArbitrary, fc.integer({ min: 1, max: 60 }), (name, width) => {
    for (const shown of [cut, cutMiddle, cutPath].map((it) => it(visible(name), width))) {
      ok(
        !new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}]|${UNSEEN}`, "u").test(shown) && stringWidth(shown) <= width,
        JSON.stringify(shown),
      );
    }
  }));
});

Deno.test("the table shows index, number of peers, name, local copy, and the peers", () => {
  const peers = Array.from({ length: 14 }, (_, i) => ({ host: "192.168.100.200", port: 40_000 + i }));
  const images = [{ md5: CAT, name: "a cat.png", peers }, { md5: DOG, name: "dog.png", peers: peers.slice(0, 1) }];
  const holdings = {
    folder: { here: (md5: string) => md5 === DOG ? { md5, name: "dog.png" } : undefined },
    isSelf: ({ port }: { port: number }) => port === 40_002,
  };
  deepStrictEqual(listLines(images.map(numbered), holdings, ENGLISH, 80), [
    "#  peers  name             where",
    "1     14  a cat.png        192.168.100.200:40000 192.168.100.200:40001 you",
    "                           192.168.100.200:40003 192.168.100.200:40004",
    "                           192.168.100.200:40005 192.168.100.200:40006",
    "                           192.168.100.200:40007 192.168.100.200:40008",
    "                           192.168.100.200:40009 192.168.100.200:40010",
    "                           192.168.100.200:40011 +2",
    "2      1  dog.png (here)   192.168.100.200:40000",
  ]);
});

Deno.test("a long name is cut in the middle; in a narrow terminal the peers are below the names", () => {
  const peers = Array.from({ length: 2 }, (_, i) => ({ host: "192.168.100.200", port: 40_000 + i }));
  const name = "IMG_20240611_183205 evening at the lake with everybody and the dog.jpeg";
  const images = [{ md5: CAT, name, peers }, { md5: DOG, name: "dog.png", peers: peers.slice(0, 1) }];
  const holdings = {
    folder: { here: (md5: string) => md5 === DOG ? { md5, name: "dog.png" } : undefined },
    isSelf: () => false,
  };
  deepStrictEqual(listLines(images.map(numbered), holdings, ENGLISH, 80), [
    "#  peers  name                                   where",
    "1      2  IMG_20240611_183205 evening…dog.jpeg   192.168.100.200:40000",
    "                                                 192.168.100.200:40001",
    "2      1  dog.png (here)                         192.168.100.200:40000",
  ]);
  deepStrictEqual(listLines(images.map(numbered), holdings, ENGLISH, 40), [
    "#  name                            peers",
    "     where",
    "1  IMG_20240611_183205 e…dog.jpeg      2",
    "     192.168.100.200:40000",
    "     192.168.100.200:40001",
    "2  dog.png (here)                      1",
    "     192.168.100.200:40000",
  ]);
});

Deno.test("no line of the table is wider than the terminal", () => {
  const images = fc.array(listedArbitrary, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(images, fc.integer({ min: 30, max: 120 }), (images, width) => {
    for (
      const line of listLines(
        images.map(numbered),
        { folder: { here: () => ({ md5: CAT, name: "mine.png" }) }, isSelf: () => false },
        ENGLISH,
        width,
      )
    ) {
      ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
    }
  }));
});
