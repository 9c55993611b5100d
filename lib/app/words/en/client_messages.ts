/** The messages of the client, in English. */
import { format, n } from "./numbers.ts";

const withGps = (images: number): string => `${n(images, "image contains", "images contain")} GPS coordinates`;

/** The messages. */
export const CLIENT = {
  noSuchImage: (word: string): string => `No image in the list matches “${word}”.`,
  severalPaths: (word: string, paths: string, more: number): string =>
    `“${word}” matches the end of several names: ${paths}${
      more > 0 ? ` and ${format(more)} more` : ""
    }. Give one of them in full, or '**/${word}' for all.`,
  nothingMatches: "No images selected: “idp2pi-client list” shows what is shared.",
  examining: "Examining…",
  searching: "Looking for trackers in this network…",
  trackerLine: (number: number, name: string, address: string): string => `${number}  ${name}  ${address}`,
  whichTracker: (most: number): string => `Which tracker, 1 to ${most}? Enter to quit:`,
  noFurtherTracker: "--also auto: no other tracker was found in this network.",
  followsFurther: "--also auto: networks of other trackers are joined when they are found.",
  networkJoined: (name: string, tracker: string, images: number): string =>
    `Registered in the network of ${name} (${tracker}) too: ${n(images, "image")}.`,
  networkLeft: {
    gone: (name: string, tracker: string): string =>
      `Left the network of ${name} (${tracker}): its tracker has not answered for three minutes.`,
    same: (name: string, tracker: string, other: string): string =>
      `Left the network of ${name} (${tracker}): it is the same as that of ${other}.`,
  },
  usingTracker: (name: string, address: string): string => `Tracker: ${name} (${address})`,
  looking: (directory: string): string => `Looking for images in ${directory}…`,
  scanning: (files: number, total: number): string => `Scanning the directory: ${format(files)} of ${n(total, "file")}`,
  reading: (files: number, total: number, bytes: string, of: string, rate: string, left: string): string =>
    `Reading images: ${format(files)} of ${n(total, "file")}, ${bytes} of ${of}, ${rate}/s, ${left} left`,
  located: (images: number): string =>
    `${withGps(images)}: use --list-gps to list them, or --skip-gps to exclude them.`,
  locatedListed: (images: number): string => `${withGps(images)}:`,
  locatedSkipped: (images: number): string => `${withGps(images)} and ${images === 1 ? "is" : "are"} not shared.`,
  locatedPath: (path: string): string => `  ${path}`,
  uncertain: (path: string): string =>
    `${path}: the metadata cannot be read completely; treated as containing GPS coordinates.`,
  moreUncertain: (count: number): string =>
    `The metadata of ${n(count, "more image", "more images")} cannot be read completely.`,
  collision: (path: string, other: string): string =>
    `${path} and ${other} have the same MD5 but different contents: only one of them is shared.`,
  moreCollisions: (count: number): string =>
    `${n(count, "more pair", "more pairs")} of files ${
      count === 1 ? "has" : "have"
    } the same MD5 but different contents.`,
  folderChanged: (came: number, went: number, renamed: number, images: number): string =>
    `Directory changed: ${n(came, "image")} added, ${format(went)} removed, ${format(renamed)} renamed. Sharing ${
      n(images, "image")
    }.`,
  folderLost: (reason: string): string => `${reason} Retrying automatically.`,
  folderFound: "The directory can be read again.",
  unreadable: (path: string, reason: string): string => `Not shared: ${path} cannot be read (${reason}).`,
  moreUnreadable: (count: number): string =>
    `${n(count, "more file", "more files")} cannot be read and ${count === 1 ? "is" : "are"} not shared.`,
  /** No directory is named where only single files of it are shared. */
  sharing: (images: number, bytes: string, directory: string | null, port: number): string =>
    `Sharing ${n(images, "image")} (${bytes})${directory === null ? "" : ` from ${directory}`} on TCP port ${port}.`,
  left: (count: number): string =>
    `${n(count, "download was", "downloads were")} left unfinished: choose “resume” to continue.`,
  leftHere: (count: number): string =>
    `${n(count, "download was", "downloads were")} left unfinished: “idp2pi-client get --resume” continues.`,
  unfinished: (count: number): string =>
    `${n(count, "download is", "downloads are")} unfinished and can be resumed at the next start.`,
  nothingLeft: (directory: string): string => `No unfinished downloads in ${directory}: nothing to resume.`,
  gone: (name: string): string => `No peer shares ${name} any more: it stays among the unfinished downloads.`,
  moreGone: (count: number): string => `No peer shares ${n(count, "more image", "more images")} either.`,
  paused: (count: number): string => `${n(count, "download")} paused: choose “resume” to continue.`,
  downloadsMenu: { pause: "pause", resume: "resume", cancel: "cancel" },
  whichDownloads: (most: number): string =>
    `Which downloads, 1 to ${format(most)}? Numbers (3, or 1-5 8), or “all”; Enter to go back: `,
  noImages: (directory: string): string => `No images in ${directory} yet: nothing to share.`,
  registered: (tracker: string, images: number): string =>
    `Registered with the tracker ${tracker}: ${n(images, "image")}.`,
  updated: (tracker: string, images: number): string =>
    `Registration updated at the tracker ${tracker}: ${n(images, "image")}.`,
  cut: (accepted: number, offered: number): string =>
    `The tracker accepted ${format(accepted)} of ${
      n(offered, "image")
    }, its limit. The others are shared but not listed: only peers that know their MD5s can download them.`,
  unregistered: "Unregistered: the tracker no longer lists you.",
  stillServing: "Peers that already have your address can download from you until you quit.",
  served: (name: string, bytes: string, to: string): string => `${to} downloaded ${name} (${bytes}).`,
  brokeOff: (name: string, to: string, bytes: string): string =>
    `${to} closed the connection after ${bytes} of ${name}.`,
  changed: (to: string): string => `${to} requested an image whose file has changed: update to share the new version.`,
  unreadableNow: (to: string): string =>
    `${to} requested an image whose file cannot be read at the moment. It stays shared: check the disk that holds it.`,
  notShared: (to: string): string => `${to} requested an image that is not shared here: connection closed.`,
  noRequest: (to: string): string => `${to} sent no valid IDP2PI request: connection closed.`,
  menu: ["register", "list", "download", "update", "unregister", "quit", "sharing"],
  prompt: "> ",
  notInMenu: (typed: string, most: number): string =>
    `“${typed}” is not in the menu: type a number from 1 to ${most}, or the first letters of a command.`,
  ambiguous: (typed: string, choices: string): string =>
    `“${typed}” is ambiguous (${choices}): type more letters, or the number.`,
  whichWords: (images: number): string =>
    `The network has ${n(images, "image")}. Words in their names (Enter: list all):`,
  emptyList: "No images are shared yet.",
  columns: {
    index: "#",
    peers: "peers",
    network: "network",
    name: "name",
    holders: "where",
    size: "size",
    pixels: "pixels",
    type: "type",
    taken: "taken",
    modified: "modified",
  },
  large: (images: number, bytes: string, free: string | null): string =>
    `${n(images, "image")}, ${bytes}${
      free === null ? ": download?" : `, but the disk has only ${free} free: download anyway?`
    }`,
  /** Answers that mean yes; the first is shown on the screen. */
  yes: ["y", "yes"] as readonly string[],
  yesOrNo: "(y/n)",
  askingPeers: "Requesting sizes and dates from the peers…",
  morePeers: (count: number): string => `+${format(count)}`,
  here: "here",
  hereAs: (name: string): string => `here: ${name}`,
  fileNotShared: (path: string, reason: string): string => `Not shared: ${path} (${reason}).`,
  /** The user's choices of what is shared. */
  choices: {
    unknown: (word: string): string => `No image or album of the directory matches “${word}”.`,
    album: (path: string, images: number): string => `  ${path} (${n(images, "image")})`,
    count: (unshared: number, all: number): string => {
      if (unshared === 0) return "No image is unshared.";
      return all === 1 ? "The only image is unshared." : `${format(unshared)} of ${n(all, "image")} unshared.`;
    },
    again: (images: number): string => `${n(images, "image is", "images are")} shared again.`,
    located: (images: number): string => `${n(images, "image")} with GPS coordinates may be shared.`,
    noLocated: (images: number): string => `${n(images, "image")} with GPS coordinates not shared.`,
    gpsHint: "To leave out images with GPS coordinates, choose 7 in the menu.",
    commands: {
      unshare: "unshare",
      share: "share",
      downloaded: "downloaded",
      downloads: "downloads",
      gps: "gps",
      skipped: "skipped",
    },
    help: [
      "  unshare <image, album/, pattern, or downloaded>   share <the same>",
      "  downloads: share downloads again or not   gps: share images with GPS coordinates or not",
      "  skipped: list the files that are left out   Enter: back",
    ] as readonly string[],
    prompt: "sharing> ",
    noCommand: (typed: string): string => `“${typed}” is none of these commands: type one, or press Enter.`,
    reshare: "Downloads are shared again.",
    noReshare: "Downloads are not shared again.",
    firstDownload:
      "Downloads are shared with other peers again. To change this, choose 7 in the menu, or use --no-reshare.",
  },
  /** Files that are not shared, by reason. */
  skipped: {
    summary: (counts: string): string => `Left out: ${counts}. Use --list-skipped to list them.`,
    listed: (counts: string): string => `Left out: ${counts}:`,
    more: (count: number): string => `  … and ${n(count, "more file", "more files")}; --json lists all.`,
    none: "No files were left out.",
    counts: {
      raw: (count: number): string => n(count, "camera raw file"),
      video: (count: number): string => n(count, "video"),
      incomplete: (count: number): string => n(count, "incomplete image"),
      empty: (count: number): string => n(count, "empty file"),
      other: (count: number): string => n(count, "file that is not an image", "files that are not images"),
      growing: (count: number): string => n(count, "file still being written", "files still being written"),
      unreadable: (count: number): string => n(count, "unreadable file"),
      ignored: (count: number): string => `${format(count)} ignored`,
      unshared: (count: number): string => `${format(count)} unshared`,
      hidden: (count: number): string => `${format(count)} hidden`,
      link: (count: number): string => n(count, "link or special file", "links or special files"),
    },
    reasons: {
      raw: "camera raw file",
      video: "video",
      incomplete: "incomplete: its end is missing; shared when it is complete",
      empty: "empty",
      other: "not an image",
      growing: "still being written; shared when it is complete",
      unreadable: "cannot be read",
      ignored: "ignored (.idp2piignore)",
      unshared: "unshared by you",
      hidden: "hidden or temporary",
      link: "link or special file",
    },
  },
  incomplete: (path: string): string => `${path} is incomplete: its end is missing. It is shared once it is complete.`,
  asking: (tracker: string): string => `Contacting the tracker ${tracker}…`,
  waiting: (tracker: string): string => `The tracker ${tracker} has not answered yet: retrying for about ten seconds.`,
  you: "you",
  mayBeCut:
    "The list may be incomplete: it is as long as a list can be (if the tracker answers on UDP only, one datagram).",
  trackerLost: (reason: string): string => `${reason} Retrying automatically.`,
  ofNetwork: (network: string, text: string): string => `${network}: ${text}`,
  networkMissing: (network: string): string =>
    `No answer from the network of ${network} yet: its images are missing in this list.`,
  waitingForAny: (trackers: string): string =>
    `No tracker has answered yet: trying ${trackers}, each for three to seven seconds.`,
  trackerMoved: {
    silent: (from: string, to: string): string => `The tracker ${from} does not answer: continuing with ${to}.`,
    full: (from: string, to: string): string => `The tracker ${from} is full: continuing with ${to}.`,
  },
  trackerFound: "The tracker answers again and lists your images.",
  allListed: (images: number): string =>
    images === 1 ? "The tracker now lists your image." : `The tracker now lists all of your ${n(images, "image")}.`,
  registeredAgain: "The tracker lost your registration: your images are registered again.",
  whichAlbum: (albums: number): string =>
    `Open which album, 1 to ${format(albums)}? (“d 1” downloads the first; Enter: back): `,
  noAlbum: (typed: string, albums: number): string =>
    `Invalid album “${typed}”: type a number from 1 to ${format(albums)}, or “d” and a number to download one.`,
  whichImages: (most: number): string =>
    `Which images, 1 to ${
      format(most)
    }? Numbers (3, or 1-5 8), “all”, “from <peer>”, or an album (lisboa/); Enter to cancel: `,
  selection: { all: ["all"], from: ["from"] },
  notASelection: (typed: string, most: number): string =>
    `Invalid selection “${typed}”: type numbers from 1 to ${
      format(most)
    } such as 3 or 1-5 8, or “all”, or “from” and the address of a peer.`,
  alreadyHere: (name: string): string => `Already here as ${name}: nothing to download.`,
  fetchingMany: (done: number, total: number, bytes: string, rate: string, left: string): string =>
    `${format(done)} of ${n(total, "image")}, ${bytes}, ${rate}/s, ${left} left`,
  fetchedMany: (count: number, bytes: string, time: string): string =>
    `${n(count, "image")} downloaded (${bytes}) in ${time}, MD5 verified.`,
  unsharedMany: (count: number): string => `${n(count, "image is", "images are")} not shared, as you chose.`,
  hereMany: (count: number): string => `${n(count, "image was", "images were")} already here.`,
  allHere: (count: number): string => `All ${n(count, "image")} are already here: nothing to download.`,
  failedMany: (count: number): string => `${n(count, "image")} could not be downloaded: try again.`,
  nextPeer: (reason: string): string => `${reason} Trying the next peer.`,
  peerAgain: (reason: string, wait: string | null): string =>
    wait === null ? `${reason} Retrying.` : `${reason} Retrying in ${wait}.`,
  getInterrupted: "Interrupted: run the same command again, or “idp2pi-client get --resume”, to continue.",
  saved: (name: string, bytes: string, from: string): string =>
    `Saved as ${name} (${bytes}, MD5 verified) from ${from}.`,
  unclosed: (peer: string): string =>
    `${peer} sent the whole image but did not close the connection: a peer must close it after the last byte.`,
  nameRisks: {
    program: (name: string): string => `${name} has the file name of a program: opening it may run it.`,
    system: (name: string): string =>
      `${name} has a file name that the operating system uses: it may change how the directory is shown or opened.`,
    dash: (name: string): string =>
      `${name} begins with a dash: on command lines, write ./${name} so that it is not taken for an option.`,
  },
  notRegistered: "You are not registered: choose 1 to share.",
  leftOut: {
    "no-image": "Not shared: its content is not an image.",
    incomplete: "Not shared: the image is incomplete, its end is missing. The peer shares it like this.",
    located: "Not shared: contains GPS coordinates.",
    uncertain: "Not shared: its metadata cannot be read completely and may contain GPS coordinates.",
    unreadable: "Not shared yet: it cannot be read at the moment.",
    ignored: "Not shared: its name is excluded (.idp2piignore, or a hidden or temporary file).",
  },
  scanInterrupted: "Interrupted while scanning the directory: nothing was shared.",
  leaving: "Quitting.",
};

/** The messages of the commands that show and stop running clients. */
export const CONTROL = {
  labels: {
    shares: "sharing",
    reached: "address",
    tracker: "tracker",
    sent: "sent",
    fetching: "downloading",
    runs: "running",
  },
  shares: (count: number, bytes: string): string => `${n(count, "image")} (${bytes})`,
  starting: "scanning the directory for the first time",
  registered: (tracker: string): string => `${tracker}, registered`,
  notRegistered: (tracker: string): string => `${tracker}, not registered`,
  lost: (tracker: string): string => `${tracker}, no contact:`,
  sent: (count: number, bytes: string): string => count === 0 ? "nothing yet" : `${n(count, "image")} (${bytes})`,
  runs: (since: string, time: string, pid: string): string => `since ${since} (${time}), process ID ${pid}`,
  stoppingOther: (pid: string): string => `Stopping the client with process ID ${pid}…`,
  stopped: "The client has stopped.",
  stopping: "Stopped by “idp2pi-client stop”.",
};

/** The texts of `history`. */
export const HISTORY = {
  directions: {
    downloaded: (peer: string): string => `from ${peer}`,
    uploaded: (peer: string): string => `to ${peer}`,
  },
  none: "The history is empty: downloads and uploads are recorded while a client runs without --no-history.",
  cleared: (transfers: number): string => `History deleted: ${n(transfers, "entry", "entries")}.`,
};
