/** Receives datagrams. */

/** More than a datagram holds over IPv4 or IPv6, in bytes, so that every datagram is read whole. */
const RECEIVE_BYTES = 65_536;

/** The pause after a socket error that may pass, in milliseconds. */
const ERROR_PAUSE_MS = 10;

/**
 * Calls `handle` with each datagram in the order of arrival, and waits for it, until the socket is closed. The bytes
 * are valid until `handle` is done.
 */
export async function receiveDatagrams(
  socket: Deno.DatagramConn,
  handle: (bytes: Uint8Array, sender: Deno.NetAddr) => void | Promise<void>,
): Promise<void> {
  const buffer = new Uint8Array(RECEIVE_BYTES);
  for (;;) {
    try {
      const [bytes, source] = await socket.receive(buffer);
      const sender = source as Deno.NetAddr;
      if (sender.port !== 0) await handle(bytes, sender); // Port 0 is forged: an answer would not arrive.
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      // Windows reports here that an earlier datagram did not arrive. No pause: there may be many reports at once.
      if (error instanceof Deno.errors.ConnectionReset) continue;
      await new Promise((resolve) => setTimeout(resolve, ERROR_PAUSE_MS));
    }
  }
}
