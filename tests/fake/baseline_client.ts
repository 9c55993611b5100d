/**
 * A client as they are in the wild: sends from a new UDP port each time, sends no newline, reads the list without
 * mercy, tries only the first peer, and believes whatever bytes come.
 */
import { soon } from "../support.ts";

/** Sends one datagram from a new port and gives the one that comes back. */
export async function say(trackerPort: number, request: string): Promise<string> {
  using socket = closing(Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }));
  const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: trackerPort };
  await socket.it.send(new TextEncoder().encode(request), to);
  const [bytes] = await soon(socket.it.receive(), `an answer to ${request.slice(0, 40)}`);
  return new TextDecoder().decode(bytes);
}

/** The list as the specification has it, dying on anything else. */
export function readList(text: string): { md5: string; name: string; peers: string[] }[] {
  return text.split(";").map((entry) => {
    const [md5, name, ...peers] = entry.split(",");
    if (!/^[0-9a-f]{32}$/.test(md5) || !name || peers.length === 0) throw new Error(`the client dies on “${entry}”`);
    for (const peer of peers) if (!/^[0-9.]+:[0-9]+$/.test(peer)) throw new Error(`the client dies on “${peer}”`);
    return { md5, name, peers };
  });
}

/** All bytes that the first peer of an image sends. */
export async function download({ md5, peers }: { md5: string; peers: string[] }): Promise<Uint8Array> {
  const [hostname, port] = peers[0].split(":");
  using conn = await Deno.connect({ hostname, port: Number(port) });
  await conn.write(new TextEncoder().encode(`GET ${md5}`));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(4_096);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) chunks.push(buffer.slice(0, n));
  return await new Blob(chunks).bytes();
}

function closing<T extends { close(): void }>(it: T): Disposable & { it: T } {
  return { it, [Symbol.dispose]: () => it.close() };
}
