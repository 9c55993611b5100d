/**
 * Fetching and serving beside what else there is: MiB/s, each measured in turn in one run, medians and ratios, at two
 * sizes. `deno task bench` runs it; arguments: rounds, MiB of the large image, number of small ones.
 */
import { join } from "node:path";
import { fetchImage } from "../../lib/download/fetch.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { SaveWorkers } from "../../lib/download/save/save_service.ts";
import { compare, hasAll, makeImage, output, row, run } from "./beside.ts";

const HERE = import.meta.dirname!;
const [ROUNDS, LARGE_MIB, SMALL] = [5, 1_024, 1_000].map((standard, i) => Number(Deno.args[i] ?? standard));
const SMALL_BYTES = 200 * 1_024;
/** Fetches of small images at once, as the program does. */
const AT_ONCE = 8;
const PYTHON = join(HERE, "baseline_peer.py");

/** Starts a program that prints its port. */
async function start(command: string, args: string[]): Promise<{ port: number; stop(): Promise<void> }> {
  const child = new Deno.Command(command, { args, stdout: "piped", stderr: "inherit" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  while (!/port \d+\n/.test(output)) output += (await reader.read()).value ?? "";
  return {
    port: Number(/port (\d+)/.exec(output)![1]),
    async stop(): Promise<void> {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
    },
  };
}

/** Fetches images as the program does: several at a time, on connections that are used again. */
async function fetchAll(md5s: readonly string[], port: number, directory: string): Promise<void> {
  using book = new PeerBook();
  const peers = [{ host: "127.0.0.1", port }];
  const waiting = [...md5s];
  const runner = async (): Promise<void> => {
    for (let md5 = waiting.pop(); md5; md5 = waiting.pop()) {
      await fetchImage({ md5, name: `${md5}.gif`, peers }, directory, {}, { book, service });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
}

const work = await Deno.makeTempDir({ prefix: "idp2pi-bench-" });
const service = new SaveWorkers();
try {
  console.log("| work, MiB/s | idp2pi | beside: times | goal |\n| --- | --- | --- | --- |");
  for (const mib of [LARGE_MIB, Math.ceil(LARGE_MIB / 8)]) {
    const giving = await Deno.makeTempDir({ dir: work });
    const path = join(giving, "large.gif");
    const md5 = await makeImage(path, mib << 20);
    const giver = await start(Deno.execPath(), ["run", "-A", join(HERE, "giver.ts"), giving]);
    const { port } = giver;
    const shell = async (out: string): Promise<void> => {
      const line = `set -o pipefail; printf 'GET ${md5}' | nc 127.0.0.1 ${port} | tee ${join(out, "x")} | md5sum`;
      if (!(await output("bash", ["-c", line])).startsWith(md5)) throw new Error("nc, tee and md5sum got other bytes");
    };
    const take = (block: number) => (out: string): Promise<number | void> =>
      run("python3", [PYTHON, "take", `${port}`, out, `${block}`, md5]);
    const fetched = await compare(work, ROUNDS, mib, [
      { name: "idp2pi", measure: (out) => fetchAll([md5], port, out) },
      { name: "nc, tee, md5sum", programs: ["bash", "nc", "tee", "md5sum"], measure: shell },
      { name: "Python, recv(4096)", programs: ["python3"], measure: take(4_096) },
      { name: "Python, recv(65536)", programs: ["python3"], measure: take(65_536) },
    ]);
    row(`fetch ${mib} MiB, checked, written`, fetched, "1.5, 1.1");
    // Both are read by the same sink, a Python program.
    if (hasAll(["python3"], `serve ${mib} MiB to a sink`)) {
      const python = await start("python3", [PYTHON, "give", path]);
      const sink = (from: number) => (): Promise<number | void> => run("python3", [PYTHON, "sink", `${from}`, md5]);
      const served = await compare(work, ROUNDS, mib, [
        { name: "idp2pi", measure: sink(port) },
        { name: "Python sendfile", measure: sink(python.port) },
      ]);
      row(`serve ${mib} MiB to a sink`, served, "1.0");
      await python.stop();
    }
    await giver.stop();
    await Deno.remove(giving, { recursive: true });
  }
  for (const count of [SMALL, Math.ceil(SMALL / 8)]) {
    const giving = await Deno.makeTempDir({ dir: work });
    const md5s = await Promise.all(
      Array.from({ length: count }, (_, i) => makeImage(join(giving, `${i}.gif`), SMALL_BYTES)),
    );
    const giver = await start(Deno.execPath(), ["run", "-A", join(HERE, "giver.ts"), giving]);
    const take = (block: number) => (out: string): Promise<number | void> =>
      run("python3", [PYTHON, "take", `${giver.port}`, out, `${block}`, "-"], md5s.join(" "));
    const rates = await compare(work, ROUNDS, count * SMALL_BYTES / 2 ** 20, [
      { name: "idp2pi", measure: (out) => fetchAll(md5s, giver.port, out) },
      { name: "Python, recv(4096)", programs: ["python3"], measure: take(4_096) },
      { name: "Python, recv(65536)", programs: ["python3"], measure: take(65_536) },
    ]);
    row(`fetch ${count} images of 200 KiB, checked, written`, rates, "1.2");
    await giver.stop();
    await Deno.remove(giving, { recursive: true });
  }
} finally {
  service.close();
  await Deno.remove(work, { recursive: true });
}
