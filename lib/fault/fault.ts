/**
 * Faults that a person can act upon, each with a code, values, and a sentence that says what failed and what to do
 * next. The sentences here are English; those of other languages are in lib/app/words/ under the same codes.
 */

/** A port of one address; of all addresses of this machine if `host` is empty. */
interface PortAt {
  readonly port: number;
  readonly host: string;
}

/** `1 second`, `2 seconds`. */
const n = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

const onHost = (host: string): string => host === "" ? "on this machine" : `on ${host}`;

/** Every fault by code, with the sentence that its values complete. */
export const FAULTS = {
  "port-in-use": (v: PortAt & { protocol: string }): string =>
    `${v.protocol} port ${v.port} is already in use ${
      onHost(v.host)
    }: stop the program that uses it, or choose another port with --port.`,
  "port-denied": (v: PortAt & { protocol: string }): string =>
    `Permission denied for ${v.protocol} port ${v.port} ${
      onHost(v.host)
    }: choose a port above 1023 with --port, or run with the privilege to open it.`,
  "port-unusable": (v: PortAt & { protocol: string; reason: string }): string =>
    `Cannot open ${v.protocol} port ${v.port} ${
      onHost(v.host)
    } (${v.reason}): fix the cause and start the program again.`,
  "address-not-here": (v: { address: string; option: string }): string =>
    `${v.address} is not an address of this machine: give one of its addresses with ${v.option}, or 0.0.0.0 for all of them.`,
  "host-unknown": (v: { host: string }): string =>
    `Cannot resolve the host name ${v.host}: check its spelling, or give the IP address of the tracker instead.`,
  "no-private-network": (_: Readonly<Record<string, never>>): string =>
    "This machine is in no private network where a tracker could be found: connect it to one, or give the address of the tracker.",
  "no-tracker-found": (v: { networks: string }): string =>
    `No tracker was found in the network ${v.networks}: start idp2pi-server in it and allow UDP port 5353 in the firewalls of both machines, or give the address of the tracker. “idp2pi-client doctor auto” shows what was tried.`,
  "several-trackers": (v: { trackers: string }): string =>
    `Several trackers were found: ${v.trackers}. Give the address of one of them, or add --also auto to use all.`,
  "tracker-silent": (v: { address: string; seconds: number }): string =>
    `The tracker at ${v.address} did not answer within ${
      n(v.seconds, "second")
    }: check the address, that the tracker is running, and that no firewall blocks UDP.`,
  "trackers-silent": (v: { addresses: string }): string =>
    `None of the trackers answered: ${v.addresses}. Check the addresses, that one of them is running, and that no firewall blocks UDP.`,
  "tracker-unreachable": (v: { address: string; reason: string }): string =>
    `Cannot send to the tracker at ${v.address} (${v.reason}): check the address and the network of this machine.`,
  "not-a-tracker": (v: { address: string; reply: string }): string =>
    `The program at ${v.address} is not a tracker: it sent “${v.reply}”. Check the address and the port.`,
  "tracker-refused": (v: { request: string; reply: string }): string =>
    `The tracker refused ${v.request}: “${v.reply}”. Register again, or ask the operator of the tracker.`,
  "password-conflict": (v: { request: string }): string =>
    `The tracker refused ${v.request}: this address is registered with another password. Register again, or choose another port with --port.`,
  "directory-missing": (v: { path: string }): string =>
    `${v.path} does not exist: check its spelling, or create the directory.`,
  "directory-unusable": (v: { path: string; reason: string }): string =>
    `Cannot use the directory ${v.path} (${v.reason}): check that it is a directory and that you have permission to read it.`,
  "ignore-unusable": (v: { path: string; reason: string }): string =>
    `Cannot read ${v.path} (${v.reason}), and the files that it excludes must not be shared: fix or remove it.`,
  "config-unusable": (v: { path: string; reason: string }): string =>
    `Cannot read the config file ${v.path} (${v.reason}): fix it, remove it, or name another with --config.`,
  "state-unusable": (v: { path: string; reason: string }): string =>
    `Cannot use the state file ${v.path} (${v.reason}): name a file in an existing directory that this user can write to.`,
  "state-unreadable": (v: { path: string; reason: string }): string =>
    `Cannot read the state file ${v.path} (${v.reason}): name with --state the state file of a tracker that this user can read.`,
  "backup-exists": (v: { path: string }): string =>
    `${v.path} already exists and is not overwritten: name a new file for the copy.`,
  "state-unwritten": (v: { path: string; reason: string }): string =>
    `Cannot write the registrations to ${v.path} (${v.reason}), and a restart would lose them: free space or check the disk. Retrying every second.`,
  "registry-unusable": (v: { engine: string; reason: string }): string =>
    `Cannot use the shared registry at ${v.engine} (${v.reason}): check --registry, that Redis or Valkey is running there, and that its “bind” and the firewall admit this machine.`,
  "registry-refused": (v: { engine: string }): string =>
    `The shared registry at ${v.engine} refused the user or the password: check the password in the file of --registry-password or in IDP2PI_SERVER_REGISTRY, and the user in the address, as in redis://tracker@${v.engine}.`,
  "registry-forbidden": (v: { engine: string; prefix: string }): string =>
    `The user of --registry may not use the keys “{${v.prefix}}:*” at ${v.engine}, or a command that trackers need: allow it there (~{${v.prefix}}:* in engine.acl), or choose another name with “?prefix=” in --registry.`,
  "password-unreadable": (v: { path: string; reason: string }): string =>
    `Cannot read the password in ${v.path} (${v.reason}): name a file that this user can read with --registry-password.`,
  "registry-foreign": (v: { engine: string; prefix: string; reason: string }): string =>
    `The data under “${v.prefix}” at ${v.engine} is no registry of this version (${v.reason}) and is not changed: choose another name with “?prefix=” in --registry.`,
  "registry-away": (v: { engine: string; reason: string }): string =>
    `No contact with the shared registry at ${v.engine} (${v.reason}): this tracker continues with what it knows, and sends its changes later. Retrying automatically.`,
  "http-in-use": (v: PortAt & { option: string }): string =>
    `TCP port ${v.port} is already in use ${
      onHost(v.host)
    }: stop the program that uses it, or choose another port with ${v.option}.`,
  "http-denied": (v: PortAt & { option: string }): string =>
    `Permission denied for TCP port ${v.port} ${onHost(v.host)}: choose a port above 1023 with ${v.option}.`,
  "address-zoned": (v: { address: string; option: string }): string =>
    `Browsers cannot open ${v.address}, an address with a zone: give another address of this machine with ${v.option}.`,
  "no-client": (_: Readonly<Record<string, never>>): string =>
    "None of your clients is running on this machine: start one with “idp2pi-client share”.",
  "no-client-at": (v: { port: number }): string =>
    `None of your clients uses TCP port ${v.port}: “idp2pi-client status” shows those that are running.`,
  "client-gone": (v: { pid: number }): string =>
    `The client with process ID ${v.pid} stopped before it answered: “idp2pi-client status” shows those that are running.`,
  "client-silent": (v: { pid: number }): string =>
    `The client with process ID ${v.pid} does not answer: resume it if it is suspended (Ctrl-Z), or kill the process.`,
  "client-differs": (v: { pid: number }): string =>
    `The client with process ID ${v.pid} is a different version and does not support this request: stop it and start it again.`,
  "output-unwritten": (v: { reason: string }): string =>
    `Cannot write the output (${v.reason}), which is incomplete: free space or redirect it elsewhere, and run the command again.`,
  "image-not-here": (v: { md5: string }): string =>
    `No image with MD5 ${v.md5} is shared here: list the images again and choose from the new list.`,
  "image-unreadable": (v: { name: string; reason: string }): string =>
    `Cannot read ${v.name} at the moment (${v.reason}). It stays in the list: check the disk that holds it.`,
  "image-changed": (v: { name: string }): string =>
    `${v.name} has changed since it was listed: update the registration to share the new version.`,
  "no-peers": (v: { name: string }): string => `No peer shares ${v.name} any more: list the images again.`,
  "peer-unreachable": (v: { peer: string; reason: string }): string => `Cannot connect to ${v.peer} (${v.reason}).`,
  "peer-silent": (v: { peer: string; seconds: number }): string =>
    `${v.peer} sent nothing for ${n(v.seconds, "second")}.`,
  "peer-slow": (v: { peer: string; bytesPerSecond: number }): string =>
    `${v.peer} is too slow: it sent only ${n(v.bytesPerSecond, "byte")} per second.`,
  "peer-lacks": (v: { peer: string }): string => `${v.peer} no longer shares the image.`,
  "peer-odd": (v: { peer: string }): string => `${v.peer} sent a different part of the image than requested.`,
  "peer-banned": (v: { peer: string; seconds: number }): string =>
    `${v.peer} failed recently and is not contacted for ${n(v.seconds, "more second")}.`,
  "peer-passed-over": (v: { peer: string }): string =>
    `${v.peer} is not contacted: no peer in this list can have such an address (loopback, unspecified, link-local, multicast or broadcast).`,
  "list-exhausted": (v: { peer: string; tried: number }): string =>
    `${v.peer} is not contacted: ${n(v.tried, "connection")} to addresses of this list failed already.`,
  "peer-cut": (v: { peer: string; bytes: number; reason: string }): string =>
    `The connection to ${v.peer} was lost after ${n(v.bytes, "byte")} (${v.reason}).`,
  "peer-empty": (v: { peer: string }): string =>
    `${v.peer} closed the connection without sending a byte: it no longer shares the image, or is serving too many peers.`,
  "peer-said": (v: { peer: string; text: string }): string => `${v.peer} sent “${v.text}” instead of an image.`,
  "wrong-md5": (v: { peer: string; bytes: number; expected: string; got: string }): string =>
    `${v.peer} sent data that is not the image: ${
      n(v.bytes, "byte")
    } with MD5 ${v.got} instead of ${v.expected}. The data was discarded.`,
  "too-large": (v: { peer: string; limit: number }): string =>
    `${v.peer} sent more than ${n(v.limit, "byte")}, the size limit of an image: connection closed.`,
  "disk-full": (v: { path: string }): string =>
    `The disk of ${v.path} is full: free space and download the image again.`,
  "no-room": (v: { path: string; name: string; bytes: number }): string =>
    `The disk of ${v.path} does not have enough space for ${v.name}: free space and download the image again.`,
  "no-room-for-all": (v: { path: string; images: number; bytes: number; free: number }): string =>
    `${n(v.images, "image")} of ${Math.ceil(v.bytes / 1e6)} MB do not fit on the disk of ${v.path}, which has ${
      Math.floor(v.free / 1e6)
    } MB free: free space, choose fewer images, or use --yes to download as many as fit.`,
  "not-written": (v: { path: string; reason: string }): string =>
    `Cannot write to ${v.path} (${v.reason}): check that it exists and that you have permission to write to it.`,
  "queue-damaged": (v: { path: string; backup: string }): string =>
    `The list of unfinished downloads ${v.path} is damaged and was renamed to ${v.backup}. What could be read of it is kept: download missing images again.`,
  "queue-unwritten": (v: { path: string; reason: string }): string =>
    `Cannot write the list of unfinished downloads to ${v.path} (${v.reason}): if the program ends before they are finished, they are not offered again.`,
  "fetch-failed": (v: { name: string; faults: readonly Error[] }): string =>
    `${v.name} could not be downloaded. ${
      v.faults.map(({ message }) => message).join(" ")
    } List the images again, or try again later.`,
} as const;

/** The code of a fault. */
export type FaultCode = keyof typeof FAULTS;

/** A fault that a person can act upon. Its message is the English sentence. */
export class Fault<C extends FaultCode = FaultCode> extends Error {
  /** The code of the fault, which stays the same in every language and version. */
  readonly code: C;
  /** The values in its sentence, unchanged: text from the network must be made safe before it is shown. */
  readonly values: Parameters<typeof FAULTS[C]>[0];

  /** Makes a fault from its code, the values of its sentence, and the error that caused it. */
  constructor(code: C, values: Fault<C>["values"], cause?: unknown) {
    super((FAULTS[code] as (v: Fault<C>["values"]) => string)(values), { cause });
    this.name = "Fault";
    this.code = code;
    this.values = values;
  }
}

/** Whether a fault says that no tracker answers; others say what one answered. */
export function isOutOfContact(fault: unknown): boolean {
  return (["tracker-silent", "trackers-silent", "tracker-unreachable"] as const).some((it) => isFault(fault, it));
}

/** Whether `error` is the fault of this code. */
export function isFault<C extends FaultCode>(error: unknown, code: C): error is Fault<C> {
  return error instanceof Fault && error.code === code;
}
