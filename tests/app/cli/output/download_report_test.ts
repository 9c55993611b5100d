import { deepStrictEqual } from "node:assert/strict";
import { downloadReporter } from "../../../../lib/app/cli/output/download_report.ts";
import type { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import type { FetchedImage } from "../../../../lib/download/fetch_options.ts";
import { image } from "../../../support.ts";

const { client } = ENGLISH;
const peer = { host: "10.0.0.1", port: 5_000 };

Deno.test("images that the user chose not to share are counted once, and other reasons are given with the image", () => {
  const lines: string[] = [];
  const terminal = { print: (line: string) => lines.push(line), fail: (line: string) => lines.push(line) };
  const reporter = downloadReporter(terminal as unknown as Terminal, ENGLISH, { showsStatus: false });
  for (const [i, leftOut] of (["unshared", "located", "unshared", undefined] as const).entries()) {
    const listed = { md5: image(i).md5, name: `${i}.gif`, peers: [peer] };
    const fetched: FetchedImage = {
      path: `/${i}.gif`,
      file: `${i}.gif`,
      bytes: 100,
      resumedFrom: 0,
      peer,
      ...leftOut ? { shared: false, leftOut } : { shared: true },
    };
    reporter.onOutcome({ kind: "fetched", image: listed, fetched });
  }
  reporter.reportEnd();
  deepStrictEqual(lines.map((line) => line.replace(/in \S+,/, "in 1s,")), [
    client.saved("0.gif", "100 bytes", "10.0.0.1:5000"),
    client.saved("1.gif", "100 bytes", "10.0.0.1:5000"),
    client.leftOut.located,
    client.saved("2.gif", "100 bytes", "10.0.0.1:5000"),
    client.saved("3.gif", "100 bytes", "10.0.0.1:5000"),
    client.fetchedMany(4, "400 bytes", "1s"),
    client.unsharedMany(2),
  ]);
});
