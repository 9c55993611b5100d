/** The output and log of the tracker, in English. */
import { n } from "./numbers.ts";

/** The messages. */
export const SERVER = {
  listening: (version: string, port: number): string =>
    `idp2pi-server ${version} listens on UDP and TCP port ${port}. Clients reach it at:`,
  reachable: (address: string, onlyHere: boolean): string => `  ${address}${onlyHere ? " (this machine only)" : ""}`,
  announced: (name: string): string =>
    `Announced in this network as “${name}”: clients find it with “auto” instead of an address.`,
  notAnnounced: (reason: string): string =>
    `The tracker is not announced in this network: UDP port 5353 cannot be opened (${reason}). Clients need its address.`,
  howToEnd: "Press Ctrl-C to stop.",
  registered: (peer: string, images: number): string => `REG ${peer} shares ${n(images, "image")}`,
  updated: (peer: string, images: number): string => `UPD ${peer} now shares ${n(images, "image")}`,
  moved: (from: string, peer: string, images: number): string =>
    `UPD ${from} is now ${peer} and shares ${n(images, "image")}`,
  finished: (peer: string): string => `END ${peer} left`,
  listed: (to: string, images: number): string => `LST ${to} received ${n(images, "image")}`,
  listedPart: (to: string, images: number): string =>
    `LST ${to} received ${n(images, "image")}: the rest does not fit in a datagram`,
  found: (to: string, images: number): string => `FND ${to} found ${n(images, "image")}`,
  changes: (to: string, images: number): string => `CHG ${to} received ${n(images, "changed image")}`,
  renewed: (peer: string, images: number): string => `UPD ${peer} renewed ${n(images, "image")}`,
  lapsed: (peer: string): string => `--- ${peer} expired: its lease ended and its port does not answer`,
  answered: (peer: string): string => `--- ${peer} answers on its port`,
  unreachable: (peer: string): string => `--- ${peer} does not answer on its port`,
  ignored: (to: string, reason: string): string => `--- ${to} ignored: ${reason}`,
  more: (kind: string, count: number): string =>
    `--- ${n(count, "more line")} of “${kind}” suppressed within one second`,
  statusAt: (url: string): string => `Status page: ${url}`,
  brokenState: (path: string, backup: string): string =>
    `The state file ${path} is damaged and was renamed to ${backup}: the tracker starts without registrations, and clients register again automatically.`,
  backedUp: (count: number, path: string): string => `${n(count, "registration")} copied to ${path}.`,
  memory: (size: string, images: number): string =>
    `Memory for registrations: ${size}, enough for some ${n(images, "image")}.`,
  outgrown: (size: string, allowed: string): string =>
    `The shared registry takes ${size}, and --memory of this tracker allows ${allowed}: it keeps all registrations, and refuses new ones. Give all trackers the same --memory.`,
  sharing: (engine: string, others: number): string =>
    `Shares its registrations through ${engine} ${
      others === 0 ? "(no other tracker yet)" : `with ${n(others, "other tracker")}`
    }.`,
  registryBack: "The shared registry can be reached again, and has all changes.",
  stateWritten: "The state file can be written again.",
  refused: (request: string, to: string, reason: string): string => `${request} ${to} refused: ${reason}`,
  notRegistered: (request: string, to: string): string => `${request} ${to}: not registered here, and has to register`,
  noImages: (to: string): string => `LST ${to}: no images yet`,
  counts: (peers: number, images: number): string => ` (${n(peers, "peer")}, ${n(images, "image")})`,
  hangUp: "SIGHUP ignored: there is no configuration to reload. Send SIGTERM to stop the tracker.",
  ended: "The tracker has stopped.",
};
