import { deepStrictEqual } from "node:assert/strict";
import { receiveDatagrams } from "../../lib/net/datagrams.ts";
import { soon } from "../support.ts";

Deno.test("datagrams are handled one at a time, even after errors, until the socket is closed", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const received: string[] = [];
  const all = Promise.withResolvers<void>();
  const receiving = receiveDatagrams(socket, async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    received.push(`begin ${text.length}`);
    await Promise.resolve();
    if (text === "bad") throw new Error("no answer to this one");
    received.push(`end ${text.length}`);
    if (text === "last") all.resolve();
  });
  const sender = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  for (const text of ["", "x".repeat(60_000), "bad", "last"]) {
    await sender.send(new TextEncoder().encode(text), socket.addr);
  }
  await soon(all.promise, "the last datagram");
  sender.close();
  socket.close();
  await soon(receiving, "the end");
  deepStrictEqual(received, ["begin 0", "end 0", "begin 60000", "end 60000", "begin 3", "begin 4", "end 4"]);
});
