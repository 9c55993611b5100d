/** Reads what the engine has: all registrations, and the entries of its stream. */
import type { SharedPeer } from "../../tracker/shared/shared_state.ts";
import type { Engine } from "./engine.ts";
import { checkedAddress, parseEntry, parsePeer, type StreamEntry } from "./engine_text.ts";
import { Portion } from "./portion.ts";
import { IMAGES, PAGE, STREAM } from "./script.ts";

/** Registrations that are read together. */
const PAGE_PEERS = 1_000;

/** All registrations by address, page by page: each is as it was at some moment meanwhile. */
export async function readPeers(engine: Engine): Promise<Map<string, SharedPeer>> {
  const peers = new Map<string, SharedPeer>();
  let cursor = "0";
  do {
    const [next, ...page] = await engine.run(PAGE, [cursor, `${PAGE_PEERS}`]) as string[];
    const [addresses, heads] = [page.filter((_, i) => i % 2 === 0), page.filter((_, i) => i % 2 === 1)];
    for (let at = 0; at < addresses.length;) {
      const texts = await engine.run(IMAGES, addresses.slice(at)) as string[];
      for (let i = 0; i < texts.length; i += 2, at++) {
        peers.set(checkedAddress(addresses[at]), parsePeer(heads[at], texts[i], texts[i + 1]));
      }
    }
    cursor = next;
  } while (cursor !== "0");
  return peers;
}

/** All entries from this number on. */
export async function readEntries(engine: Engine, since: number): Promise<StreamEntry[]> {
  const entries: StreamEntry[] = [];
  const portion = new Portion();
  for (let from = `${since}-0`;;) {
    const page = await engine.range(STREAM, from, portion.count);
    if (page.length === 0) return entries;
    for (const entry of page) entries.push(parseEntry(entry));
    portion.adapt(page);
    from = `(${page.at(-1)![0]}`;
  }
}
