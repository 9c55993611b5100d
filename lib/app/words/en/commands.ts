/**
 * What `--help` says, in English.
 *
 * @module
 */

/** What an option takes, as it is named in the help, and what it does. */
export type OptionWords = readonly [takes: string, does: string];

/** What both programs have, in the order of their definitions. */
const COMMANDS_OF_BOTH = {
  config: "show what is in force, and where it came from",
  completion: "write the script with which a shell completes commands and options",
  man: "write the manual page, for man to show",
  help: "show this, or more of one command",
};

/** The same of options. */
const OPTIONS_OF_BOTH: Readonly<Record<string, OptionWords>> = {
  config: ["<file>", "read this config file"],
  lang: ["<en|pt>", "language of the messages (default: that of the environment, else of the system)"],
  color: ["<auto|always|never>", "colours, or none; auto: on a terminal, unless NO_COLOR is set"],
  help: ["", "show this"],
  version: ["", "show the version"],
};

/** The words of both command lines. */
export const COMMANDS = {
  operands: {
    tracker: "tracker",
    directory: "directory",
    images: "what",
    command: "command",
    shell: "shell",
    action: "action",
    file: "file",
    port: "port",
  } as Readonly<
    Record<string, string>
  >,
  operandHelp: {
    tracker:
      "IP address or name of the machine on which the tracker runs, with its port if it has another: 192.168.0.10:5000",
    images: "images by their number or MD5, by name, or by a pattern such as '*.png'; 3-5 is three of them",
    directory: "its images are shared, and what you download is saved here",
    shell: "bash, zsh, fish or powershell",
    action: "backup: copy the state file, also while the tracker runs",
    file: "a new file for the copy",
    port: "the TCP port of the client to end, if several run",
  } as Readonly<Record<string, string>>,
  help: {
    usage: "Usage:",
    options: "Options",
    examples: "Examples",
    anyOptions: "[options]",
    also: (aliases: string): string => `also: ${aliases}`,
    usually: (value: string): string => `(${value} without it)`,
    lasting: (variable: string, path: string): string =>
      `Most options may stand in the environment (${variable}) and in the config file ${path} (port = 5000) too; the command line goes first, then the environment.`,
    noPath: "given with --config",
    exit:
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the tracker cannot be reached, 4 nothing was found, 5 some images failed, 6 wrong MD5, 7 a deviation (doctor).",
    exitServer: "End it with Ctrl-C. Exit codes: 0 done, 1 failed, 2 wrong usage.",
    one: (program: string): string => `“${program} help …” tells more of one command.`,
  },
  config: {
    file: (path: string): string => `Config file: ${path}`,
    noFile: (path: string): string => `Config file: none (it would be ${path})`,
    nowhere: "Config file: none (this system does not say where it would be; name one with --config)",
    sources: {
      "command-line": "command line",
      environment: "environment",
      "config-file": "config file",
      default: "default",
      none: "–",
    },
    columns: ["option", "value", "from"],
    secret: "(hidden)",
  },
  programs: {
    server: {
      is: "the tracker of IDP2PI. It knows who shares which images and tells everyone who asks.",
      commands: {
        main: "run the tracker",
        state: "copy the registrations into a file, also while the tracker runs",
        ...COMMANDS_OF_BOTH,
      } as Readonly<Record<string, string>>,
      examples: [
        "--state /var/lib/idp2pi/state.sqlite --http 8080",
        "--lease 0 --verbose",
        "state backup --state /var/lib/idp2pi/state.sqlite copy.sqlite",
      ],
      notes: [] as readonly string[],
      options: {
        host: ["<ip>", "listen on this address only, not on all of this machine's"],
        port: ["<n>", "the port, UDP and TCP; 0 for a free one"],
        lease: ["<seconds>", "keep a registration so long unrenewed; 0 for ever"],
        state: ["<file>", "keep registrations in this file over a restart"],
        address: ["<ip>", "list peers on this machine to others under this address"],
        open: ["", "trust public addresses like private ones"],
        strict: ["", "trust private addresses no more than public ones"],
        http: ["<host:port>", "show health, metrics and status there; on 127.0.0.1, if only a port is given"],
        "end-marker": ["", "send a second datagram END after each good answer, for the client that waits for one"],
        json: ["", "write JSON, one object a line (schema/server-v1.json)"],
        quiet: ["", "log nothing but faults"],
        verbose: ["", "log renewals and dial-backs too"],
        ...OPTIONS_OF_BOTH,
      } as Readonly<Record<string, OptionWords>>,
    },
    client: {
      is: "shares the images of a directory and fetches those of others.",
      commands: {
        main: "show a menu: register, list, download and more; without a terminal the same as share",
        share: "share a directory until it is ended, without a menu",
        list: "list what everybody shares",
        get: "fetch images once, without sharing any",
        doctor: "find out what keeps images from travelling, and what to do next",
        status: "show your clients that run on this machine, and how they stand",
        stop: "end a running client",
        ...COMMANDS_OF_BOTH,
      } as Readonly<Record<string, string>>,
      examples: [
        "192.168.0.10 ~/Pictures",
        "share 192.168.0.10 ~/Pictures --upload-limit 2M",
        "list 192.168.0.10",
        "get 192.168.0.10 '*.jpg' -o holiday",
        "doctor 192.168.0.10 ~/Pictures",
      ],
      notes: [
        "What a file .idp2piignore in the directory names, as .gitignore does, is not shared.",
      ] as readonly string[],
      options: {
        "server-port": ["<n>", "the tracker's port"],
        port: ["<n>", "the TCP port for other peers, instead of a free one"],
        password: ["<word>", "protects your registration, instead of one that is made up"],
        "upload-limit": ["<rate>", "send at most so many bytes per second, such as 500k or 2M"],
        "download-limit": ["<rate>", "fetch at most so many bytes per second"],
        "no-recursive": ["", "do not share the directories within the directory"],
        "skip-gps": ["", "do not share images that say where they were taken"],
        "list-gps": ["", "name the images that say where they were taken"],
        "no-cache": ["", "read all images again, and remember nothing of them"],
        all: ["", "fetch all that are listed"],
        from: ["<peer>", "fetch from this peer alone, such as 192.168.0.21:40213 or 192.168.0.21"],
        peer: ["<peer>", "examine this peer too, such as 192.168.0.21:40213"],
        output: ["<directory>", "save into this directory"],
        json: ["", "show JSON for programs, one object a line (schema/v1.json)"],
        ...OPTIONS_OF_BOTH,
      } as Readonly<Record<string, OptionWords>>,
    },
  },
};
