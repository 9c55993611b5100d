/**
 * What the tracker keeps in memory for 100,000 images of 5,000 peers, or of as many peers as are given, after a
 * collection: run with `--v8-flags=--expose-gc`; `tests/bench/memory.ts 5000 shared` has a registry that trackers share.
 */
import { Replica } from "../../lib/tracker/shared/replica.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { EngineModel } from "../tracker/shared/engine_model.ts";
import { field } from "./askers.ts";

const PEERS = Number(Deno.args[0] ?? 5_000);
/** Measured in a process of its own: what the engine collects later would count as freed. */
const SHARED = Deno.args[1] === "shared";

const { gc } = globalThis as unknown as { gc: () => void };
const encoder = new TextEncoder();

/** Bytes that are in use. */
function used(): number {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** A tracker with all peers; what it changed in a registry that it shares has come back from the engine. */
function filled(registry?: Replica): Tracker {
  const tracker = new Tracker({ memory: Infinity, registry });
  const engine = new EngineModel();
  for (const type of ["REG", "UPD"]) {
    for (let peer = 0; peer < PEERS; peer++) {
      const request = encoder.encode(`${type} 0123456789abcdef ${5_000 + peer} ${field(peer)}`);
      tracker.handle(request, { host: `127.0.1.${peer % 16 + 1}`, port: 1 }, 0);
    }
    if (!registry) continue;
    const { own } = registry.copy;
    engine.make("tracker", [...own.take(PEERS), ...own.takeRenewals()], 1_000_000);
    registry.copy.receive(engine.stream);
  }
  return tracker;
}

const empty = used();
const tracker = filled(SHARED ? new Replica("tracker") : undefined);
const full = used();
const { images } = tracker.registry; // Asked for after the collection, which would otherwise take the tracker too.
const perImage = (full - empty) / images;
console.log(
  `\nmemory in use, ${images} images of ${PEERS} peers that have renewed once${
    SHARED ? ", in a shared registry" : ""
  }: ` +
    `${perImage.toFixed(0)} bytes per image, its share of its peer included (the goal: 300 and a twentieth of 1,024)`,
);
