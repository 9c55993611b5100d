/**
 * What the interactive client shows, in English.
 *
 * @module
 */

const n = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** The words of the screen. */
export const SCREEN = {
  tracker: (address: string): string => `tracker ${address}`,
  you: (address: string): string => `you ${address}`,
  shared: (images: number, bytes: string): string => `${n(images, "image")} shared (${bytes})`,
  states: { registered: "registered", unregistered: "not registered", lost: "tracker lost" },
  retry: (images: number): string => `retry what failed (${n(images, "image")})`,
  menuKeys: ["↑↓ or number: choose", "Enter: do it", "Ctrl-C: quit"] as readonly string[],
  filter: "Filter:",
  typeToFilter: "(part of name, MD5 or address)",
  sortedBy: (what: string): string => `sorted by ${what}`,
  sorts: { index: "number", name: "name", size: "size", peers: "peers" },
  size: "size",
  own: { have: "you have it", share: "you share it" },
  ownShort: { have: "here", share: "shared" },
  found: (found: number, of: number): string => `${found.toLocaleString("en")} of ${n(of, "image")}`,
  page: (page: number, of: number): string => `page ${page.toLocaleString("en")} of ${of.toLocaleString("en")}`,
  chosen: (images: number): string => `${images.toLocaleString("en")} chosen`,
  noneFound: (filter: string): string => `No image has “${filter}” in its name, MD5 or peers.`,
  listKeys: [
    "Enter: download",
    "Space: choose",
    "Tab: look",
    "←→: sort",
    "Ctrl-A: all",
    "Ctrl-R: list again",
    "Esc: back",
  ] as readonly string[],
  all: (done: number, total: number): string => `all: ${done.toLocaleString("en")} of ${total.toLocaleString("en")}`,
  rate: (rate: string): string => `${rate}/s`,
  left: (time: string): string => `${time} left`,
  stop: "Ctrl-X: stop the download",
  stopped: "Stopped. What is there of an image is kept: download it again and it goes on where it stopped.",
  looking: (name: string): string => `Fetching a look at ${name}…`,
  noPicture: {
    "too-large": "It is too large to look at here: download it.",
    unreadable: "It cannot be shown: it is damaged, or of a kind that is not known here.",
    "too-slow": "It cannot be shown: that takes too long.",
  },
  leftOut: (lines: number): string => `(${n(lines, "line")} before these had no room)`,
  pictureKeys: ["←→: other images", "any other key: back"] as readonly string[],
};

/** The words of the first use, without arguments. */
export const FIRST_USE = {
  explain: [
    "idp2pi shares the images of a directory with others, and fetches theirs directly from them.",
    "A tracker knows who shares what: somebody runs idp2pi-server, and tells you its address.",
  ] as readonly string[],
  tracker: "The tracker's IP address or name:",
  noTracker: (text: string): string => `“${text}” is no address and no name: type one such as 192.168.0.10.`,
  directory: (usual: string): string =>
    usual ? `The directory to share, and to save into (Enter: ${usual}):` : "The directory to share, and to save into:",
  noDirectory: (text: string): string => `There is no directory ${text}: type another one, or make it first.`,
  nextTime: "Next time you may say at once:",
};
