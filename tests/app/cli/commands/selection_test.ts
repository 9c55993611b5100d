import { deepStrictEqual } from "node:assert/strict";
import { select } from "../../../../lib/app/cli/commands/selection.ts";
import type { ListedImage } from "../../../../lib/protocol/image.ts";

const WORDS = { all: ["all"], from: ["from"] };
const [ANA, EVA] = [{ host: "10.0.0.1", port: 4_000 }, { host: "::1", port: 5_000 }];
const LISTED: ListedImage[] = [[ANA], [ANA, EVA], [EVA], [ANA]].map((peers, i) => ({
  md5: `${i}`.repeat(32),
  name: `${i}.png`,
  peers,
}));

/** What is typed, and the numbers of the images that it means, or the word that means none. */
const SELECTIONS: [string, number[] | string][] = [
  ["3", [3]],
  [" 1-2 ", [1, 2]],
  ["4, 1-2,2", [1, 2, 4]],
  ["1 3", [1, 3]],
  ["all", [1, 2, 3, 4]],
  ["ALL", [1, 2, 3, 4]],
  ["*", [1, 2, 3, 4]],
  ["from 10.0.0.1:4000", [1, 2, 4]],
  ["From [::1]:5000", [2, 3]],
  ["from 10.0.0.1", [1, 2, 4]],
  ["from ::1", [2, 3]],
  ["from 10.0.0.9:4000", "10.0.0.9:4000"],
  ["from Ana", "ana"],
  ["from", ""],
  ["0", "0"],
  ["5", "5"],
  ["1-5", "1-5"],
  ["3-2", "3-2"],
  ["1 x", "x"],
  ["-1", "-1"],
  ["1.5", "1.5"],
  ["9999999999", "9999999999"],
  ["all 3", "all"],
];

Deno.test("what is typed means these images", () => {
  for (const [typed, meant] of SELECTIONS) {
    const expected = typeof meant === "string"
      ? { wrong: meant }
      : { images: meant.map((number) => LISTED[number - 1]) };
    deepStrictEqual(select(typed, LISTED, WORDS), expected, typed);
  }
});
