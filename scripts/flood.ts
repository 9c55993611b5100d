/**
 * A flood of forged registrations from many loopback addresses against a tracker of its own, and how much memory that
 * takes: `deno run … scripts/flood.ts [count]`, ten million by default, some ten minutes.
 */
import { programCommand, ROOT } from "../tests/support.ts";

const COUNT = Number(Deno.args[0] ?? 10_000_000);
const PORTS = 4_000;
const WINDOW = 64;

const [command, ...args] = programCommand("server");
const child = new Deno.Command(command, {
  args: [...args, "--host", "127.0.0.1", "--port", "0", "--lang", "en"],
  cwd: ROOT,
  stdout: "piped",
}).spawn();
const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
let output = "";
while (!/:(\d+) \(/.test(output)) {
  const { value, done } = await reader.read();
  if (done) throw new Error(`the tracker ended: ${output}`);
  output += value;
}
const port = Number(/:(\d+) \(/.exec(output)![1]);
const reading = (async () => {
  while (!(await reader.read()).done);
})();

/** Bytes of memory that the tracker takes now, and at most so far. */
function memory(): { now: number; most: number } {
  const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) * 1_024;
  return { now: read("VmRSS"), most: read("VmHWM") };
}

const encoder = new TextEncoder();
const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port };
const buffer = new Uint8Array(65_536);
const before = memory().now;
let sent = 0;
let accepted = 0;
for (let address = 0; sent < COUNT; address++) {
  const hostname = `127.1.${address >> 8 & 255}.${1 + (address & 127)}`;
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  const count = Math.min(PORTS, COUNT - sent);
  for (let i = 0; i < count; i++) {
    const md5 = (address * PORTS + (i >> 1)).toString(16).padStart(32, "0");
    // Every other one is sent again, as an update: what repeats itself is remembered, and must be counted.
    const type = i % 2 === 0 ? "REG" : "UPD";
    await socket.send(encoder.encode(`${type} forged${i >> 1} ${1_000 + (i >> 1)} ${md5},${md5}.jpg`), to);
    // One answer is awaited for each request beyond the window, so that none is lost in a full queue.
    if (i >= WINDOW && (await socket.receive(buffer))[0][0] === 0x4f) accepted++;
  }
  for (let i = 0; i < Math.min(WINDOW, count); i++) if ((await socket.receive(buffer))[0][0] === 0x4f) accepted++;
  socket.close();
  sent += count;
}

const asker = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
await asker.send(encoder.encode("REG honest 5000 d41d8cd98f00b204e9800998ecf8427e,a.png"), to);
const [answer] = await asker.receive();
const honest = new TextDecoder().decode(answer);
asker.close();
const { now, most } = memory();
child.kill("SIGKILL");
await child.status;
await reading;
console.log(JSON.stringify({ sent, accepted, honest, before, now, most }));
