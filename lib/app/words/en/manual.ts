/**
 * What the manual pages say beside what `--help` says, in English.
 *
 * @module
 */

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
  sameAs: (option: string): string => `the same as ${option}`,
  noColor: "set to anything: no colours",
  term: "dumb: nothing moves, and the client's menu is plain lines",
  language: "language of the messages, where no option says it; without them, that of the system",
  config: "the config file, in TOML: one key for each option, without its dashes",
  cache:
    "what is known of the images of shared directories, so that unchanged ones are not read again; elsewhere on macOS and Windows",
  ignore: "in the directory that is shared: what is not shared, in the syntax of .gitignore",
  exits: {
    0: "done",
    1: "failed: a sentence on standard error says what, and what to do next",
    2: "wrong usage",
    3: "the tracker cannot be reached",
    4: "nothing was found: nobody shares an image, or none that was meant",
    5: "some images could not be fetched, or some words meant none",
    6: "no image could be fetched, for none had the right MD5",
    7: "doctor: nothing is wrong here, but the tracker or the peer deviates from the protocol",
  } as Readonly<Record<number, string>>,
  programs: {
    server: {
      is: "the tracker of IDP2PI, which knows who shares which images",
      description: [
        "idp2pi-server is the tracker of IDP2PI, a protocol to share images among peers. Clients tell it which images they share, and it tells everyone who asks. The images themselves go from one client to the other.",
        "It prints the addresses at which clients reach it, then a line for each thing that happens, until it is ended by Ctrl-C or SIGTERM. A registration that its client does not renew ends.",
        "It can stand on a public address: it answers strangers with no more than some times what they sent, and lists a public peer only when it has reached its port.",
      ] as readonly string[],
    },
    client: {
      is: "share the images of a directory and fetch those of others",
      description: [
        "idp2pi-client shares the images of a directory, and lists and fetches those of others, directly from their machines. A tracker, idp2pi-server, knows who shares which images. What is fetched is checked by its MD5, and shared from then on.",
        "Without a command it shows a menu. Without a terminal it shares until it is ended, as the command share does.",
        "Images are told by their content: JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF. Directories within the directory are shared too; hidden files and links are not. A file that is already there is never overwritten.",
        "IDP2PI has no encryption and no way to know who somebody is: whoever can reach a peer can fetch what it shares.",
      ] as readonly string[],
    },
  },
};
