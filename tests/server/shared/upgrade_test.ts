/** Each tracker is stopped and started again, one after the other, as for a new version, while clients share. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { say } from "../../fake/baseline_client.ts";
import { closeQuietly } from "../../../lib/net/tcp.ts";
import { needing } from "../../needs.ts";
import { image, Program, quietPort, tempDir } from "../../support.ts";
import { Redis, until } from "./redis.ts";

Deno.test(
  needing(
    ["redis-server"],
    "trackers are upgraded one after the other: no client registers again, and no list lacks an image",
    async () => {
      const [cat, dog, hen, owl] = [1, 2, 3, 4].map((seed) => image(seed));
      await using redis = await Redis.start();
      await using first = await tempDir({ "cat.gif": cat.bytes });
      await using second = await tempDir({ "dog.gif": dog.bytes });
      await using running = new AsyncDisposableStack();
      const run = (...command: Parameters<typeof Program.start>): Program => running.use(Program.start(...command));
      const ports = [quietPort(), quietPort()];
      const startTracker = async (port: number): Promise<Program> => {
        const server = run("server", "--host", "127.0.0.1", "--port", `${port}`, "--registry", redis.url, "--json");
        await server.shows(/"event":"listening"/);
        return server;
      };
      const trackers = await Promise.all(ports.map(startTracker));
      const [a, b] = ports.map((port) => `127.0.0.1:${port}`);
      const clients = [
        run("client", "share", `${a},${b}`, first.path, "--json"),
        run("client", "share", `${b},${a}`, second.path, "--json"),
      ];
      const lists = (port: number, ...wanted: { md5: string }[]): Promise<void> =>
        until("a list of all", async () => {
          const answer = await say(port, "LST");
          return wanted.every(({ md5 }) => answer.includes(md5)) && (wanted.length > 0 || answer.startsWith("ERR"));
        });
      for (const port of ports) await lists(port, cat, dog);

      const watching = watch(ports, [cat.md5, dog.md5]);
      const stop = async (tracker: Program): Promise<void> => {
        tracker.kill("SIGTERM");
        strictEqual(await tracker.exit(), 0);
      };
      await stop(trackers[0]);
      const again = [await startTracker(ports[0])];
      await lists(ports[0], cat, dog);
      await stop(trackers[1]);
      // The first tracker is another one than that with which the first client registered; the second one is not there.
      await Deno.writeFile(join(first.path, "hen.gif"), hen.bytes);
      await Deno.writeFile(join(second.path, "owl.gif"), owl.bytes);
      await lists(ports[0], cat, dog, hen, owl);
      again.push(await startTracker(ports[1]));
      await lists(ports[1], cat, dog, hen, owl);
      deepStrictEqual(await watching.end(), []);
      const logs = [...trackers, ...again].map(({ output }) => output).join("\n");
      strictEqual(logs.match(/"event":"(registered|finished|lapsed)"/g)?.length, 2, logs);
      match(clients[1].stdout, /"kind":"tracker-moved"/);
      for (const client of clients) {
        client.kill("SIGTERM");
        strictEqual(await client.exit(), 0);
      }
      for (const port of ports) await lists(port);
    },
  ),
);

/** Requests lists from trackers all the time, and gives those that lack one of these images. A tracker may be silent. */
function watch(ports: readonly number[], md5s: readonly string[]): { end(): Promise<string[]> } {
  const lacking: string[] = [];
  let ended = false;
  const loops = ports.map(async (port) => {
    while (!ended) {
      const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
      const timer = setTimeout(() => closeQuietly(socket), 200);
      try {
        await socket.send(new TextEncoder().encode("LST"), { transport: "udp", hostname: "127.0.0.1", port });
        const list = new TextDecoder().decode((await socket.receive())[0]);
        if (!md5s.every((md5) => list.includes(md5))) lacking.push(`${port}: ${list}`);
      } catch (error) {
        const { BadResource, Interrupted } = Deno.errors; // Closed, since the tracker was silent for too long.
        if (!(error instanceof Interrupted || error instanceof BadResource)) throw error;
        continue;
      }
      clearTimeout(timer);
      closeQuietly(socket); // The timer may have closed it since the answer came.
    }
  });
  return {
    async end(): Promise<string[]> {
      ended = true;
      await Promise.all(loops);
      return lacking;
    },
  };
}
