/** Keys that are pressed quickly, or far away: they come in one piece, and each counts. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { startTracker } from "../../mod.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { encodeName } from "../../lib/protocol/name.ts";
import { say } from "../fake/baseline_client.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, Program, tempDir } from "../support.ts";

Deno.test(needing(["terminal"], "keys that arrive together have the same effect as one at a time", async () => {
  const cat = image(1);
  await using giver = new RangePeer(PARTS.gives(cat.bytes));
  await using dir = await tempDir();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  const { port } = tracker.address;
  const images = [`${cat.md5},cat.gif`, ...["dog", "cow", "cock"].map((name, i) => `${image(i + 2).md5},${name}.gif`)];
  await say(port, `REG ana ${giver.address.port} ${images.join(";")}`);
  await using client = Program.startOnScreen("client", `127.0.0.1:${port}`, dir.path);
  await client.shows(/6 quit/);
  await client.type("\x1b[B\x1b[B\x1b[A\r"); // Down, down, up, Enter: the list.
  await client.shows(/› \[ \] {2}1/);
  await client.type("\x1b[B\x1b[B\x1b[B"); // Down thrice.
  await client.shows(/› \[ \] {2}4/);
  await client.type("\x1b[H  "); // Home, and two blanks.
  await client.shows(/2 selected/);
  await client.type("\x1b[H  "); // And again.
  await client.shows(/4 of 4 images · sorted by number/);
  await client.type("cat\r"); // A filter, and Enter.
  await client.shows(/Saved as cat\.gif/);
  await client.type("\x1b[A\x03");
  strictEqual(await client.exit(), 0, client.output);
}));

Deno.test(
  needing(
    ["terminal"],
    "albums are opened, found and downloaded whole, by keys in the list and in the line menu",
    async () => {
      const files = ["lisboa/DSC_1.gif", "lisboa/praia/DSC_1.gif", "porto/DSC_1.gif", "cat.gif"]
        .map((name, i) => ({ name, ...image(i + 1) }));
      await using giver = new RangePeer((conn, asked) =>
        PARTS.gives(files.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked)
      );
      await using dir = await tempDir();
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => tracker.close());
      const { port } = tracker.address;
      await say(
        port,
        `REG ana ${giver.address.port} ${files.map(({ md5, name }) => `${md5},${encodeName(name)}`).join(";")}`,
      );
      await using client = Program.startOnScreen("client", `127.0.0.1:${port}`, dir.path);
      await client.shows(/6 quit/);
      await client.type("2\r");
      await client.shows(/everything +4 images[^]*lisboa\/ +2 images[^]*4 of 4 images · 2 albums/);
      await client.type("\x1b[B\r");
      await client.shows(/Filter in lisboa:[^]*› \[ \].*praia\/[^]*2 of 4 images · 1 album[^]*Enter: open album/);
      await client.type("\x1b[B ");
      await client.shows(/1 selected[^]*Enter: download/);
      await client.type("\x7f");
      await client.shows(/› \[-\].*lisboa\/ /); // The cursor is on the album that was left.
      await client.type(" ");
      await client.shows(/\[x\].*lisboa\/[^]*2 selected/);
      await client.type("\x1b[A ");
      await client.shows(/\[ \].*lisboa\/ /);
      await client.type("lisb");
      await client.shows(/Filter: lisb[^]*2 of 4 images · 1 album/);
      await client.type("\x04");
      await client.shows(/2 images downloaded/);
      await client.type("\x03");
      strictEqual(await client.exit(), 0, client.output);

      await using lines = Program.startInTerminal("client", `127.0.0.1:${port}`, dir.path, "--lang", "pt");
      await lines.shows(/6 sair/);
      await lines.type("2\n");
      await lines.shows(/1 {2}tudo \(4 imagens[^]*2 {2}lisboa\/ \(2 imagens[^]*Abrir qual álbum/);
      await lines.type("b 3\n");
      await lines.shows(/Salva como .*DSC_1/);
      await lines.type("\n6\n");
      strictEqual(await lines.exit(), 0, lines.output);
    },
  ),
);

Deno.test(
  needing(
    ["terminal"],
    "all of a long list is sorted by size and by date, and a large download needs a yes",
    async () => {
      const large = image(1);
      // Of a hundred images, the largest and the newest are far behind the first page; of one nothing is known.
      const md5s = [...Array.from({ length: 99 }, (_, i) => `${i}`.padStart(32, "a")), large.md5];
      const infos = Object.fromEntries(
        md5s.slice(0, 98).map((md5, i) => [
          md5,
          `${1_000_000 + i} image/gif 1 1 0 ${1_717_156_800 - 86_400 * i}`,
        ]),
      );
      await using giver = new RangePeer(PARTS.gives(large.bytes), {
        ...infos,
        [large.md5]: "2000000000 image/gif 1 1 0 1748692800",
      });
      await using dir = await tempDir();
      const tracker = startTracker({ host: "127.0.0.1", port: 0 });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => tracker.close());
      const { port } = tracker.address;
      await say(port, `REG ana ${giver.address.port} ${md5s.map((md5, i) => `${md5},${i + 1}.gif`).join(";")}`);
      await using client = Program.startOnScreen("client", `127.0.0.1:${port}`, dir.path);
      await client.shows(/6 quit/);
      await client.type("2\r");
      await client.shows(/size and date known of 99 of 100 images[^]*sorted by number/);
      await client.type("\x1b[C\x1b[C");
      await client.shows(/› \[ \] +100 +1 +2 GB +100\.gif[^]* 98 +1 +1 MB +98\.gif[^]*sorted by size/);
      await client.type("\x1b[C");
      await client.shows(
        /› \[ \] +100 +1 +2 GB +2025-05-31 +100\.gif[^]* 1 +1 +1 MB +2024-05-31 +1\.gif[^]*sorted by date/,
      );
      await client.type(" ");
      await client.shows(/1 selected \(2 GB\)/);
      await client.type("\r");
      await client.shows(/1 image, 2 GB(, but the disk has only \S+ \S+ free)?: download.*\?[^]*y: download/);
      await client.type("n");
      await client.shows(/1 selected \(2 GB\)[^]*sorted by date/);
      await client.type("\r");
      await client.shows(/y: download/);
      await client.type("y");
      await client.shows(/Saved as 100\.gif/);
      await client.type("\x03");
      strictEqual(await client.exit(), 0, client.output);
    },
  ),
);

Deno.test(needing(["terminal"], "of a large network the menus list what is asked for, or everything", async () => {
  await using dir = await tempDir();
  const lists: string[] = [];
  const tracker = startTracker({
    ...{ host: "127.0.0.1", port: 0 },
    onEvent: (event) => void ("images" in event && event.kind !== "registered" && lists.push(event.kind)),
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  const place = formatAddress(tracker.address);
  await using other = await TrackerClient.open(place);
  const md5 = (i: number): string => i.toString(16).padStart(32, "0");
  await other.register(
    "pw",
    5_000,
    Array.from({ length: 12_000 }, (_, i) => ({ md5: md5(i), name: `Férias ${i}.jpg` })),
  );
  await using client = Program.startOnScreen("client", place, dir.path);
  await client.shows(/Registered with the tracker/);
  await client.type("2\r");
  await client.shows(/The network has 12,000 images\. Words in their names \(Enter: list all\):[^]*Esc: back/);
  await client.type("\x1b");
  await client.shows(/1 register/);
  await client.type("\r");
  await client.shows(/The network has 12,000 images/);
  await client.type("1199x\x7f");
  await client.shows(/1199▏/);
  await client.type("9 FERIAS\r"); // Text and Enter together.
  await client.shows(/Férias 11999\.jpg[^]*1 of 1 image /);
  deepStrictEqual(lists, ["found", "found", "found"], "twice the number of images, and the words");
  await client.type("\x12"); // Again: everything.
  await client.shows(/The network has 12,000 images/);
  await client.type("\r");
  await client.shows(/12,000 of 12,000 images/);
  await client.type("\x12");
  await client.shows(/12,000 of 12,000 images/); // It is here now, and only brought up to date.
  await client.type("\x03");
  strictEqual(await client.exit(), 0, client.output);

  lists.length = 0;
  await using lines = Program.startInTerminal("client", place, dir.path, "--lang", "pt");
  await lines.shows(/6 sair/);
  await lines.type("2\n");
  await lines.shows(/A rede tem 12\.000 imagens\. Palavras nos nomes \(Enter: listar todas\): /);
  await lines.type("nenhuma\n");
  await lines.shows(/Nenhuma imagem da lista corresponde a “nenhuma”/);
  await lines.type("3\n");
  await lines.shows(/A rede tem 12\.000 imagens/);
  await lines.type("ferias 11998\n");
  await lines.shows(/11998\.jpg[^]*Quais imagens, de 1 a 1\?/);
  await lines.type("\n6\n");
  strictEqual(await lines.exit(), 0, lines.output);
  deepStrictEqual(new Set(lists), new Set(["found"]));
}));
