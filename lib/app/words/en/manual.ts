/** The texts of the manual pages in addition to `--help`, in English. */

/** The words of both manual pages. */
export const MANUAL = {
  book: "User Commands",
  sections: {
    name: "NAME",
    synopsis: "SYNOPSIS",
    description: "DESCRIPTION",
    commands: "COMMANDS",
    options: "OPTIONS",
    environment: "ENVIRONMENT",
    files: "FILES",
    exits: "EXIT STATUS",
    examples: "EXAMPLES",
    see: "SEE ALSO",
  },
  sameAs: (option: string): string => `same as ${option}`,
  noColor: "if set to any value, colors are disabled",
  term: "if set to dumb, the cursor is not moved and the client shows a menu of plain lines",
  language: "language of messages, unless --lang is given; if none is set, the language of the system is used",
  config: "config file in TOML: the keys are the names of the options without the dashes",
  cache: "MD5s of shared images, so that unchanged files are not read again; located elsewhere on macOS and Windows",
  history: "the last 100,000 downloads and uploads, readable only by their user",
  thumbnails: "thumbnails of images here and of other peers, at most 256 MiB: delete it at any time",
  ignore: "in the shared directory: patterns of files that are not shared, in the syntax of .gitignore",
  exits: {
    0: "done",
    1: "failed: a message on standard error says what failed and what to do next",
    2: "wrong usage",
    3: "the tracker cannot be reached",
    4: "nothing found: no images are shared, or none matches",
    5: "some images could not be downloaded, or some arguments match no image",
    6: "no image could be downloaded because none had the right MD5",
    7: "doctor: no problem found here, but the tracker or the peer deviates from the protocol",
  } as Readonly<Record<number, string>>,
  programs: {
    server: [
      "idp2pi-server is the tracker of IDP2PI, a protocol to share images among peers. Clients register the images that they share, and the tracker sends the list to every client that requests it. Images are transferred directly from peer to peer.",
      "The program prints the addresses at which clients reach it, then one line for each event, until it is stopped by Ctrl-C or SIGTERM. A registration that its client does not renew expires.",
      "In private networks it announces itself by DNS-SD (_idp2pi._udp.local, UDP port 5353) under the name of the machine, so that clients find it without an address. It never does so on a public address.",
      "It can run on a public address: replies to unknown addresses are limited to a small multiple of the size of the requests, and a public peer is listed only after the tracker has connected to its port.",
    ] as readonly string[],
    client: [
      "idp2pi-client shares the images of a directory, lists the images of other peers, and downloads them directly from their machines. A tracker, idp2pi-server, knows which peers share which images. The MD5 of each download is verified, and the image is shared from then on.",
      "Instead of the address of the tracker, auto finds the one that announces itself in the network of this machine, else one that runs on this machine. If there are several, a person is asked, and a program gets an error that lists them. If the tracker later does not answer, it is looked for again.",
      "Without a command it shows a menu. Without a terminal it shares until it is interrupted, like the share command.",
      "Images are recognized by content: JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP and TIFF. Subdirectories are shared too; hidden files and links are not. Existing files are never overwritten.",
      "IDP2PI has no encryption and no authentication of peers: anyone who can reach a peer can download what it shares.",
    ] as readonly string[],
  },
};
