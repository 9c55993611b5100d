/** The texts of the interactive client, in English. */
import { format, n } from "./numbers.ts";

/** The words of the screen. */
export const SCREEN = {
  tracker: (address: string): string => `tracker ${address}`,
  you: (address: string): string => `you ${address}`,
  shared: (images: number, bytes: string): string => `${n(images, "image")} shared (${bytes})`,
  registration: {
    registered: "registered",
    unregistered: "not registered",
    lost: "no contact with the tracker",
    /** After the name of the tracker. */
    lostOne: "no contact",
  },
  pause: "pause downloads",
  resume: (images: number): string => `resume downloads (${n(images, "image")})`,
  unfinished: (images: number): string => `unfinished downloads (${format(images)})`,
  states: {
    active: "under way",
    asking: "waiting for data",
    waiting: "queued",
    paused: "paused",
    failed: "failed",
    left: "left unfinished",
  },
  unfinishedKeys: ["Space: pause, resume", "Ctrl-P: all", "Del: cancel", "Esc: back"] as readonly string[],
  sharing: {
    reshare: "share downloads again",
    located: (images: number): string => `images with GPS coordinates (${format(images)})`,
    downloaded: (images: number): string => `all downloads (${n(images, "image")})`,
    album: (path: string, images: number): string => `${path} (${n(images, "image")})`,
    skipped: (files: number): string => `list the files that are left out (${format(files)})`,
    typeToFilter: "(part of path)",
    keys: ["Space or Enter: share or not", "Esc: back"] as readonly string[],
  },
  menuKeys: ["↑↓ or number: select", "Enter: run", "Ctrl-C: quit"] as readonly string[],
  filter: "Filter:",
  filterIn: (album: string): string => `Filter in ${album}:`,
  everything: "everything",
  images: (images: number): string => n(images, "image"),
  albums: (albums: number): string => n(albums, "album"),
  typeToFilter: "(part of name, MD5 or address)",
  sortedBy: (what: string): string => `sorted by ${what}`,
  sorts: { index: "number", name: "name", size: "size", date: "date", peers: "peers" },
  known: (known: number, of: number): string => `size and date known of ${format(known)} of ${n(of, "image")}`,
  own: { have: "you have it", share: "you share it" },
  ownShort: { have: "here", share: "shared" },
  found: (found: number, of: number): string => `${format(found)} of ${n(of, "image")}`,
  page: (page: number, of: number): string => `page ${format(page)} of ${format(of)}`,
  chosen: (images: number, bytes: string, unknown: number): string => {
    const rest = unknown > 0 ? `, ${format(unknown)} of unknown size` : "";
    return `${format(images)} selected (${unknown === images ? "size unknown" : bytes + rest})`;
  },
  noneFound: (filter: string): string => `No name, MD5 or peer address contains “${filter}”.`,
  /** Replaces the first of `listKeys` in a list with albums. */
  albumKeys: ["Enter: open album", "Ctrl-D: download"] as readonly string[],
  lineKeys: ["Enter: list", "Esc: back"] as readonly string[],
  confirmKeys: ["y: download", "any other key: back"] as readonly string[],
  listKeys: [
    "Enter: download",
    "Space: select",
    "Tab: preview",
    "←→: sort",
    "Ctrl-A: all",
    "Ctrl-R: refresh",
    "Esc: back",
  ] as readonly string[],
  all: (done: number, total: number): string => `all: ${format(done)} of ${format(total)}`,
  rate: (rate: string): string => `${rate}/s`,
  left: (time: string): string => `${time} left`,
  stop: ["Ctrl-P: pause", "Ctrl-X: stop"] as readonly string[],
  stopped: "Stopped. Partial downloads are kept: download an image again to resume.",
  looking: (name: string): string => `Loading a preview of ${name}…`,
  noPicture: {
    "too-large": "Too large for a preview: download the image.",
    unreadable: "No preview: the image is damaged or of an unsupported type.",
    "too-slow": "No preview: decoding takes too long.",
    blocked: "No preview yet: another image takes long to decode. Try again later.",
  },
  leftOut: (lines: number): string => `(${n(lines, "earlier line")} not shown)`,
  pictureKeys: ["←→: other images", "any other key: back"] as readonly string[],
};

/** The texts of the first use, without arguments. */
export const FIRST_USE = {
  explain: "idp2pi shares the images of a directory with other peers, and downloads theirs directly from them.",
  explainTracker:
    "A tracker knows which peer shares what. Press Enter to look for one in this network, or type the address of the machine that runs idp2pi-server.",
  explainFound:
    "A tracker knows which peer shares what. Choose one that is found in this network, or type the address of the machine that runs idp2pi-server.",
  tracker: "IP address or host name of the tracker:",
  trackerOrNumber: (most: number): string =>
    most === 1
      ? "Press Enter to use tracker 1, or type another IP address or host name:"
      : `Number of the tracker, 1 to ${most}, or IP address or host name:`,
  noNumber: (number: string, most: number): string =>
    `There is no tracker ${number}: type ${most === 1 ? "1" : `a number from 1 to ${most}`}, or an address.`,
  noTracker: (text: string): string => `“${text}” is not an address or a host name: type one such as 192.168.0.10.`,
  directory: (suggested: string): string =>
    `Directory to share, and to save downloads in${suggested && ` (Enter: ${suggested})`}:`,
  noDirectory: (text: string): string => `Directory ${text} does not exist: type another, or create it first.`,
  nextTime: "Next time you can run:",
};
