/**
 * `idp2pi-client`: a peer as a program.
 *
 * @module
 */
import type { KeeperEvent } from "../net/keeper.ts";
import { Peer } from "../net/peer.ts";
import type { ServedEvent } from "../net/peer_server.ts";
import { formatAddress } from "../wire/address.ts";
import { MAX_PASSWORD_BYTES } from "../wire/limits.ts";
import { runMenu } from "./menu.ts";
import { COMMON_OPTIONS, UsageError } from "./options.ts";
import { aborted, EXIT, runProgram } from "./program.ts";
import { bytesText, sentence } from "./sentence.ts";
import type { Terminal } from "./terminal.ts";
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
      onServed: (event) => tellServed(event, terminal, words),
      onTracker: (event) => tellTracker(event, terminal, words),
      onScan: ({ files, totalFiles, bytes }) =>
        terminal.status(words.client.scanning(files, totalFiles, bytesText(bytes, words))),
    });
    const peer = await Promise.race([starting, aborted(ending.signal)]);
    terminal.endStatus();
    if (!peer) return EXIT.done; // Nobody knows of it yet.
    const session = new Session(peer, terminal, words);
    try {
      session.tellFolder();
      await Promise.race([session.attempt(() => session.register()), aborted(ending.signal)]);
      if (terminal.interactive) await runMenu(session, terminal, words, ending);
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

function tellServed(event: ServedEvent, terminal: Terminal, words: Words): void {
  const { client } = words;
  const to = formatAddress(event.to);
  switch (event.kind) {
    case "served":
      return terminal.print(client.served(event.name, bytesText(event.bytes, words), to));
    case "broke-off":
      return terminal.print(client.brokeOff(event.name, to, bytesText(event.bytes, words)));
    case "not-served": {
      if (event.why === "silent") return; // A tracker that looks whether we live, or a scanner: nothing to tell.
      const told = { changed: client.changed, "not-shared": client.notShared, "no-request": client.noRequest };
      return terminal.print(told[event.why](to));
    }
  }
}

function tellTracker(event: KeeperEvent, terminal: Terminal, words: Words): void {
  const { client } = words;
  if (event.kind === "lost") return terminal.fail(client.trackerLost(sentence(event.fault, words)));
  terminal.print(event.kind === "found" ? client.trackerFound : client.registeredAgain);
}
