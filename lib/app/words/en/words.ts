/**
 * Every sentence that a person reads, in English.
 *
 * @module
 */
import { FAULTS } from "../../../fault/fault.ts";
import { REASONS } from "../../../fault/reason.ts";
import { COMMANDS } from "./commands.ts";
import { CONTROL } from "./control.ts";
import { DOCTOR } from "./doctor.ts";
import { MANUAL } from "./manual.ts";
import { FIRST_USE, SCREEN } from "./screen.ts";

/** `1 image`, `2 images`. */
const n = (count: number, one: string, many = `${one}s`): string => `${format(count)} ${count === 1 ? one : many}`;
const format = (value: number): string => value.toLocaleString("en");

/** Of a word that is like a right one. */
const maybe = (meant: string): string => meant ? ` Did you mean ${meant}?` : "";

/** The words of one language. Every other language has exactly these. */
export const ENGLISH = {
  tag: "en",
  faults: FAULTS,
  doctor: DOCTOR,
  manual: MANUAL,
  screen: SCREEN,
  firstUse: FIRST_USE,
  control: CONTROL,
  /** Of the system: the English phrase and the same here. */
  reasons: Object.fromEntries(Object.values(REASONS).map((reason) => [reason, reason])) as Record<string, string>,
  /** Of the tracker's log: the same. */
  refusals: {} as Record<string, string>,
  unexpected: (message: string): string => `Something went wrong that should not (${message}): please report it.`,
  /** Of a command line: about an option or operand, the value it was given, and what it could have been given. */
  usage: {
    "unknown-option": (subject: string, _value: string, meant: string): string =>
      `There is no option ${subject}.${maybe(meant)}`,
    "unknown-command": (subject: string, _value: string, meant: string): string =>
      `“${subject}” is no command.${maybe(meant)} If it is the name of a machine, write “${subject}.”.`,
    "no-command": (subject: string): string => `There is no command “${subject}” to tell of.`,
    "unknown-key": (subject: string, path: string, meant: string): string =>
      `“${subject}” in ${path} is no option.${maybe(meant)}`,
    "unknown-variable": (subject: string, _value: string, meant: string): string =>
      `The variable ${subject} means nothing.${maybe(meant)}`,
    "option-elsewhere": (subject: string, command: string, choices: string): string =>
      `The option ${subject} means nothing to “${command}”: it belongs to ${choices}.`,
    "needs-value": (subject: string): string => `The option ${subject} needs a value.`,
    "takes-no-value": (subject: string, value: string): string =>
      `The option ${subject} takes no value, but was given “${value}”.`,
    "bad-port": (subject: string, value: string): string =>
      `“${value}” is no port for ${subject}: give a number from 1 to 65535.`,
    "bad-free-port": (subject: string, value: string): string =>
      `“${value}” is no port for ${subject}: give a number from 1 to 65535, or 0 for a free one.`,
    "bad-choice": (subject: string, value: string, choices: string): string =>
      `“${value}” is nothing for ${subject}: give ${choices}.`,
    "bad-address": (subject: string, value: string): string =>
      `“${value}” is no address for ${subject}: give an IP address, such as 192.168.0.10.`,
    "bad-seconds": (subject: string, value: string): string =>
      `“${value}” is no time for ${subject}: give whole seconds from 10 to 86400, or 0 for ever.`,
    "bad-host-and-port": (subject: string, value: string): string =>
      `“${value}” is no place for ${subject}: give a port, or an IP address and a port such as 127.0.0.1:8080.`,
    "bad-password": (subject: string, value: string): string =>
      `“${value}” is no password for ${subject}: give one word without blanks, of at most 128 bytes.`,
    "bad-rate": (subject: string, value: string): string =>
      `“${value}” is no rate for ${subject}: give bytes per second from 1000 on, such as 500k or 2M, or leave it out for no limit.`,
    "bad-file": (subject: string, value: string): string => `“${value}” is no file for ${subject}.`,
    "bad-directory": (subject: string, value: string): string => `“${value}” is no directory for ${subject}.`,
    "bad-config": (subject: string, value: string): string =>
      `The config file ${subject} is not right at ${value}: write lines such as port = 5000 or directory = '~/photos', and paths of Windows in single quotes.`,
    "bad-peer": (subject: string, value: string): string =>
      `“${value}” is no peer for ${subject}: give its address as the list shows it, such as 192.168.0.21:40213, or its IP address alone.`,
    "nothing-chosen": (subject: string): string =>
      `Nothing is chosen: name images by number, MD5, name or pattern, or give ${subject}.`,
    "several-clients": (_subject: string, _value: string, choices: string): string =>
      `Several clients run; say which is meant: ${choices}.`,
    "missing-operand": (subject: string): string => `Missing: <${COMMANDS.operands[subject] ?? subject}>.`,
    "extra-operand": (subject: string): string => `“${subject}” is one word too many.`,
  },
  seeHelp: (program: string): string => `“${program} --help” shows what it understands.`,
  ...COMMANDS,
  server: {
    listening: (version: string, port: number): string =>
      `idp2pi-server ${version} listens on UDP and TCP port ${port}. Clients reach it at:`,
    reachable: (address: string, onlyHere: boolean): string =>
      `  ${address}${onlyHere ? " (from this machine only)" : ""}`,
    howToEnd: "Ctrl-C ends it.",
    registered: (peer: string, images: number): string => `REG ${peer} shares ${n(images, "image")}`,
    updated: (peer: string, images: number): string => `UPD ${peer} now shares ${n(images, "image")}`,
    moved: (from: string, peer: string, images: number): string =>
      `UPD ${from} is now ${peer} and shares ${n(images, "image")}`,
    finished: (peer: string): string => `END ${peer} left`,
    listed: (to: string, images: number): string => `LST ${to} got ${n(images, "image")}`,
    listedPart: (to: string, images: number): string =>
      `LST ${to} got the first ${n(images, "image")}: more do not fit one datagram`,
    renewed: (peer: string, images: number): string => `UPD ${peer} renewed ${n(images, "image")}`,
    lapsed: (peer: string): string => `--- ${peer} is gone: its lease ended and its port does not answer`,
    answered: (peer: string): string => `--- ${peer} answers on its port`,
    unreachable: (peer: string): string => `--- ${peer} does not answer on its port`,
    ignored: (to: string, reason: string): string => `--- ${to} gets no answer: ${reason}`,
    more: (kind: string, count: number): string => `--- and ${format(count)} more of the kind “${kind}” in one second`,
    statusAt: (url: string): string => `Status: ${url}`,
    brokenState: (path: string, putAside: string): string =>
      `The state file ${path} is damaged and was put aside as ${putAside}: the tracker begins with no registrations, and clients come back by themselves.`,
    backedUp: (count: number, path: string): string => `${n(count, "registration")} copied to ${path}.`,
    stateWritten: "The state file is written again.",
    refused: (request: string, to: string, reason: string): string => `${request} ${to} refused: ${reason}`,
    counts: (peers: number, images: number): string => ` (${n(peers, "peer")}, ${n(images, "image")})`,
    hangUp: "SIGHUP ignored: the tracker keeps running and has no configuration to reload. SIGTERM ends it.",
    ended: "The tracker has ended.",
  },
  client: {
    noSuchImage: (word: string): string => `“${word}” is no image of the list.`,
    nothingMatches: "Nothing of the list was meant: “idp2pi-client list” shows it.",
    examining: "Examining…",
    looking: (directory: string): string => `Looking for images in ${directory}…`,
    scanning: (files: number, total: number): string =>
      `Looking through the directory: ${format(files)} of ${n(total, "file")}`,
    reading: (files: number, total: number, bytes: string, of: string, rate: string, left: string): string =>
      `Reading images: ${format(files)} of ${n(total, "file")}, ${bytes} of ${of}, ${rate}/s, ${left} left`,
    located: (images: number): string =>
      `${
        n(images, "image says where it was taken (GPS)", "images say where they were taken (GPS)")
      }: --list-gps names them, --skip-gps leaves them out.`,
    locatedListed: (images: number): string =>
      `${n(images, "image says where it was taken (GPS)", "images say where they were taken (GPS)")}:`,
    locatedSkipped: (images: number): string =>
      `${
        n(images, "image says where it was taken (GPS) and is", "images say where they were taken (GPS) and are")
      } not shared.`,
    locatedPath: (path: string): string => `  ${path}`,
    uncertain: (path: string): string =>
      `${path}: the metadata cannot be read to the end. It counts as an image that says where it was taken.`,
    moreUncertain: (count: number): string =>
      `The metadata of ${n(count, "more image", "more images")} cannot be read to the end.`,
    collision: (path: string, other: string): string =>
      `${path} and ${other} have the same MD5 and different bytes: only one of them is shared.`,
    moreCollisions: (count: number): string =>
      `${n(count, "more pair", "more pairs")} of files ${
        count === 1 ? "has" : "have"
      } the same MD5 and different bytes.`,
    folderChanged: (came: number, went: number, renamed: number, images: number): string =>
      `The directory changed: ${n(came, "image")} came, ${format(went)} went, ${format(renamed)} renamed. Sharing ${
        n(images, "image")
      }.`,
    folderLost: (reason: string): string => `${reason} It is tried again by itself.`,
    folderFound: "The directory can be read again.",
    unreadable: (path: string, reason: string): string => `${path} is not shared, it cannot be read: ${reason}.`,
    moreUnreadable: (count: number): string =>
      `${n(count, "more file", "more files")} cannot be read and ${count === 1 ? "is" : "are"} not shared.`,
    sharing: (images: number, bytes: string, directory: string, port: number): string =>
      `Sharing ${n(images, "image")} (${bytes}) of ${directory} on TCP port ${port}.`,
    unfinished: (count: number): string =>
      count === 1
        ? `${format(count)} download is unfinished: download it again and it goes on where it stopped.`
        : `${format(count)} downloads are unfinished: download them again and they go on where they stopped.`,
    noImages: (directory: string): string => `There are no images in ${directory} yet: nothing to share.`,
    registered: (tracker: string, images: number): string =>
      `Registered with the tracker ${tracker}: ${n(images, "image")}.`,
    updated: (tracker: string, images: number): string => `Updated at the tracker ${tracker}: ${n(images, "image")}.`,
    cut: (accepted: number, offered: number): string =>
      `The tracker took ${format(accepted)} of ${
        n(offered, "image")
      }: it takes no more at once. The rest can be fetched only by those who know of it.`,
    unregistered: "The registration is removed: you are in no list any more.",
    stillServing: "Who still has your address can fetch from you until you quit.",
    served: (name: string, bytes: string, to: string): string => `${to} fetched ${name} (${bytes}).`,
    brokeOff: (name: string, to: string, bytes: string): string => `${to} broke off ${name} after ${bytes}.`,
    changed: (to: string): string =>
      `${to} asked for an image whose file has changed: update to share it as it is now.`,
    unreadableNow: (to: string): string =>
      `${to} asked for an image whose file cannot be read just now: it stays shared; check the disk that it is on.`,
    notShared: (to: string): string => `${to} asked for an image that is not shared here: closed.`,
    noRequest: (to: string): string => `${to} asked for nothing that IDP2PI knows: closed.`,
    menu: ["register", "list", "download", "update", "remove registration", "quit"],
    whatNow: "> ",
    notInMenu: (typed: string, most: number): string =>
      `“${typed}” is not in the menu: type a number from 1 to ${most}, or the beginning of the words.`,
    ambiguous: (typed: string, choices: string): string =>
      `“${typed}” may be ${choices}: type more letters, or the number.`,
    emptyList: "Nobody shares an image yet.",
    columns: { index: "#", peers: "peers", name: "name", holders: "where" },
    morePeers: (count: number): string => `+${format(count)}`,
    here: "here",
    hereAs: (name: string): string => `here: ${name}`,
    others: (count: number): string =>
      `${n(count, "other file is no image and is", "other files are no images and are")} not shared.`,
    asking: (tracker: string): string => `Speaking with the tracker ${tracker}…`,
    waiting: (tracker: string): string =>
      `The tracker ${tracker} has not answered yet: it is asked for some ten seconds.`,
    connecting: (name: string): string => `Asking for ${name}…`,
    you: "you",
    mayBeCut: "There may be more: the tracker gave as much as one datagram carries, and answers on UDP only.",
    trackerLost: (reason: string): string => `${reason} It is asked again by itself.`,
    trackerFound: "The tracker answers again, and lists your images.",
    allListed: (images: number): string => `The tracker lists all of your ${n(images, "image")} now.`,
    registeredAgain: "The tracker had forgotten you; your images are registered again.",
    whichImages: (most: number): string =>
      `Which images, 1 to ${format(most)} (3, or 1-5 8, all, from <peer>; Enter: none)? `,
    selection: { all: ["all"], from: ["from"] },
    notASelection: (typed: string, most: number): string =>
      `“${typed}” means no image of the list: type numbers from 1 to ${
        format(most)
      }, as in 3 or 1-5 8, or “all”, or “from” and a peer's address.`,
    alreadyHere: (name: string): string => `This image is already here as ${name}: nothing to fetch.`,
    fetching: (name: string, bytes: string, from: string): string => `${name}: ${bytes} from ${from}`,
    ofSize: (bytes: string, size: string): string => `${bytes} of ${size}`,
    fetchingMany: (done: number, total: number, bytes: string, rate: string, left: string): string =>
      `${format(done)} of ${n(total, "image")}, ${bytes}, ${rate}/s, ${left} left`,
    fetchedMany: (count: number, bytes: string, time: string): string =>
      `${n(count, "image")} fetched (${bytes}) in ${time}, each with the right MD5.`,
    hereMany: (count: number): string => `${n(count, "image was", "images were")} here already.`,
    failedMany: (count: number): string => `${n(count, "image", "images")} could not be fetched: try once more.`,
    nextPeer: (reason: string): string => `${reason} Trying the next peer.`,
    peerAgain: (reason: string, most: string): string => `${reason} It is tried again for at most ${most}.`,
    getInterrupted: "Interrupted: the same command goes on where this one stopped.",
    saved: (name: string, bytes: string, from: string): string =>
      `Saved as ${name} (${bytes}, MD5 right) from ${from}.`,
    unclosed: (peer: string): string =>
      `${peer} sent the whole image but never closed the connection: its program must close it after the last byte.`,
    nameRisks: {
      program: (name: string): string => `${name} has the name of a program: opening it may run it.`,
      system: (name: string): string =>
        `${name} has a name that the system uses itself: it may change how the directory is shown or opened.`,
      dash: (name: string): string =>
        `${name} begins with a dash, which commands take for an option: write ./${name} in a command line.`,
    },
    sharedNow: "It is shared from now on.",
    notRegistered: "You are not registered: choose 1 to share.",
    leftOut: {
      "no-image": "It is no image by its content, so it is not shared.",
      located: "It says where it was taken (GPS), so it is not shared.",
      uncertain: "Its metadata cannot be read to the end and may say where it was taken (GPS), so it is not shared.",
      unreadable: "It cannot be read just now, so it is shared later.",
      ignored: "Its name is one of those that are not shared (.idp2piignore, hidden and temporary files).",
    },
    untold: (reason: string): string => `The tracker does not know of it yet: ${reason}`,
    scanInterrupted: "Interrupted while the directory was looked through: nothing was shared.",
    leaving: "Leaving.",
  },
};

/** What every language must have. */
export type Words = typeof ENGLISH;
