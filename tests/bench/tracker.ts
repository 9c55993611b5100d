/**
 * The tracker beside a bare echo of the same bytes in the same runtime and beside a plain Python tracker: requests a
 * second with 16 under way, each measured in turn in one run, medians and ratios; and the processor time that a request
 * takes the tracker and the echo, which other load on the machine changes less (on Linux). `deno task bench` runs it.
 */
import { join } from "node:path";
import { programCommand } from "../support.ts";
import { Asker, encode, field, IMAGES_PER_PEER, measure, type Measured, median, memoryOf, start } from "./askers.ts";
import { hasAll } from "./beside.ts";

const HERE = import.meta.dirname!;
const WINDOW = 16;
const ROUNDS = Number(Deno.args[0] ?? 5);
/** How long each measurement lasts, in milliseconds. */
const MEASURE_MS = Number(Deno.args[1] ?? 1_000);
/** All rows at one size. */
async function run(images: number): Promise<void> {
  const peers = images / IMAGES_PER_PEER;
  const [command, ...args] = programCommand("server");
  const ours = await start("idp2pi", command, [...args, "--host", "127.0.0.1", "--port", "0"], /:(\d+) \(/);
  const echo = await start("echo", Deno.execPath(), ["run", "--allow-net", join(HERE, "echo.ts")], /^(\d+)\n/);
  const python = hasAll(["python3"], "a plain Python tracker")
    ? await start("python", "python3", [join(HERE, "baseline_tracker.py")], /^(\d+)\n/)
    : null;
  const askers = Array.from({ length: WINDOW }, (_, i) => new Asker(i));
  const empty = memoryOf(ours.pid);
  try {
    /** Each asker speaks for its share of the peers, each on a port of its own. */
    const own = (asker: number): number[] =>
      Array.from({ length: Math.ceil(peers / WINDOW) }, (_, i) => i * WINDOW + asker).filter((peer) => peer < peers);
    const requests = (type: string, change: (turn: number) => number): Uint8Array[][] =>
      askers.map((_, asker) =>
        [0, 1].flatMap((turn) =>
          own(asker).map((peer) => encode(`${type} 0123456789abcdef ${5_000 + peer} ${field(peer, change(turn))}`))
        )
      );
    const same = requests("REG", () => 0);
    for (const [i, asker] of askers.entries()) {
      for (const request of same[i].slice(0, own(i).length)) await asker.ask(request, ours.port);
    }
    const full = memoryOf(ours.pid);
    if (python) {
      await askers[0].ask(encode(`FILL ${peers}`), python.port);
      // The Python tracker knows these peers' passwords only once they registered; one each is enough for UPD.
      for (const [i, asker] of askers.entries()) await asker.ask(same[i][0], python.port);
    }
    const lists = askers.map(() => [encode("LST")]);
    const rows: [string, Uint8Array[][], Uint8Array[][]][] = [
      ["REG, unchanged", same, same],
      ["UPD, unchanged", requests("UPD", () => 0), requests("UPD", () => 0).map(([first]) => [first])],
      [
        "UPD, one image of 20 new",
        requests("UPD", (turn) => turn),
        requests("UPD", (turn) => turn).map(([first]) => [first]),
      ],
      ["LST", lists, lists],
    ];
    console.log(`\n${images} images of ${peers} peers, ${WINDOW} requests under way, medians of ${ROUNDS} rounds`);
    console.log("request                     idp2pi/s    echo/s  python/s  of echo  times python  idp2pi µs  echo µs");
    for (const [what, work, plain] of rows) {
      const reply = (await askers[0].ask(work[0][0], ours.port)).length;
      await askers[0].askFast(encode(`SIZE ${reply}`), { transport: "udp", hostname: "127.0.0.1", port: echo.port });
      const rounds = { ours: [] as Measured[], echo: [] as Measured[], python: [] as Measured[] };
      for (let round = 0; round < ROUNDS; round++) {
        rounds.ours.push(await measure(askers, ours, work, MEASURE_MS));
        rounds.echo.push(await measure(askers, echo, work, MEASURE_MS));
        if (python) rounds.python.push(await measure(askers, python, plain, MEASURE_MS));
      }
      const rates = (of: Measured[]): number => median(of.map(({ rate }) => rate));
      const cpu = (of: Measured[]): string => median(of.map((it) => it.cpu)).toFixed(1);
      const [a, b, c] = [rates(rounds.ours), rates(rounds.echo), rates(rounds.python)];
      console.log(
        `${what.padEnd(26)}${a.toFixed(0).padStart(10)}${b.toFixed(0).padStart(10)}` +
          `${(python ? c.toFixed(0) : "-").padStart(10)}${(a / b).toFixed(2).padStart(9)}` +
          `${(python ? (a / c).toFixed(0) : "-").padStart(14)}${cpu(rounds.ours).padStart(11)}` +
          `${cpu(rounds.echo).padStart(9)}`,
      );
    }
    const [before, after] = [empty, full].map((bytes) => (bytes / 1e6).toFixed(0));
    console.log(
      `resident: ${before} MB empty, ${after} MB full, with what the engine has collected and not given back`,
    );
  } finally {
    askers.forEach((asker) => asker.close());
    [ours, echo, python].forEach((server) => server?.kill());
  }
}

for (const images of [1_000, 100_000]) await run(images);
