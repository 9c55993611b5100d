/**
 * A network of peers and trackers in numbers: how much its trackers and their engine have to do, second by second. Pure;
 * the same seed gives the same numbers. `simulate_network.ts` prints them.
 */

export interface Network {
  readonly peers: number;
  /** Different images, spread evenly over the peers. */
  readonly images: number;
  /** Trackers that share a registry; a single one has no engine. */
  readonly trackers: number;
}

/** How many seconds pass on average until a peer does something again. */
export interface Habits {
  /** Renews its registration. */
  readonly renew: number;
  /** Shares another image, or one less. */
  readonly change: number;
  /** Leaves; another one joins then. */
  readonly stay: number;
  /** Searches all images for a word. */
  readonly find: number;
  /** Asks what changed in the list. */
  readonly changes: number;
  /** Asks for a list that is too long for that. */
  readonly list: number;
}

/** A cost with a part for each image of the peer that it is about. */
export interface Cost {
  readonly base: number;
  readonly perImage: number;
}

/** What an announce costs: microseconds of a processor, and bytes. */
export interface AnnounceCosts {
  /** At the tracker that receives it. */
  readonly tracker: Cost;
  /** At each other tracker. */
  readonly other: Cost;
  readonly engine: Cost;
  /** Bytes from the tracker to the engine, and from there to each tracker. */
  readonly shared: Cost;
}

export interface Costs {
  readonly renewal: AnnounceCosts;
  readonly change: AnnounceCosts;
  /** `REG` and the `END` of another peer. */
  readonly joining: AnnounceCosts;
  /** Microseconds to receive any request and to send a short answer. */
  readonly request: number;
  /** Microseconds for each image that an `FND` looks at, from the second time on. */
  readonly look: number;
  /** How many images it looks at; the client asks on from there. */
  readonly lookedAt: number;
  /** Microseconds of a list or of its changes, for each byte that is sent, and for each image that is passed over. */
  readonly listByte: number;
  readonly passed: number;
  /** The longest list, in bytes; its changes are asked for as long as it has no more images than `listImages`. */
  readonly listBytes: number;
  readonly listImages: number;
  /** Bytes of an image in an announce, and in a list. */
  readonly announced: number;
  readonly listed: number;
  /** Bytes of memory for each peer: as a tracker counts them for its limit, and in the engine. */
  readonly copy: Cost;
  readonly engineMemory: Cost;
  /** Bytes of the stream, at most. */
  readonly stream: number;
}

/** What there is: each tracker has a machine, and the engine another. */
export interface Machine {
  /** Microseconds a second: trackers and engines decide in one thread, whose core has other work too. */
  readonly processor: number;
  /** Bytes for the registrations of a tracker, and for an engine. */
  readonly memory: number;
  readonly engineMemory: number;
  /** Bytes a second in each direction. */
  readonly line: number;
}

/** What a second may need most of, as a part of what there is: 1 is all. */
export type Load = Readonly<Record<Part, number>>;

export const PARTS = [
  "tracker's processor",
  "tracker's memory",
  "tracker's network",
  "engine's processor",
  "engine's memory",
  "engine's network",
] as const;
export type Part = typeof PARTS[number];

/** How often a client asks that watches a list. */
const WATCH_SECONDS = 2;

/** Simulates a network for some seconds; the load of its busiest tracker in the 99th of 100 seconds. */
export function simulate(
  { peers, images, trackers }: Network,
  habits: Habits,
  costs: Costs,
  machine: Machine,
  { seconds, seed }: { readonly seconds: number; readonly seed: number },
): Load {
  const random = randomNumbers(seed);
  const each = images / peers;
  const of = ({ base, perImage }: Cost): number => base + perImage * each;
  const [list, hasChanges] = [Math.min(images * costs.listed, costs.listBytes), images <= costs.listImages];
  // Clients that watch ask every two seconds; a list with more images has no changes, and is sent whole.
  const changed = WATCH_SECONDS * peers * (1 / habits.change + 2 * each / habits.stay);
  const answer = hasChanges ? Math.min(list, changed * costs.listed) : list;
  const listCost = answer * costs.listByte + (hasChanges ? images * costs.passed : 0);
  const announce = each * costs.announced;
  const isShared = trackers > 1;
  const [processors, lines, engineProcessors, engineLines]: number[][] = [[], [], [], []];
  for (let second = 0; second < seconds; second++) {
    const load = Array.from({ length: trackers }, () => ({ processor: 0, sent: 0, received: 0 }));
    let [engine, intoEngine, others] = [0, 0, 0];
    for (const tracker of load) {
      const often = (interval: number): number => poisson(peers / trackers / interval, random);
      const [finds, lists] = [often(habits.find), often(hasChanges ? habits.changes : habits.list)];
      const requests = finds * Math.ceil(images / costs.lookedAt) + lists;
      tracker.processor += requests * costs.request + finds * images * costs.look + lists * listCost;
      tracker.sent += lists * answer;
      for (
        const [count, { tracker: own, other, engine: made, shared }] of [
          [often(habits.renew), costs.renewal],
          [often(habits.change), costs.change],
          [often(habits.stay), costs.joining],
        ] as const
      ) {
        tracker.processor += count * (costs.request + of(own));
        tracker.received += count * announce;
        if (!isShared) continue;
        tracker.processor -= count * of(other); // What it applies itself is in its own cost, and below.
        others += count * of(other);
        engine += count * of(made);
        intoEngine += count * of(shared);
        tracker.sent += count * of(shared);
      }
    }
    const busiest = load.reduce((a, b) => a.processor > b.processor ? a : b);
    processors.push((busiest.processor + others) / machine.processor);
    lines.push(Math.max(busiest.sent, busiest.received + intoEngine) / machine.line);
    engineProcessors.push(engine / machine.processor);
    engineLines.push(intoEngine * trackers / machine.line);
  }
  return {
    "tracker's processor": percentile(processors),
    "tracker's memory": peers * of(costs.copy) / machine.memory,
    "tracker's network": percentile(lines),
    "engine's processor": percentile(engineProcessors),
    "engine's memory": isShared ? (peers * of(costs.engineMemory) + costs.stream) / machine.engineMemory : 0,
    "engine's network": percentile(engineLines),
  };
}

/** What is exceeded first when the network grows. */
export function wall(load: Load): Part {
  return PARTS.reduce((most, part) => load[part] > load[most] ? part : most);
}

/** The line through the costs of a peer with few images and of one with many. */
export function costThrough(few: readonly [images: number, cost: number], many: readonly [number, number]): Cost {
  const perImage = (many[1] - few[1]) / (many[0] - few[0]);
  return { perImage, base: few[1] - few[0] * perImage };
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** How often something happens in a second that happens `mean` times on average. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 50) { // Close to a normal distribution (Box-Muller).
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = 0;
  for (let left = random(), until = Math.exp(-mean); left > until; left *= random()) count++;
  return count;
}

function percentile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(0.99 * (values.length - 1))];
}
