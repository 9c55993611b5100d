/**
 * Sessions with a tracker, run inside a network namespace: `sessions.ts <host> <port> <count>`. Prints one JSON line: how
 * many went well, and what went wrong.
 */
import { TrackerClient } from "../../mod.ts";

/**
 * The client's own waits, and more: with those alone, one request in two million fails by chance if a fifth is lost
 * (network_trackers.ts), so one run in a thousand, and more while the machine has other work. This way, one in billions.
 */
const waits = [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, ...Array(14).fill(1_200)];

const [host, port, count] = [Deno.args[0], Number(Deno.args[1]), Number(Deno.args[2])];
const image = (i: number) => ({ md5: i.toString(16).padStart(32, "0"), name: `picture ${i}.jpg` });

/** `REG`, `LST`, `UPD`, `LST`, `END`, each with the answer that it should have; throws for another. */
async function session(number: number): Promise<void> {
  const client = await TrackerClient.open({ host, port }, { timeouts: { waits } });
  const own = [image(number * 10), image(number * 10 + 1), image(number * 10 + 2)];
  const [password, tcp] = [`password${number}`, 20_000 + number];
  const holds = async (expected: typeof own): Promise<void> => {
    const { images } = await client.list();
    const mine = images.filter(({ peers }) => peers.some((peer) => peer.port === tcp)).map(({ md5 }) => md5).sort();
    const wanted = expected.map(({ md5 }) => md5).sort();
    if (mine.join() !== wanted.join()) throw new Error(`session ${number}: listed ${mine}, not ${wanted}`);
  };
  try {
    const registered = await client.register(password, tcp, own);
    if (registered.accepted !== 3 || registered.again) {
      throw new Error(`session ${number}: ${JSON.stringify(registered)}`);
    }
    await holds(own);
    const updated = await client.update(password, tcp, own.slice(1));
    if (updated.accepted !== 2) throw new Error(`session ${number}: ${JSON.stringify(updated)}`);
    await holds(own.slice(1));
    await client.unregister(password, tcp);
    await holds([]);
  } finally {
    await client.close();
  }
}

const results = await Promise.allSettled(Array.from({ length: count }, (_, number) => session(number)));
const wrong = results.flatMap((it) => it.status === "rejected" ? [String(it.reason)] : []);
console.log(JSON.stringify({ well: count - wrong.length, wrong }));
