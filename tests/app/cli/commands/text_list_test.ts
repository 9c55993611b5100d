import { deepStrictEqual } from "node:assert/strict";
import { TextList } from "../../../../lib/app/cli/commands/text_list.ts";
import { Session } from "../../../../lib/app/cli/commands/session.ts";
import type { ScreenParts } from "../../../../lib/app/cli/screen/screen_model.ts";
import { bytesText } from "../../../../lib/app/words/sentence.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import type { Words } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";

const IMAGES = ["lisboa/1.jpg", "lisboa/praia/2.jpg", "cat.jpg", "--all\x1b/3.jpg", "lisboa/4.jpg"].map((name, i) => ({
  md5: `${i + 1}`.repeat(32),
  name,
  peers: [{ host: "10.0.0.1", port: 5_000 }],
}));

/** Images of this size, in bytes, have one that the menu does not know at once. */
const LARGE = 2_000_000_000;

/** A menu of lines in which this is typed: what it shows, after `> ` what is typed; and the names of what it downloads. */
async function typing(
  act: "browse" | "download",
  typed: readonly string[],
  words: Words = ENGLISH,
  images = IMAGES,
  size = 1_000,
  sizesKnown: Promise<void> = Promise.resolve(),
): Promise<{ lines: string[]; fetched: string[] }> {
  const [lines, fetched]: [string[], string[]] = [[], []];
  const answers = [...typed];
  let isKnown = size < LARGE;
  const ended = async (): Promise<void> => {
    await sizesKnown;
    isKnown = true;
  };
  const terminal = {
    width: 80,
    print: (line: string) => lines.push(line),
    fail: (line: string) => lines.push(line),
    status: () => {},
    endStatus: () => {},
    ask: (question: string) => {
      lines.push(`${question}> ${answers[0] ?? ""}`);
      return Promise.resolve(answers.shift() ?? null);
    },
  };
  const peer = {
    folder: { here: () => undefined, find: () => Promise.resolve(undefined) },
    isSelf: () => false,
    networks: {
      all: [{ name: "10.0.0.9", tracker: { address: { host: "10.0.0.9", port: 13_377 } } }],
      list: () => Promise.resolve({ images, mayBeCut: false, missing: [] }),
      count: () => Promise.resolve(images.length),
    },
    downloads: { infos: { get: () => isKnown ? { size } : undefined, request: ended, ended } },
  };
  const parts = { peer, terminal, words, ending: new AbortController() } as unknown as ScreenParts;
  const session = new Session(parts.peer, parts.terminal, words);
  session.fetch = (images) => Promise.resolve(void fetched.push(...images.map(({ name }) => name)));
  await new TextList({ ...parts, session })[act]();
  return { lines, fetched };
}

Deno.test("the line menu opens and downloads albums by number, and Enter goes back", async () => {
  const { lines, fetched } = await typing("browse", ["2", "d 2", "x", "", "1", "DOWN 2", "3", ""]);
  const asks = (most: number, typed: string): string => `${ENGLISH.client.whichAlbum(most)}> ${typed}`;
  const outermost = [
    "1  everything (5 images, 5 kB)",
    "2  lisboa/ (3 images, 3 kB)",
    "3  --all\\u{1b}/ (1 image, 1 kB)",
    "#  peers  name      where",
    "3      1  cat.jpg   10.0.0.1:5000",
  ];
  deepStrictEqual(lines, [
    ...outermost,
    asks(3, "2"),
    "1  lisboa/praia/ (1 image, 1 kB)",
    "#  peers  name           where",
    "1      1  lisboa/1.jpg   10.0.0.1:5000",
    "5      1  lisboa/4.jpg   10.0.0.1:5000",
    asks(1, "d 2"),
    ENGLISH.client.noAlbum("d 2", 1),
    asks(1, "x"),
    ENGLISH.client.noAlbum("x", 1),
    asks(1, ""),
    ...outermost,
    asks(3, "1"),
    "#  peers  name                 where",
    "1      1  lisboa/1.jpg         10.0.0.1:5000",
    "2      1  lisboa/praia/2.jpg   10.0.0.1:5000",
    "3      1  cat.jpg              10.0.0.1:5000",
    "4      1  --all\\u{1b}/3.jpg    10.0.0.1:5000",
    "5      1  lisboa/4.jpg         10.0.0.1:5000",
    asks(3, "DOWN 2"),
    asks(3, "3"),
    "#  peers  name                where",
    "4      1  --all\\u{1b}/3.jpg   10.0.0.1:5000",
    asks(3, ""),
  ]);
  deepStrictEqual(fetched, ["lisboa/1.jpg", "lisboa/praia/2.jpg", "lisboa/4.jpg"]);
});

Deno.test("where images are chosen by number, no album has a number", async () => {
  const { lines, fetched } = await typing("download", ["1"]);
  deepStrictEqual(lines, [
    "everything (5 images, 5 kB)",
    "lisboa/ (3 images, 3 kB)",
    "--all\\u{1b}/ (1 image, 1 kB)",
    "#  peers  name      where",
    "3      1  cat.jpg   10.0.0.1:5000",
    `${ENGLISH.client.whichImages(5)}> 1`,
  ]);
  deepStrictEqual(fetched, ["lisboa/1.jpg"]);
});

Deno.test("without albums the list is followed by no question", async () => {
  const { lines } = await typing("browse", [], ENGLISH, IMAGES.slice(2, 3));
  deepStrictEqual(lines, ["#  peers  name      where", "1      1  cat.jpg   10.0.0.1:5000"]);
});

Deno.test("typed paths, albums and patterns select as in get", async () => {
  const table: [string, string[]][] = [
    ["lisboa/", ["lisboa/1.jpg", "lisboa/praia/2.jpg", "lisboa/4.jpg"]],
    ["lisboa/*.jpg", ["lisboa/1.jpg", "lisboa/4.jpg"]],
    ["Lisboa/", []],
    ["1-2", ["lisboa/1.jpg", "lisboa/praia/2.jpg"]],
  ];
  for (const [typed, names] of table) {
    deepStrictEqual((await typing("download", [typed], PORTUGUESE)).fetched, names, typed);
  }
});

Deno.test("a download of more than a gigabyte begins only after yes, in both languages", async () => {
  for (const [words, no, yes] of [[ENGLISH, "n", " Y"], [PORTUGUESE, "", "sim"]] as const) {
    const question = `${words.client.large(4, bytesText(1_600_000_000, words), null)} ${words.client.yesOrNo} > `;
    const refused = await typing("download", ["1-4", no], words, IMAGES, 400_000_000);
    deepStrictEqual([refused.fetched, refused.lines.at(-1)], [[], question + no]);
    const begun = await typing("download", ["1-4", yes], words, IMAGES, 400_000_000);
    deepStrictEqual([begun.fetched.length, begun.lines.at(-1)], [4, question + yes]);
    const small = await typing("download", ["1-2"], words, IMAGES, 400_000_000);
    deepStrictEqual(small.fetched.length, 2);
  }
});

Deno.test("a download waits a moment for sizes that arrive after the list", async () => {
  const sizesKnown = new Promise<void>((resolve) => setTimeout(resolve));
  const { fetched, lines } = await typing("download", ["1", "n"], ENGLISH, IMAGES, LARGE, sizesKnown);
  deepStrictEqual(fetched, []);
  deepStrictEqual(
    lines.at(-1),
    `${ENGLISH.client.large(1, bytesText(LARGE, ENGLISH), null)} ${ENGLISH.client.yesOrNo} > n`,
  );
});
