/** The findings of an examination and what to do next, in English. */
import type { Deviation, PeerDeviation } from "../../doctor/deviation_codes.ts";
import type { Finding, FindingCode, FindingValues, TcpFailure } from "../../doctor/finding.ts";
import { format, n } from "./numbers.ts";

/** A sentence, or a function of a finding's values that returns one. */
type Sentences<C extends FindingCode> = { readonly [K in C]: string | ((v: FindingValues[K]) => string) };

/** The sentences of all findings. */
export interface DoctorWords {
  readonly found: Sentences<FindingCode>;
  /** The next step, which each fault and each warning has. */
  readonly next:
    & Sentences<Extract<Finding, { verdict: "fault" | "warning" }>["code"]>
    & Partial<Sentences<FindingCode>>;
}

const space = (bytes: number): string =>
  bytes < 1e10 ? `${format(Math.floor(bytes / 1e6))} MB` : `${format(Math.floor(bytes / 1e9))} GB`;
const list = (texts: readonly string[]): string => texts.join(", ");
const at = (host: string, port: number): string => `TCP port ${port}${host && ` of ${host}`}`;

/** How to test a port from elsewhere, with programs that most systems have. */
const testPort = (host: string, port: number): string => {
  const to = host || "<address of this machine>";
  return `nc -vz ${to} ${port} (in PowerShell: Test-NetConnection ${to} -Port ${port})`;
};

const SILENT: Readonly<Record<TcpFailure, string>> = {
  refused: "The machine refuses TCP connections to that port: probably no tracker is running on it.",
  "timed-out": "TCP gets no answer either: the machine is off, has another address, or a firewall drops the packets.",
  "no-route": "There is no route to that address from here.",
  odd: "Something listens on that TCP port, but it is not a tracker.",
};

const SILENT_NEXT: Readonly<Record<TcpFailure, string>> = {
  refused: "Start the tracker there, or check the port: give it as <ip>:<port> or with --server-port.",
  "timed-out": "Check the address, and that the machine is on, is in the same network, and accepts UDP on that port.",
  "no-route": "Check the address, and that this machine is connected to the network of the tracker.",
  odd: "Check the port: another program uses this one.",
};

const UDP_ONLY: Readonly<Record<TcpFailure, string>> = {
  refused: "like most third-party trackers",
  "timed-out": "the machine or a firewall drops TCP",
  "no-route": "there is no route for TCP",
  odd: "another program uses its TCP port",
};

const DEVIATIONS: Readonly<Record<Deviation, string>> = {
  colours: "its replies contain color codes",
  padding: "its replies are surrounded by line breaks, spaces or NULs",
  "end-marker": "a second datagram END follows its replies",
  "other-port": "it replies from another UDP port",
  "not-utf8": "its replies are not UTF-8",
  "reg-word": "it does not answer REG with OK <n>_REGISTERED_IMAGES",
  "reg-count": "it answers REG with a wrong number",
  "upd-word": "it does not answer UPD with OK <n>_REGISTERED_FILES",
  "upd-refused": "it refuses UPD",
  "upd-silent": "it does not answer UPD",
  "upd-adds": "its UPD adds images instead of replacing them",
  "upd-changes-nothing": "it answers UPD with OK but changes nothing",
  "upd-drops-others": "its UPD removes images of other peers, or other peers that share the same images",
  "end-word": "it does not answer END with OK CLIENT_FINISHED",
  "end-silent": "it does not answer END",
  "list-silent": "it does not answer LST after a registration",
  "empty-list": "it does not answer LST with ERR when the list is empty",
  "not-listed": "it does not list an image that was registered",
  "udp-port-listed": "it lists the UDP port of the client instead of its TCP port: no peer can download from it",
  "wrong-port-listed": "it lists a port other than the registered one: no peer can download from it",
  "quoted-entries": "entries of its list are in quotes",
  "swapped-fields": "the name precedes the MD5 in its list",
  "port-first": "its list has addresses as port:ip",
  "line-per-image": "its list has one line per image",
  "semicolon-at-end": "its list ends with a semicolon",
  "entry-per-peer": "its list has several entries for one image",
};

const PEER_DEVIATIONS: Readonly<Record<PeerDeviation, string>> = {
  "needs-line-end": "it answers GET only after a line break, which no client sends",
  "never-closes":
    "it does not close the connection after the last byte, so that no client can tell that the image is complete",
  "answers-unknown": "it sends bytes for an image that it does not have instead of closing the connection",
  "holds-unknown": "it does not close the connection when asked for an image that it does not have",
};

const FOUND: DoctorWords["found"] = {
  "name-known": (v) => `The address of ${v.host} is ${v.address}.`,
  "name-several": (v) => `${v.host} has several addresses (${list(v.addresses)}): clients ask ${v.address} first.`,
  "name-unknown": (v) => `Cannot resolve the host name ${v.host}.`,
  "network-asked": (v) => `Looked for trackers that announce themselves in the network ${v.networks}.`,
  "network-none": "This machine is in no private network in which trackers announce themselves.",
  "network-port": (v) => `Cannot open UDP port 5353 (${v.reason}): only unicast answers of trackers arrive.`,
  "network-unsent": (v) => `Cannot send multicast in the network ${v.network} over ${v.protocol} (${v.reason}).`,
  "network-answers": (v) =>
    `Trackers answered: ${n(v.multicast, "multicast answer")}, ${n(v.unicast, "unicast answer")}.`,
  "network-one-way": (v) =>
    `Trackers answered, but only directly: ${n(v.unicast, "unicast answer")}, no multicast answer.`,
  "network-silent": "No tracker announces itself there.",
  "local-tracker": (v) =>
    `A tracker on this machine answers at ${v.address}: “auto” finds it here, since none announces itself.`,
  "announced": (v) =>
    `The tracker “${v.name}”${v.version && ` (version ${v.version})`} is at ${v.address}${
      v.addresses.length > 0 ? `, and at ${list(v.addresses)}` : ""
    }.`,
  "announced-twice": (v) => `The tracker “${v.name}” at ${v.address} is announced under other names too: ${v.names}.`,
  "announced-silent": (v) => `The tracker “${v.name}” announces ${v.address}, but does not answer there.`,
  "tracker-not-found": "No tracker was found.",
  "tracker-answers": (v) => `The tracker at ${v.address} answers on UDP and TCP.`,
  "tracker-answers-udp": (v) =>
    `The tracker at ${v.address} answers on UDP, not on TCP (${
      UDP_ONLY[v.tcp]
    }): long lists and registrations may be cut.`,
  "tracker-lists": (v) =>
    `It lists ${n(v.images, "image")} from ${n(v.peers, "peer")}${
      v.complete ? "" : ", possibly more: the list may be cut"
    }.`,
  "tracker-odd": (v) => `The program at ${v.address} is not a tracker: it sent “${v.reply}”.`,
  "tracker-silent": (v) =>
    `The tracker at ${v.address} did not answer within ${n(v.seconds, "second")}. ${SILENT[v.tcp]}`,
  "trackers-partly": (v) => `Not all of these trackers answer: a client uses ${v.address}, which does.`,
  "trackers-differ": (v) =>
    `The trackers at ${v.address} and ${v.other} list different images: they do not share a registry.`,
  "udp-blocked": (v) =>
    `The tracker at ${v.address} answers on TCP, but not on UDP within ${n(v.seconds, "second")}: UDP is blocked.`,
  "port-reachable": (v) => `TCP port ${v.port} of this machine is reachable: ${v.from} connected to it.`,
  "port-answers-here": (v) =>
    `The tracker runs on this machine; ${at(v.host, v.port)} answers here, but was not tried from elsewhere.`,
  "port-unreachable": (v) =>
    `The tracker could not connect to ${at(v.host, v.port)} within ${
      n(v.seconds, "second")
    }: others cannot download your images.`,
  "port-untried": (v) => `It is unknown whether others can reach ${at(v.host, v.port)}: this tracker does not test it.`,
  "port-in-use": (v) => `TCP port ${v.port} is in use by another program.`,
  "port-denied": (v) => `Permission denied for TCP port ${v.port}.`,
  "dialect-none": (v) => `The tracker at ${v.address} follows the protocol exactly.`,
  "dialect": (v) =>
    `The tracker at ${v.address} deviates from the protocol: ${v.deviations.map((it) => DEVIATIONS[it]).join("; ")}.`,
  "tracker-cuts": (v) =>
    `The tracker accepted ${format(v.accepted)} of ${n(v.offered, "image")} in a request of ${
      n(v.bytes, "byte")
    }: it cuts long requests.`,
  "tracker-refuses": (v) =>
    v.reply === "" ? `The tracker does not answer ${v.request}.` : `The tracker refuses ${v.request}: “${v.reply}”.`,
  "peer-fine": (v) => `The peer ${v.peer} sent ${v.name} (${n(v.bytes, "byte")}), MD5 verified.`,
  "peer-dialect": (v) =>
    `The peer ${v.peer} sent ${v.name}, MD5 verified, but deviates from the protocol: ${
      v.deviations.map((it) => PEER_DEVIATIONS[it]).join("; ")
    }.`,
  "peer-not-listed": (v) => `The tracker lists no image of ${v.peer}: there is nothing to request from it.`,
  "peer-unreachable": (v) => `Cannot connect to the peer ${v.peer} (${v.reason}).`,
  "peer-reached": (v) => `The peer ${v.peer} accepts connections; without a list, no image can be requested.`,
  "peer-untried": (v) => `The peer ${v.peer} was not examined: without a list, its port must be given.`,
  "peer-silent": (v) =>
    `The peer ${v.peer} accepted the connection but sent nothing of ${v.name} for ${n(v.seconds, "second")}.`,
  "peer-empty": (v) => `The peer ${v.peer} is listed with ${v.name} but closed the connection without sending a byte.`,
  "peer-wrong": (v) => `The peer ${v.peer} sent ${n(v.bytes, "byte")} whose MD5 is not that of ${v.name}.`,
  "peer-slow": (v) =>
    `The peer ${v.peer} sent only ${n(v.bytes, "byte")} of ${v.name} within ${
      n(v.seconds, "second")
    }: the image is incomplete.`,
  "one-address": (v) => `Others reach this machine at ${v.address}.`,
  "several-addresses": (v) =>
    `This machine is in several networks (${list(v.addresses)})${v.seen && `; the tracker sees it at ${v.seen}`}.`,
  "address-translated": (v) =>
    `The tracker sees this machine at ${v.seen}, which is not one of its addresses (${
      list(v.addresses)
    }): a router translates it (NAT).`,
  "no-address": "This machine is in no network: only programs on it can reach each other.",
  "directory-fine": (v) => `${v.path} can be read and written.`,
  "directory-missing": (v) => `Directory ${v.path} does not exist.`,
  "directory-unreadable": (v) => `Cannot read ${v.path} (${v.reason}).`,
  "directory-not-writable": (v) => `Cannot save files in ${v.path} (${v.reason}).`,
  "ignore-unreadable": (v) =>
    `Cannot read ${v.path} (${v.reason}): nothing is shared, since the files that it excludes may be private.`,
  "images-found": (v) => `${v.path} contains ${n(v.images, "image")}${v.whole ? "" : ", possibly more"}.`,
  "no-images": (v) =>
    v.files === 1
      ? `The only file in ${v.path} is not an image.`
      : `No image among ${v.whole ? "" : "the first "}${n(v.files, "file")} in ${v.path}.`,
  "files-unreadable": (v) =>
    `${n(v.count, "file or directory", "files or directories")} cannot be read and ${
      v.count === 1 ? "is" : "are"
    } not shared, such as ${v.path} (${v.reason}).`,
  "disk-fine": (v) => `The disk of ${v.path} has ${space(v.free)} free.`,
  "disk-low": (v) => `The disk of ${v.path} is almost full: ${space(v.free)} free.`,
  "disk-full": (v) => `The disk of ${v.path} is full, or your quota on it is used up.`,
  "disk-unknown": (v) => `The free space on the disk of ${v.path} is unknown (${v.reason}).`,
  "clock-fine": (v) => `The clock shows ${v.now}.`,
  "clock-off": (v) => `The clock is wrong: it shows ${v.now}, which is before ${v.earliest}.`,
  "clock-drive": (v) =>
    `The clock of the disk of ${v.path} differs from that of this machine by ${n(Math.abs(v.seconds), "second")}.`,
};

const NEXT: DoctorWords["next"] = {
  "name-several": "If a tracker has only one of these addresses, give that address instead of the name.",
  "name-unknown": "Check its spelling, or give the IP address of the tracker instead.",
  "network-none": "Connect it to the network of the tracker, or give the address of the tracker.",
  "network-port": "Stop the program that uses this port for itself, if trackers are not found.",
  "network-unsent": "Check that this interface is up and takes part in multicast, and the firewall of this machine.",
  "network-one-way":
    "Allow incoming UDP to port 5353 in the firewall of this machine: a tracker may answer by multicast only.",
  "network-silent":
    "If one is running in this network, check that it was not started with --no-announce, that the firewalls of both machines allow UDP port 5353, and that the access point lets its devices reach each other. Multicast does not leave a network: from elsewhere, give the address.",
  "announced-twice": "It was probably restarted: the old names disappear within two hours.",
  "announced-silent":
    "It may have ended without saying so; else allow UDP to this port in the firewall of its machine.",
  "tracker-not-found": "Give the address of the tracker.",
  "tracker-odd": "Check the address and the port. If it is your tracker, it must answer LST with a list or with ERR.",
  "tracker-silent": (v) => SILENT_NEXT[v.tcp],
  "trackers-partly":
    "Sharing works as long as one of them answers: start the others again, or leave them out. Exit code 1; 3 is for no answer at all.",
  "trackers-differ":
    "They are different networks: a client uses only one of them, and sees and shares nothing in the other. Give the other one with --also, or start both trackers with the same --registry.",
  "udp-blocked":
    "Allow UDP to this address and port, and the replies, in the firewalls of both machines and of the network between them.",
  "port-answers-here": (v) =>
    `If others cannot download from you, start the client with --port ${v.port} and, while it is running, test the port from their machine: ${
      testPort("", v.port)
    }.`,
  "port-unreachable": (v) =>
    `Allow incoming TCP connections to port ${v.port} in the firewall of this machine, or choose an allowed port with --port. Behind a router, forward the port to this machine.`,
  "port-untried": (v) =>
    `Start the client with --port ${v.port} and, while it is running, test the port from another machine: ${
      testPort(v.host, v.port)
    }.`,
  "port-in-use":
    "Stop that program, or choose another port with --port. If it is your own running client, nothing is wrong.",
  "port-denied": "Choose a port above 1023 with --port.",
  "dialect": "This client supports the deviations, others may not: report them to the developer of the tracker.",
  "tracker-cuts": "Share fewer images at once, with shorter names, or use a tracker that accepts longer requests.",
  "tracker-refuses": "Try again in a few minutes, or ask the operator of the tracker.",
  "peer-dialect": "Other clients may not be able to download from it: report this to the developer of that program.",
  "peer-not-listed": "Check the address and the port, and that the peer is registered with this tracker.",
  "peer-unreachable":
    "Check that it is running, that it listens on the port that it registered, and the firewall of its machine.",
  "peer-silent": "It must answer as soon as it has read GET, a space and 32 digits: nothing follows them.",
  "peer-empty":
    "It must send the bytes of the file whose MD5 it registered. If the file has changed, update its registration.",
  "peer-wrong": "It must send the bytes of the file, with nothing before or after them, and then close the connection.",
  "several-addresses":
    "Others download your images from the address that the tracker sees and must be able to reach it. If they cannot, disconnect from the other networks (VPN, virtual machines, a second cable).",
  "address-translated": "Forward the TCP port to this machine in that router, or use a tracker in your own network.",
  "no-address": "Connect it to the network of the other peers.",
  "directory-missing": "Create it, or name an existing one.",
  "directory-unreadable": "Check that it is a directory and that you have permission to read it.",
  "directory-not-writable": "Check that you have permission to write to it, or name another directory for downloads.",
  "ignore-unreadable": "Fix that file (plain UTF-8 text) or remove it.",
  "no-images":
    "Put JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP or TIFF files there. Hidden files, files excluded by .idp2piignore and, with --no-recursive, subdirectories do not count.",
  "files-unreadable": "Check that you have permission to read them.",
  "disk-low": "Free space before you download.",
  "disk-full": "Free space: nothing can be downloaded.",
  "clock-off": "Set the clock of this machine, preferably from the network (NTP).",
  "clock-drive":
    "Set both clocks from the network (NTP): until then, a file that is still being copied there may be shared before it is complete.",
};

/** The sentences. */
export const DOCTOR: DoctorWords = { found: FOUND, next: NEXT };
