/**
 * What can go wrong in a way that a person can act upon: a code, the values, and a sentence that says what failed and
 * what to do next. The sentences here are English; those of other languages stand in lib/app/words/ under the same codes.
 *
 * @module
 */

/** A port of one address, or, without one, of all that this machine has. */
interface PortAt {
  readonly port: number;
  readonly host: string;
}

/** `1 second`, `2 seconds`. */
const n = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** Where a port is, to who reads of it. */
const onHost = (host: string): string => host === "" ? "on this machine" : `on ${host}`;

/** Every fault, by code: a sentence made of its values. */
export const FAULTS = {
  "port-in-use": (v: PortAt & { protocol: string }): string =>
    `${v.protocol} port ${v.port} is already in use ${
      onHost(v.host)
    }: stop the program that holds it, or choose another with --port.`,
  "port-denied": (v: PortAt & { protocol: string }): string =>
    `This user may not open ${v.protocol} port ${v.port} ${
      onHost(v.host)
    }: choose a port above 1023 with --port, or run with the right to open it.`,
  "port-unusable": (v: PortAt & { protocol: string; reason: string }): string =>
    `${v.protocol} port ${v.port} cannot be opened ${
      onHost(v.host)
    } (${v.reason}): remove the cause and start the program again.`,
  "address-not-here": (v: { address: string }): string =>
    `${v.address} is no address of this machine: give one that is with --host, or leave --host out for all of them.`,
  "host-unknown": (v: { host: string }): string =>
    `The name ${v.host} has no address: check its spelling, or give the tracker's IP address instead.`,
  "tracker-silent": (v: { address: string; seconds: number }): string =>
    `The tracker at ${v.address} did not answer within ${
      n(v.seconds, "second")
    }: check the address, that the tracker runs, and that no firewall blocks UDP to it.`,
  "tracker-unreachable": (v: { address: string; reason: string }): string =>
    `Nothing can be sent to the tracker at ${v.address} (${v.reason}): check the address and this machine's network.`,
  "not-a-tracker": (v: { address: string; reply: string }): string =>
    `What answers at ${v.address} is not a tracker: it sent “${v.reply}”. Check the address and the port.`,
  "tracker-refused": (v: { request: string; reply: string }): string =>
    `The tracker refused ${v.request}: “${v.reply}”. Try to register again, or ask whoever runs the tracker.`,
  "password-conflict": (v: { request: string }): string =>
    `The tracker knows this address with another password and refused ${v.request}: register again, or choose another port with --port.`,
  "directory-missing": (v: { path: string }): string =>
    `There is no directory ${v.path}: create it, or name one that exists.`,
  "directory-unusable": (v: { path: string; reason: string }): string =>
    `The directory ${v.path} cannot be used (${v.reason}): check that it is a directory and who may read it.`,
  "ignore-unusable": (v: { path: string; reason: string }): string =>
    `${v.path} cannot be read (${v.reason}), and what it names must not be shared: mend it or remove it.`,
  "config-unusable": (v: { path: string; reason: string }): string =>
    `The config file ${v.path} cannot be read (${v.reason}): mend it, remove it, or name another with --config.`,
  "state-unusable": (v: { path: string; reason: string }): string =>
    `The state file ${v.path} cannot be used (${v.reason}): name a file that this user may write, in a directory that exists.`,
  "backup-exists": (v: { path: string }): string =>
    `${v.path} exists and is not overwritten: name a new file for the copy.`,
  "state-unwritten": (v: { path: string; reason: string }): string =>
    `Registrations cannot be written to ${v.path} (${v.reason}) and would not survive a restart: make room or mend the disk; it is tried each second.`,
  "http-in-use": (v: PortAt): string =>
    `TCP port ${v.port} is already in use ${
      onHost(v.host)
    }: stop the program that holds it, or choose another with --http.`,
  "http-denied": (v: PortAt): string =>
    `TCP port ${v.port} cannot be opened ${
      onHost(v.host)
    }: name an address of this machine and a port above 1023 with --http.`,
  "no-client": (_: Readonly<Record<string, never>>): string =>
    "No client of yours runs on this machine: “idp2pi-client share” starts one.",
  "no-client-at": (v: { port: number }): string =>
    `None of your clients has TCP port ${v.port}: “idp2pi-client status” shows which run.`,
  "client-gone": (v: { pid: number }): string =>
    `The client with process id ${v.pid} ended before it answered: “idp2pi-client status” shows which run.`,
  "client-silent": (v: { pid: number }): string =>
    `The client with process id ${v.pid} does not answer: let it go on if it was stopped (Ctrl-Z), or end the process.`,
  "client-differs": (v: { pid: number }): string =>
    `The client with process id ${v.pid} is of another version and does not understand this: end it and start it anew.`,
  "output-unwritten": (v: { reason: string }): string =>
    `The output cannot be written (${v.reason}) and is incomplete: free space or redirect it elsewhere, and run the command again.`,
  "image-not-here": (v: { md5: string }): string =>
    `No image with MD5 ${v.md5} is shared here: list the images again and choose from the new list.`,
  "image-unreadable": (v: { name: string; reason: string }): string =>
    `${v.name} cannot be read just now (${v.reason}): it stays in the list; check the disk that it is on.`,
  "image-changed": (v: { name: string }): string =>
    `${v.name} changed since it was listed: update the registration to share it as it is now.`,
  "no-peers": (v: { name: string }): string => `Nobody shares ${v.name} any more: list the images again.`,
  "peer-unreachable": (v: { peer: string; reason: string }): string => `${v.peer} cannot be reached (${v.reason}).`,
  "peer-silent": (v: { peer: string; seconds: number }): string =>
    `${v.peer} sent nothing for ${n(v.seconds, "second")}.`,
  "peer-slow": (v: { peer: string; bytesPerSecond: number }): string =>
    `${v.peer} sent only ${n(v.bytesPerSecond, "byte")} a second, too few to wait for.`,
  "peer-lacks": (v: { peer: string }): string => `${v.peer} does not share the image any more.`,
  "peer-odd": (v: { peer: string }): string =>
    `${v.peer} answered with another part of the image than it was asked for.`,
  "peer-avoided": (v: { peer: string; seconds: number }): string =>
    `${v.peer} failed a moment ago and is left alone for ${n(v.seconds, "more second")}.`,
  "peer-passed-over": (v: { peer: string }): string =>
    `${v.peer} is not contacted: it is an address that no peer can have in this list (loopback, unspecified, link-local, multicast or broadcast).`,
  "list-exhausted": (v: { peer: string; tried: number }): string =>
    `${v.peer} is not contacted: ${n(v.tried, "connection")} to addresses of this list got no answer already.`,
  "peer-cut": (v: { peer: string; bytes: number; reason: string }): string =>
    `The connection to ${v.peer} broke after ${n(v.bytes, "byte")} (${v.reason}).`,
  "peer-empty": (v: { peer: string }): string =>
    `${v.peer} closed without sending a byte: it does not share the image any more, or serves too many others.`,
  "peer-said": (v: { peer: string; text: string }): string => `${v.peer} sent no image but “${v.text}”.`,
  "wrong-md5": (v: { peer: string; bytes: number; expected: string; got: string }): string =>
    `${v.peer} sent something else than the image: ${
      n(v.bytes, "byte")
    } with MD5 ${v.got} instead of ${v.expected}; nothing of it was kept.`,
  "too-large": (v: { peer: string; limit: number }): string =>
    `${v.peer} sent more than ${n(v.limit, "byte")}, which no image has, and was cut off.`,
  "disk-full": (v: { path: string }): string =>
    `The disk of ${v.path} is full: make room there and fetch the image again.`,
  "no-room": (v: { path: string; name: string; bytes: number }): string =>
    `The disk of ${v.path} has no room for ${v.name}: make room there and fetch it again.`,
  "not-written": (v: { path: string; reason: string }): string =>
    `Nothing can be written to ${v.path} (${v.reason}): check that it exists and who may write to it.`,
  "fetch-failed": (v: { name: string; faults: readonly Error[] }): string =>
    `${v.name} could not be fetched. ${
      v.faults.map(({ message }) => message).join(" ")
    } List the images again, or try later.`,
} as const;

/** The code of a fault. */
export type FaultCode = keyof typeof FAULTS;

/** The values of a fault's sentence. */
export type FaultValues<C extends FaultCode> = Parameters<typeof FAULTS[C]>[0];

/** A fault that a person can act upon. Its message is the English sentence. */
export class Fault<C extends FaultCode = FaultCode> extends Error {
  /** Which fault it is; the same in every language and version. */
  readonly code: C;
  /** The values in its sentence, as they came: text from the network is not yet made safe to show. */
  readonly values: FaultValues<C>;

  /** Makes a fault of `code` with the values of its sentence, and the error that brought it about. */
  constructor(code: C, values: FaultValues<C>, cause?: unknown) {
    super((FAULTS[code] as (v: FaultValues<C>) => string)(values), { cause });
    this.name = "Fault";
    this.code = code;
    this.values = values;
  }
}

/** Whether `error` is the fault of this code. */
export function isFault<C extends FaultCode>(error: unknown, code: C): error is Fault<C> {
  return error instanceof Fault && error.code === code;
}
