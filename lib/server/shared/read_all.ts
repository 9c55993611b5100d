/** Reads what the engine has: all registrations, and the entries of its stream. */
import type { RegistrySnapshot, SharedPeer } from "../../tracker/shared/shared_state.ts";
import { type Engine, EngineError } from "./engine.ts";
import { checkedAddress, parseEntry, parsePeer, type StreamEntry } from "./engine_text.ts";
import { Portion } from "./portion.ts";
import { IMAGES, PAGE, STREAM } from "./script.ts";

/** Registrations that are read together. */
const PAGE_PEERS = 1_000;

/** How often all is read before it counts as too slow: others change more meanwhile than the stream keeps. */
const MAX_TRIES = 3;

type Reader = Pick<Engine, "run" | "range">;

/**
 * All registrations, and the entries from `since` on. All entries after the position of the snapshot are among them: if
 * the stream was trimmed past it meanwhile, all is read again.
 *
 * @param last The last entry now.
 * @throws {EngineError}
 */
export async function readAll(
  engine: Reader,
  last: number,
  since: number,
): Promise<{ snapshot: RegistrySnapshot; entries: StreamEntry[] }> {
  let position = last;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const peers = await readPeers(engine);
    const entries = await readEntries(engine, Math.min(position, since));
    const later = entries.filter(({ id }) => id > position);
    const isWhole = later.every(({ previous }, i) => previous === (i === 0 ? position : later[i - 1].id));
    if (isWhole) return { snapshot: { position, peers }, entries };
    position = later.at(-1)!.id;
  }
  throw new EngineError("ETIMEDOUT");
}

/** All registrations by address, page by page: each is as it was at some moment meanwhile. */
async function readPeers(engine: Reader): Promise<Map<string, SharedPeer>> {
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
async function readEntries(engine: Reader, since: number): Promise<StreamEntry[]> {
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
