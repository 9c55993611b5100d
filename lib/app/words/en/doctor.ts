/**
 * What an examination found and what to do next, in English.
 *
 * @module
 */
import type { Deviation, PeerDeviation } from "../../doctor/deviation.ts";
import type { FindingCode, FindingValues, TcpWord } from "../../doctor/finding.ts";

/** The sentences of all findings: what was found, and the next step where there is one. */
export type DoctorWords = {
  readonly [C in FindingCode]: {
    /** What was found. */
    readonly told: (v: FindingValues[C]) => string;
    /** What to do next. */
    readonly next?: (v: FindingValues[C]) => string;
  };
};

const format = (value: number): string => value.toLocaleString("en");
const n = (count: number, one: string, many = `${one}s`): string => `${format(count)} ${count === 1 ? one : many}`;
const megabytes = (bytes: number): string => `${format(Math.floor(bytes / 1_000_000))} MB`;
const list = (texts: readonly string[]): string => texts.join(", ");
const at = (host: string, port: number): string => host === "" ? `TCP port ${port}` : `TCP port ${port} of ${host}`;

/** How to try a port from elsewhere, with what most systems have. */
const tryIt = (host: string, port: number): string =>
  `nc -vz ${host || "<this machine's address>"} ${port} (in PowerShell: Test-NetConnection ${
    host || "<this machine's address>"
  } -Port ${port})`;

const SILENT: Readonly<Record<TcpWord, string>> = {
  answers: "Something answers on TCP.",
  refused: "The machine is there, but refuses TCP on that port: probably no tracker runs on it.",
  "timed-out": "TCP gets no answer either: the machine is off, has another address, or a firewall drops everything.",
  "no-route": "There is no way to that address from here.",
  odd: "Something listens on that TCP port, but it is no tracker.",
};

const SILENT_NEXT: Readonly<Record<TcpWord, string>> = {
  answers: "Ask whoever runs the tracker for its UDP port.",
  refused: "Start the tracker there, or check the port: it is given as <ip>:<port> or with --server-port.",
  "timed-out": "Check the address, and that the machine is on, in the same network, and lets in UDP on that port.",
  "no-route": "Check that this machine is connected to the network in which the tracker is, and the address.",
  odd: "Check the port: another program holds this one.",
};

const UDP_ONLY: Readonly<Record<TcpWord, string>> = {
  answers: "",
  refused: " It has no TCP, as most trackers but ours have none",
  "timed-out": " A firewall drops TCP to it, or the machine does",
  "no-route": " TCP does not get there",
  odd: " Another program listens on its TCP port",
};

const DEVIATIONS: Readonly<Record<Deviation, string>> = {
  colours: "its replies are coloured",
  padding: "there are line ends, blanks or NULs around its replies",
  "end-marker": "a second datagram END follows its replies",
  "other-port": "it replies from another UDP port",
  "not-utf8": "its replies are not UTF-8",
  "reg-word": "it does not answer REG with OK <n>_REGISTERED_IMAGES",
  "reg-count": "it answers REG with a wrong number",
  "upd-word": "it does not answer UPD with OK <n>_REGISTERED_FILES",
  "upd-refused": "it refuses UPD",
  "upd-silent": "it does not answer UPD",
  "upd-adds": "its UPD adds images in place of replacing them",
  "upd-changes-nothing": "its UPD is answered OK and changes nothing",
  "upd-drops-others": "its UPD drops others' images, or others who have the same",
  "end-word": "it does not answer END with OK CLIENT_FINISHED",
  "end-silent": "it does not answer END",
  "list-silent": "it does not answer LST after a registration",
  "empty-list": "it does not tell an empty list with ERR",
  "not-listed": "it does not list an image that was registered",
  "udp-port-listed":
    "it lists the UDP port from which a client speaks instead of its TCP port: nobody can fetch from it",
  "wrong-port-listed": "it lists another port than the one that was registered: nobody can fetch from it",
  "quoted-entries": "entries of its list are in quotes",
  "swapped-fields": "the name stands before the MD5 in its list",
  "port-first": "its list has addresses as port:ip",
  "line-per-image": "its list has a line for each image",
  "semicolon-at-end": "its list ends with a semicolon",
  "entry-per-peer": "its list has several entries for one image",
};

const PEER_DEVIATIONS: Readonly<Record<PeerDeviation, string>> = {
  "needs-line-end": "it answers GET only after a line end, which no client sends",
  "never-closes":
    "it does not close the connection after the last byte, so that no client knows that the image is complete",
  "answers-unknown": "it sends bytes for an image that it does not have, instead of closing the connection",
  "holds-unknown": "it does not close the connection when it is asked for an image that it does not have",
};

/** The sentences. */
export const DOCTOR: DoctorWords = {
  "name-known": { told: (v) => `${v.host} is ${v.address}.` },
  "name-several": {
    told: (v) => `${v.host} has several addresses (${list(v.addresses)}): ${v.address} is asked.`,
    next: () => "If the tracker is another of them, give that address in place of the name.",
  },
  "name-unknown": {
    told: (v) => `The name ${v.host} has no address.`,
    next: () => "Check its spelling, or give the tracker's IP address in place of the name.",
  },
  "tracker-answers": { told: (v) => `The tracker at ${v.address} answers on UDP and TCP.` },
  "tracker-answers-udp": {
    told: (v) =>
      `The tracker at ${v.address} answers on UDP.${UDP_ONLY[v.tcp] ?? v.tcp}: long lists and many images may be cut.`,
  },
  "tracker-lists": {
    told: (v) =>
      `It lists ${n(v.images, "image")} of ${n(v.peers, "peer")}${
        v.complete ? "" : ", and perhaps more: the list may be cut"
      }.`,
  },
  "tracker-odd": {
    told: (v) => `What answers at ${v.address} is not a tracker: it sent “${v.reply}”.`,
    next: () => "Check the address and the port. If it is your tracker: it must answer LST with a list or with ERR.",
  },
  "tracker-silent": {
    told: (v) =>
      `The tracker at ${v.address} did not answer within ${n(v.seconds, "second")}. ${SILENT[v.tcp] ?? v.tcp}`,
    next: (v) => SILENT_NEXT[v.tcp] ?? v.tcp,
  },
  "udp-blocked": {
    told: (v) =>
      `The tracker at ${v.address} answers on TCP, but not on UDP within ${n(v.seconds, "second")}: UDP is blocked.`,
    next: () =>
      "Allow UDP to this address and port, and the answers back, in the firewalls of both machines and of the network between them.",
  },
  "port-reachable": { told: (v) => `TCP port ${v.port} of this machine can be reached: ${v.from} did.` },
  "port-answers-here": {
    told: (v) => `The tracker runs on this machine; ${at(v.host, v.port)} answers here, nobody else has tried it.`,
    next: (v) =>
      `If others cannot fetch from you, start the client with --port ${v.port}, and while it runs try the port from their machine: ${
        tryIt("", v.port)
      }.`,
  },
  "port-unreachable": {
    told: (v) =>
      `The tracker could not reach ${at(v.host, v.port)} within ${
        n(v.seconds, "second")
      }: others cannot fetch your images.`,
    next: (v) =>
      `Allow incoming TCP connections to port ${v.port} in this machine's firewall (--port chooses one that is allowed), and behind a router forward it to this machine.`,
  },
  "port-untried": {
    told: (v) => `Whether others reach ${at(v.host, v.port)} is not known: this tracker does not try it.`,
    next: (v) =>
      `Start the client with --port ${v.port}, and while it runs try the port from another machine: ${
        tryIt(v.host, v.port)
      }.`,
  },
  "port-in-use": {
    told: (v) => `TCP port ${v.port} is in use by another program.`,
    next: () => "End that program, or choose another port with --port. If it is your running client, all is well.",
  },
  "port-denied": {
    told: (v) => `This user may not open TCP port ${v.port}.`,
    next: () => "Choose a port above 1023 with --port.",
  },
  "dialect-none": { told: (v) => `The tracker at ${v.address} speaks the protocol to the letter.` },
  "dialect": {
    told: (v) =>
      `The tracker at ${v.address} speaks a dialect: ${v.deviations.map((it) => DEVIATIONS[it] ?? it).join("; ")}.`,
    next: () => "This client understands it, others may not: tell whoever made the tracker.",
  },
  "tracker-cuts": {
    told: (v) =>
      `The tracker took ${format(v.accepted)} of ${n(v.offered, "image")} in a request of ${
        n(v.bytes, "byte")
      }: it cuts long requests.`,
    next: () => "Share fewer images at once, with shorter names, or use a tracker that takes more.",
  },
  "tracker-refuses": {
    told: (v) =>
      v.reply === "" ? `The tracker does not answer ${v.request}.` : `The tracker refuses ${v.request}: “${v.reply}”.`,
    next: () => "Try again in some minutes, or ask whoever runs the tracker.",
  },
  "peer-fine": {
    told: (v) => `The peer ${v.peer} sent ${v.name} (${n(v.bytes, "byte")}), MD5 verified.`,
  },
  "peer-dialect": {
    told: (v) =>
      `The peer ${v.peer} sent ${v.name}, MD5 verified, but deviates from the protocol: ${
        v.deviations.map((it) => PEER_DEVIATIONS[it] ?? it).join("; ")
      }.`,
    next: () => "Other clients may not be able to fetch from it: tell whoever made that program.",
  },
  "peer-not-listed": {
    told: (v) => `The tracker lists no image of ${v.peer}, so nothing can be requested from it.`,
    next: () => "Check the address and the port, and that the peer is registered with this tracker.",
  },
  "peer-unreachable": {
    told: (v) => `The peer ${v.peer} cannot be reached (${v.reason}).`,
    next: () => "Check that it runs, that it listens on the port that it registered, and its machine's firewall.",
  },
  "peer-reached": { told: (v) => `The peer ${v.peer} accepts connections; without a list nothing can be requested.` },
  "peer-untried": { told: (v) => `The peer ${v.peer} was not examined: without a list its port has to be given.` },
  "peer-silent": {
    told: (v) =>
      `The peer ${v.peer} accepted the connection, but sent nothing of ${v.name} for ${n(v.seconds, "second")}.`,
    next: () => "It must answer as soon as it has read GET, a blank and 32 digits: nothing else follows.",
  },
  "peer-empty": {
    told: (v) => `The peer ${v.peer} is listed with ${v.name}, but closed the connection without a byte.`,
    next: () =>
      "It must send the bytes of the file whose MD5 it registered. Update its registration if the file has changed.",
  },
  "peer-wrong": {
    told: (v) => `The peer ${v.peer} sent ${n(v.bytes, "byte")} that are not ${v.name}: their MD5 is another.`,
    next: () =>
      "It must send the bytes of the file and nothing before or after them, and close the connection when all are sent.",
  },
  "peer-slow": {
    told: (v) =>
      `The peer ${v.peer} sent ${n(v.bytes, "byte")} of ${v.name} within ${
        n(v.seconds, "second")
      }, and not all of it yet.`,
  },
  "one-address": { told: (v) => `Others find this machine at ${v.address}.` },
  "several-addresses": {
    told: (v) =>
      `This machine is in several networks (${list(v.addresses)})${
        v.seen === "" ? "" : `; the tracker sees ${v.seen}`
      }.`,
    next: () =>
      "Others fetch your images from the address that the tracker sees: they must be able to reach it. Leave the other networks (VPN, virtual machines, second cable) if they cannot.",
  },
  "address-translated": {
    told: (v) =>
      `The tracker sees this machine at ${v.seen}, which is none of its addresses (${
        list(v.addresses)
      }): a router stands between.`,
    next: () => "Forward the TCP port in that router to this machine, or share with a tracker in your own network.",
  },
  "no-address": {
    told: () => "This machine is in no network: only programs on it can reach each other.",
    next: () => "Connect it to the network in which the others are.",
  },
  "directory-fine": { told: (v) => `${v.path} can be read and written to.` },
  "directory-missing": {
    told: (v) => `There is no directory ${v.path}.`,
    next: () => "Create it, or name one that exists.",
  },
  "directory-unreadable": {
    told: (v) => `${v.path} cannot be read (${v.reason}).`,
    next: () => "Check that it is a directory, and who may read it.",
  },
  "directory-not-writable": {
    told: (v) => `Nothing can be saved in ${v.path} (${v.reason}).`,
    next: () => "Check who may write to it, or name another directory for what you download.",
  },
  "ignore-unreadable": {
    told: (v) => `${v.path} cannot be read (${v.reason}): nothing is shared, since what it names may be private.`,
    next: () => "Mend that file (plain UTF-8 text) or remove it.",
  },
  "images-found": {
    told: (v) =>
      v.whole
        ? `${v.path} holds ${n(v.images, "image")}.`
        : `${v.path} holds ${n(v.images, "image")} and perhaps more.`,
  },
  "no-images": {
    told: (v) =>
      v.files === 1
        ? `The only file in ${v.path} is no image.`
        : `There is no image among ${v.whole ? "" : "the first "}${n(v.files, "file")} in ${v.path}.`,
    next: () =>
      "Put JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP or TIFF files there; hidden files and what .idp2piignore names do not count, nor what is in subdirectories with --no-recursive.",
  },
  "files-unreadable": {
    told: (v) =>
      `${n(v.count, "file or directory", "files or directories")} cannot be read and ${
        v.count === 1 ? "is" : "are"
      } not shared, such as ${v.path} (${v.reason}).`,
    next: () => "Check who may read them.",
  },
  "disk-fine": { told: (v) => `The disk of ${v.path} has ${megabytes(v.free)} free.` },
  "disk-low": {
    told: (v) => `The disk of ${v.path} is nearly full: ${megabytes(v.free)} free.`,
    next: () => "Make room there before you download.",
  },
  "disk-full": {
    told: (v) => `The disk of ${v.path} is full, or your share of it is.`,
    next: () => "Make room there: nothing can be downloaded.",
  },
  "disk-unknown": { told: (v) => `How much room the disk of ${v.path} has is not known (${v.reason}).` },
  "clock-fine": { told: (v) => `The clock shows ${v.now}.` },
  "clock-off": {
    told: (v) => `The clock shows ${v.now}, but it is at least ${v.earliest}.`,
    next: () => "Set this machine's clock, best from the network.",
  },
  "clock-drive": {
    told: (v) =>
      `The clock of the disk of ${v.path} differs from this machine's by ${n(Math.abs(v.seconds), "second")}.`,
    next: () =>
      "Set both clocks from the network: until then a file that is still being copied there may be shared before it is whole.",
  },
};
