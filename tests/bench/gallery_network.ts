/**
 * The gallery of the real client in networks of 10,000 to 600,000 images, in headless Chromium: from its address to the
 * images, from a change at the tracker to the page, and what a search takes. Peers do not exist, so that their pictures
 * cost nothing. Arguments: numbers of images. Linux.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type { Page } from "playwright-core";
import { startTracker } from "../../mod.ts";
import { closeBrowser, launched } from "../app/gallery/page/chromium.ts";
import { Program, tempDir } from "../support.ts";
import { shown } from "../support_json.ts";
import { median } from "./beside.ts";

const COUNTS = Deno.args.length > 0 ? Deno.args.map(Number) : [10_000, 100_000, 190_000, 600_000];

/** Images of a peer: as many as a registration may have. */
const PER_PEER = 50_000;

/** How many changes are waited for. */
const CHANGES = 5;

const WORDS = ["holiday", "harbour", "picnic", "garden", "winter", "museum", "sunset", "market"];

/** An entry of an announce. MD5s are spread evenly, as those of real images are. */
function entry(i: number, name: string): string {
  const md5 = (Math.imul(i, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0") + i.toString(16).padStart(24, "0");
  return `${md5},${name}`;
}

/** Registers a peer at this address: a tracker takes 100,000 images from each. */
async function register(port: number, localAddress: string, images: readonly string[]): Promise<void> {
  const tracker = connect({ host: "127.0.0.1", port, localAddress });
  tracker.write(`REG password 2000 ${images.join(";")}\n`);
  const [reply] = await once(tracker, "data");
  tracker.destroy();
  if (!`${reply}`.startsWith("OK")) throw new Error(`${reply}`);
}

/** What a process has in memory for itself, in MB: now, or at most. */
function memory(pid: number, file: "smaps_rollup" | "status"): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/${file}`);
  return Number(/^(?:Pss|VmHWM):\s+(\d+) kB/m.exec(text)![1]) * 1_024 / 1e6;
}

/** The milliseconds until there is an image with this in its name, of those that are searched. */
async function untilShown(page: Page, name: string, begin: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await begin();
  await page.locator(".tile", { hasText: name }).first().waitFor();
  return performance.now() - began;
}

async function measure(count: number): Promise<Record<string, number>> {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, memory: 2 ** 32 });
  const { port } = tracker.address;
  for (let from = 0; from < count; from += PER_PEER) {
    const images = Array.from({ length: Math.min(PER_PEER, count - from) }, (_, i) => from + i);
    const name = (i: number): string => `${WORDS[i % 8]}/${WORDS[(i >> 3) % 8]}%20${i}.jpg`;
    await register(port, `127.0.1.${1 + from / PER_PEER}`, images.map((i) => entry(i, name(i))));
  }
  await using directory = await tempDir();
  await using client = Program.start("client", "gallery", `127.0.0.1:${port}`, directory.path, "--json", "--no-cache");
  await client.shows(/"kind":"registered"/);
  const browser = await launched();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120_000);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.dataReceived", ({ encodedDataLength }) => void (bytes += encodedDataLength));
  const address = shown(client.stdout)[0].address as string;
  const first = await untilShown(page, "", () => page.goto(address));
  const received = bytes / 1e6;
  const search = page.getByLabel("Search by name");
  const last = `${count - 1}.jpg`;
  const searched = await untilShown(page, last, () => search.fill(last));
  const changes: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const name = `change${i}.jpg`;
    await search.fill(name);
    await page.locator(".empty").waitFor();
    changes.push(
      await untilShown(page, name, async () => {
        await register(port, `127.0.2.${i + 1}`, [entry(count + i, name)]);
        // What is not held is searched by those who want it.
        if (await page.locator(".find-bar").count() > 0) await search.press("Enter");
      }),
    );
  }
  await session.send("HeapProfiler.collectGarbage");
  const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  const tabs = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => memory(id, "smaps_rollup"));
  await page.close();
  return {
    "first images, ms": first,
    "received by the page until then, MB": received,
    "search, ms": searched,
    "a change, ms": median(changes),
    "memory of the tab, MB": Math.max(...tabs),
    "memory of the client, MB": memory(client.pid, "smaps_rollup"),
    "memory of the client, at most, MB": memory(client.pid, "status"),
  };
}

const results: Record<string, number>[] = [];
try {
  for (const count of COUNTS) results.push(await measure(count));
} finally {
  await closeBrowser();
}
console.log(`| images | ${COUNTS.map((it) => it.toLocaleString("en")).join(" | ")} |`);
console.log(`| --- |${COUNTS.map(() => " --- |").join("")}`);
for (const title of Object.keys(results[0])) {
  console.log(
    `| ${title} | ${results.map((it) => it[title].toFixed(title.includes("received") ? 1 : 0)).join(" | ")} |`,
  );
}
