/**
 * `idp2pi-client`: a peer as a program.
 *
 * @module
 */
import { Peer } from "../net/peer.ts";
import type { ServedEvent } from "../net/peer_server.ts";
import { formatAddress } from "../wire/address.ts";
import { MAX_PASSWORD_BYTES } from "../wire/limits.ts";
import { runMenu } from "./menu.ts";
import { COMMON_OPTIONS, UsageError } from "./options.ts";
import { aborted, EXIT, runProgram } from "./program.ts";
import { bytesText } from "./sentence.ts";
import { Session } from "./session.ts";
import type { Words } from "./words_en.ts";

const USAGE = {
  program: "client",
  options: { port: "port", "server-port": "port", password: "text", ...COMMON_OPTIONS },
  operands: ["server", "directory"],
} as const;

/** Runs the client until its user leaves; gives the exit code. */
export function runClient(args: readonly string[]): Promise<number> {
  return runProgram(USAGE, args, async ({ options, operands, terminal, words, ending }) => {
    const { password } = options;
    if (password !== undefined && !isPassword(password)) throw new UsageError("bad-password", "--password", password);
    const starting = Peer.start({
      tracker: operands[0],
      trackerPort: options["server-port"],
      directory: operands[1],
      port: options.port,
      password,
      onServed: (event) => terminal.print(servedLine(event, words)),
      onScan: ({ files, totalFiles, bytes }) =>
        terminal.status(words.client.scanning(files, totalFiles, bytesText(bytes, words))),
    });
    const peer = await Promise.race([starting, aborted(ending.signal)]);
    terminal.endStatus();
    if (!peer) return EXIT.done; // Nobody knows of it yet.
    const session = new Session(peer, terminal, words);
    try {
      session.tellFolder();
      const registered = await Promise.race([session.attempt(() => session.register()), aborted(ending.signal)]);
      if (terminal.interactive) await runMenu(session, terminal, words, ending);
      else if (registered === false) return EXIT.failed;
      else await aborted(ending.signal);
    } finally {
      ending.abort();
      terminal.print(words.client.leaving);
      await peer.close();
    }
    return EXIT.done;
  });
}

/** A word that every tracker reads as one field; what it is made of beyond that is the user's own affair. */
function isPassword(text: string): boolean {
  return /^[!-~]+$/.test(text) && text.length <= MAX_PASSWORD_BYTES;
}

function servedLine(event: ServedEvent, words: Words): string {
  const { client } = words;
  const to = formatAddress(event.to);
  switch (event.kind) {
    case "served":
      return client.served(event.name, bytesText(event.bytes, words), to);
    case "broke-off":
      return client.brokeOff(event.name, to, bytesText(event.bytes, words));
    case "not-served":
      return { changed: client.changed, "not-shared": client.notShared, "no-request": client.noRequest }[event.why](to);
  }
}
