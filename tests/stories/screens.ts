/**
 * A session as a person sees it, screen by screen: first start, list, filter, choose three, download, lose the tracker,
 * find it again, quit. The screens stand in screens/; `UPDATE_SCREENS=1 deno task test tests/stories/screens_*`
 * writes them again, to be read before they are committed.
 */
import { strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { encodeName } from "../../lib/protocol/name.ts";
import { startTracker } from "../../mod.ts";
import { RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, quietPort, soon } from "../support.ts";
import { readList, say } from "../fake/baseline_client.ts";
import { TmuxScreen } from "../support_tmux.ts";

/** What is shared by somebody else: plain names, one in two alphabets, and one that would control the terminal. */
const NAMES = [
  "praia 2.jpg",
  "praia 10.jpg",
  "Ação de Graças.png",
  "東京タワー.webp",
  "\x1b[2J\x1b]0;owned\x07evil.gif",
  "a very long name that says at length what is on the picture and where it was taken.jpg",
];

/** What each language calls what is waited for. */
const SEEN = {
  en: {
    tracker: /IP address or host name of the tracker:/,
    directory: /Directory to share/,
    menu: /Registered with the tracker[\s\S]*(?<!not\s)registered\n[\s\S]*quit/,
    list: /2 kB[\s\S]*502 kB[\s\S]* 1 MB[\s\S]*1\.5 MB[\s\S]* 2 MB[\s\S]*2\.5 MB[\s\S]*6 of 6 images/,
    filtered: /2 of 6 images/,
    chosen: /3 selected/,
    saved: (n: number) => new RegExp(`all: ${n} of 3`),
    half: /all: 2 of 3[\s\S]* 50%|50%[\s\S]*all: 2 of 3/,
    sum: /verified\.[\s\S]*3 images shared.*(?![\s\S]*all:)/,
    lost: /did not\s+answer[\s\S]*no contact with the tracker\n(?![\s\S]*Contacting)/,
    found: /lost\s+your\s+registration[\s\S]*6 of 6 images/,
    again: /you share it|shared\n/,
    menuAgain: /6 quit/,
    gone: /Quitting/,
  },
  pt: {
    tracker: /Endereço IP ou nome do tracker:/,
    directory: /Diretório a compartilhar/,
    menu: /Registrado no tracker[\s\S]*(?<!não\s)registrado\n[\s\S]*sair/,
    list: /2 kB[\s\S]*502 kB[\s\S]* 1 MB[\s\S]*1,5 MB[\s\S]* 2 MB[\s\S]*2,5 MB[\s\S]*6 de 6 imagens/,
    filtered: /2 de 6 imagens/,
    chosen: /3 selecionadas/,
    saved: (n: number) => new RegExp(`todas: ${n} de 3`),
    half: /todas: 2 de 3[\s\S]* 50%|50%[\s\S]*todas: 2 de 3/,
    sum: /3 imagens compartilhadas.*(?![\s\S]*todas:)/,
    lost: /não\s+respondeu[\s\S]*sem contato com o tracker\n(?![\s\S]*Consultando)/,
    found: /perdeu\s+o\s+seu\s+registro[\s\S]*6 de 6 imagens/,
    again: /você compartilha|sua\n/,
    menuAgain: /6 sair/,
    gone: /Saindo/,
  },
};

/** A time, which is minutes on a machine that is busy enough. */
const TIME = String.raw`(?:\d+ ?m(?:in)?(?: \d+ ?s)?|\d+ ?s)\b`;

/** What differs from run to run, made the same. */
function steady(screen: string): string {
  return screen
    .replaceAll(/(?<=\/tmp\/idp2pi-)[0-9a-f]{8}/g, "xxxxxxxx")
    .replaceAll(/(?<=token=)[\w-]+(?:\n[\w-]+(?=\n))?/g, (token) => token.replaceAll(/[\w-]/g, "t"))
    .replace(/^[\w-]{12}(?=\n)/, "t".repeat(12)) // The rest of a token, on a narrow screen that scrolled.
    .replaceAll(/(?<!\d)\d{5}(?!\d)/g, "#####") // Ports.
    .replaceAll(/\d[\d.,]* ?(bytes?|[kM]B)\/s/g, "RATE/s")
    .replaceAll(new RegExp(String.raw`${TIME} (?:left|l?e?f?…)|restam? (?:${TIME}|\d+…)`, "g"), "TIME")
    .replaceAll(new RegExp(`(?<=(in|em) )${TIME}`, "g"), "TIME")
    .replaceAll(/(?<=TIME,)\nMD5 /g, " MD5\n") // A longer time leaves no room for it.
    .replaceAll("\x1b", "\\e")
    .split("\n").map((line) => line.trimEnd()).join("\n").trimEnd();
}

/** Shows what is asked for piece by piece: nothing of an image before it is let go on. */
class Gates {
  readonly #open = new Map<string, PromiseWithResolvers<void>>();
  gate(name: string): PromiseWithResolvers<void> {
    const gate = this.#open.get(name) ?? Promise.withResolvers<void>();
    this.#open.set(name, gate);
    return gate;
  }
}

/** Goes through a session; returns its screens. */
async function session(
  lang: "en" | "pt",
  [columns, rows]: readonly [number, number],
  isColored: boolean,
): Promise<string> {
  const seen = SEEN[lang];
  const files = NAMES.map((name, i) => ({ name, ...image(i, 2_000 + i * 500_000) }));
  const gates = new Gates();
  await using giver = new RangePeer(async (conn, asked) => {
    const { bytes } = files.find(({ md5 }) => md5 === asked.md5)!;
    const half = bytes.length / 2;
    await conn.write(new TextEncoder().encode(`OK ${bytes.length} 0 ${bytes.length} 0\n`));
    let [done, isOpen] = [0, false];
    gates.gate(asked.md5).promise.then(() => isOpen = true);
    // A peer that sends nothing for seconds would be given up.
    for (; !isOpen && done < half / 2; await new Promise((resolve) => setTimeout(resolve, 200))) {
      done += await conn.write(bytes.subarray(done, done + 1_000));
    }
    await gates.gate(asked.md5).promise;
    while (done < half) done += await conn.write(bytes.subarray(done, half));
    await gates.gate(`${asked.md5} half`).promise;
    while (done < bytes.length) done += await conn.write(bytes.subarray(done));
  }, Object.fromEntries(files.map(({ md5, bytes }) => [md5, bytes.length])));
  const port = quietPort();
  const screens: [string, string][] = [];
  await using stack = new AsyncDisposableStack();
  let tracker = startTracker({ host: "127.0.0.1", port });
  stack.defer(() => tracker.close());
  const register = () =>
    say(port, `REG ana ${giver.address.port} ${files.map(({ md5, name }) => `${md5},${encodeName(name)}`).join(";")}`);
  await register();
  await using screen = await TmuxScreen.start({
    columns,
    rows,
    args: [],
    env: {
      LC_ALL: lang === "pt" ? "pt_BR.UTF-8" : "C.UTF-8",
      IDP2PI_CLIENT_NO_CACHE: "true",
      ...isColored ? {} : { NO_COLOR: "1" },
    },
  });
  const keep = async (title: string, pattern: RegExp): Promise<void> => {
    screens.push([title, await screen.look(pattern)]);
  };
  await screen.shows(seen.tracker);
  await screen.type(`127.0.0.1:${port}`);
  await screen.press("Enter");
  await screen.shows(seen.directory);
  await screen.press("Enter");
  await keep("first start", seen.menu);
  await screen.press("2", "Enter");
  await keep("list", seen.list);
  await screen.type("PRAIA");
  await keep("filter", seen.filtered);
  await screen.press("Escape");
  await screen.shows(seen.list);
  await screen.press("Space", "Space", "Space");
  await keep("three chosen", seen.chosen);
  await screen.press("Enter");
  const [first, second, third] = files;
  for (const [i, { md5 }] of [first, second].entries()) {
    gates.gate(md5).resolve();
    gates.gate(`${md5} half`).resolve();
    await screen.shows(seen.saved(i + 1));
  }
  gates.gate(third.md5).resolve();
  await keep("downloading", seen.half);
  gates.gate(`${third.md5} half`).resolve();
  await keep("downloaded", seen.sum);
  // It is closed when it knows what was fetched; otherwise it would be reported after it came back.
  const known = async (): Promise<boolean> =>
    readList(await say(port, "LST")).filter(({ peers }) => peers.length === 2).length === 3;
  await soon(
    (async () => {
      while (!await known()) await new Promise((resolve) => setTimeout(resolve, 50));
    })(),
    "the tracker knowing of all three",
  );
  await tracker.close();
  await screen.press("2", "Enter");
  await keep("tracker lost", seen.lost);
  tracker = startTracker({ host: "127.0.0.1", port });
  await register();
  await screen.press("Enter");
  await screen.shows(seen.found);
  await screen.press("C-r");
  await keep("tracker found again", seen.again);
  await screen.press("Escape");
  await screen.shows(seen.menuAgain);
  await screen.press("6", "Enter");
  await keep("quit", seen.gone);
  strictEqual(await screen.exit(), 0);
  return screens.map(([title, text]) => `=== ${title}\n${steady(text)}\n`).join("\n");
}

/** Compares the screens of sessions in this language, of each size, with and without colours, with those in the files. */
export function testScreens(lang: "en" | "pt"): void {
  for (const size of [[80, 24], [40, 20]] as const) {
    for (const isColored of [true, false]) {
      const name = `${lang}-${size.join("x")}-${isColored ? "colour" : "plain"}.txt`;
      Deno.test(needing(["tmux"], `the screens of a session are as recorded: ${name}`, async () => {
        const seen = await session(lang, size, isColored);
        const file = join(import.meta.dirname!, "screens", name);
        if (Deno.env.get("UPDATE_SCREENS")) await Deno.writeTextFile(file, seen);
        strictEqual(seen, await Deno.readTextFile(file));
        strictEqual(seen.includes("\\e["), isColored);
      }));
    }
  }
}
