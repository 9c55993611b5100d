/** The floor: a UDP server in the same runtime that looks at nothing and sends as many bytes as configured. */
const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
console.log((socket.addr as Deno.NetAddr).port);
const buffer = new Uint8Array(65_536);
const decoder = new TextDecoder();
let reply = new Uint8Array(0);
for (;;) {
  const [bytes, from] = await socket.receive(buffer);
  if (bytes[0] === 0x53) reply = new Uint8Array(Number(decoder.decode(bytes).slice("SIZE ".length)));
  await socket.send(reply, from);
}
