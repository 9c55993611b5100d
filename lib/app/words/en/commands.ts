/** The texts of `--help`, in English. */

/** The value of an option as shown in the help, and what the option does. */
export type OptionWords = readonly [takes: string, does: string];

/** The commands of both programs, in the order of their definitions. */
const COMMANDS_OF_BOTH = {
  config: "show the effective settings and where each comes from",
  completion: "print a script that completes commands and options in a shell",
  man: "print the manual page in man format",
  help: "show this help, or that of a command",
};

/** The options of both programs. */
const OPTIONS_OF_BOTH: Readonly<Record<string, OptionWords>> = {
  config: ["<file>", "read this config file"],
  lang: ["<en|pt>", "language of messages (default: that of the environment, then of the system)"],
  color: ["<auto|always|never>", "when to use colors; auto: on a terminal, unless NO_COLOR is set"],
  help: ["", "show this help"],
  version: ["", "show the version"],
};

/** The words of both command lines. */
export const COMMANDS = {
  operands: {
    tracker: "tracker",
    directory: "directory",
    images: "image",
    choice: "image",
    files: "image",
    command: "command",
    shell: "shell",
    action: "action",
    file: "file",
    port: "port",
  } as Readonly<Record<string, string>>,
  operandHelp: {
    tracker:
      "IP address or host name of the tracker; add the port if it is not the default: 192.168.0.10:5000; auto for the one in this network; several that share a registry: 192.168.0.10,192.168.0.11",
    files:
      "images instead of a directory: share 192.168.0.10 a.jpg b.jpg shares these files alone, under their last names",
    choice:
      "an image by its path in the directory or by MD5, an album such as lisboa/, or images by a pattern such as 'lisboa/*.jpg'",
    images:
      "an image by number, MD5 or name; 3-5 for three of them; an album such as lisboa/; or a pattern such as '*.png', 'lisboa/*.jpg' or 'lisboa/**'",
    directory: "directory whose images are shared, and in which downloads are saved",
    shell: "bash, zsh, fish or powershell",
    action: "backup: copy the state file, even while the tracker is running",
    file: "new file for the copy",
    port: "TCP port of the client to stop, if several are running",
  } as Readonly<Record<string, string>>,
  help: {
    usage: "Usage:",
    options: "Options",
    examples: "Examples",
    anyOptions: "[options]",
    also: (aliases: string): string => `also: ${aliases}`,
    defaultIs: (value: string): string => `(default: ${value})`,
    elsewhere: (variable: string, path: string): string =>
      `Most options can also be set in the environment (${variable}) and in the config file ${path} (port = 5000). The command line takes precedence over the environment, and the environment over the config file.`,
    noPath: "given with --config",
    exit:
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 tracker unreachable, 4 nothing found, 5 some images failed, 6 wrong MD5, 7 deviation from the protocol (doctor).",
    exitServer: "Press Ctrl-C to stop. Exit codes: 0 done, 1 failed, 2 wrong usage.",
    ofCommand: (program: string): string => `Run “${program} help <command>” for the options of a command.`,
  },
  config: {
    file: (path: string): string => `Config file: ${path}`,
    noFile: (path: string): string => `Config file: none (default: ${path})`,
    nowhere: "Config file: none (this system defines no directory for it; use --config)",
    sources: {
      "command-line": "command line",
      environment: "environment",
      "config-file": "config file",
      default: "default",
      none: "–",
    },
    columns: ["option", "value", "source"],
    secret: "(hidden)",
  },
  programs: {
    server: {
      is: "the IDP2PI tracker, which knows the images that each peer shares",
      commands: {
        main: "run the tracker",
        state: "back up the registrations to a file, even while the tracker is running",
        ...COMMANDS_OF_BOTH,
      } as Readonly<Record<string, string>>,
      examples: [
        "--state /var/lib/idp2pi/state.db --http 8080",
        "--registry redis://192.168.0.5 --registry-password /etc/idp2pi/registry-password",
        "--lease 0 --verbose",
        "state backup --state /var/lib/idp2pi/state.db copy.db",
      ],
      notes: [] as readonly string[],
      options: {
        host: ["<ip>", "listen on this address only (default: all addresses of this machine)"],
        port: ["<n>", "UDP and TCP port; 0 for a free one"],
        lease: ["<seconds>", "remove a registration that is not renewed within this time; 0 for never"],
        state: ["<file>", "keep registrations in this file across restarts"],
        registry: [
          "<url>",
          "share registrations with other trackers through Redis or Valkey: redis://host:6379, or rediss:// for TLS; redis://a,b,c for a cluster; redis://a,b,c?sentinel=mymaster for Sentinels",
        ],
        "registry-password": [
          "<file>",
          "read the password for --registry and its Sentinels from this file; if Sentinels have another, add &sentinel-password=… to the address, in the environment or the config file",
        ],
        memory: ["<bytes>", "use at most this memory for registrations, such as 2G (default: 75M, 200,000 images)"],
        address: ["<ip>", "list peers on this machine under this address"],
        open: ["", "trust public addresses as much as private ones"],
        strict: ["", "trust private addresses no more than public ones"],
        "no-announce": ["", "do not announce the tracker in private networks (DNS-SD), where “auto” finds it"],
        http: ["<host:port>", "serve health, metrics and a status page; on 127.0.0.1 if only a port is given"],
        "end-marker": ["", "send a second datagram END after each successful reply, for clients that wait for one"],
        json: ["", "print JSON for programs, one object per line (schema/server-v1.json)"],
        quiet: ["", "log errors only"],
        verbose: ["", "also log renewals and dial-backs"],
        ...OPTIONS_OF_BOTH,
      } as Readonly<Record<string, OptionWords>>,
    },
    client: {
      is: "share the images of a directory, and download those of other peers",
      commands: {
        main: "show a menu: register, list, download and more; without a terminal, the same as share",
        gallery: "share a directory, and show the pictures of all peers in a browser, until interrupted",
        share: "share a directory, or single images, until interrupted, without a menu",
        unshare: "stop sharing images or albums of a directory, also while a client is running; without any, list them",
        list: "list the shared images, or some of them",
        get: "download images once, without sharing any",
        doctor: "diagnose why images cannot be shared or downloaded, and suggest what to do",
        status: "show your running clients on this machine",
        history: "show what was downloaded from whom, and uploaded to whom",
        stop: "stop a running client",
        ...COMMANDS_OF_BOTH,
      } as Readonly<Record<string, string>>,
      examples: [
        "192.168.0.10 ~/Pictures",
        "auto ~/Pictures",
        "gallery 192.168.0.10 ~/Pictures",
        "share 192.168.0.10 ~/Pictures --upload-limit 2M",
        "list 192.168.0.10",
        "get 192.168.0.10 '*.jpg' -o holiday",
        "get 192.168.0.10 lisboa/",
        "unshare ~/Pictures lisboa/",
        "doctor 192.168.0.10 ~/Pictures",
      ],
      notes: [
        "Files that match a pattern in the .idp2piignore file of the directory are not shared; its syntax is that of .gitignore.",
      ] as readonly string[],
      options: {
        "server-port": ["<n>", "port of the tracker"],
        also: [
          "<tracker|auto>",
          "share and list in the network of this tracker too, or of each one found (“auto”); may be repeated",
        ],
        port: ["<n>", "TCP port for other peers (default: a free one)"],
        password: ["<word>", "password that protects your registration (default: a random one)"],
        "upload-limit": ["<rate>", "maximum upload rate in bytes per second, such as 500k or 2M"],
        "download-limit": ["<rate>", "maximum download rate in bytes per second"],
        "no-recursive": ["", "do not share subdirectories, and save no image into one"],
        flat: ["", "announce and save images by their file names alone, without directories"],
        "skip-gps": ["", "do not share images that contain GPS coordinates"],
        "list-gps": ["", "list the images that contain GPS coordinates"],
        "list-skipped": ["", "list the files that are not shared, with the reason"],
        "no-cache": ["", "read all images again, and neither use nor write the cache"],
        "no-history": ["", "do not record downloads and uploads in the history"],
        "no-times": ["", "give downloads the current time, not that of the file at the other peer"],
        "no-reshare": ["", "do not share downloads again"],
        gallery: ["", "show the pictures in a browser even if there is no terminal for the menu"],
        "gallery-host": ["<ip>", "open the gallery to others on this address of this machine, only to look at"],
        "gallery-port": ["<n>", "TCP port of the gallery (default: a free one)"],
        "gallery-control": ["", "let others who open the gallery download, share and unshare, too"],
        downloaded: ["", "choose all images that were downloaded into the directory"],
        undo: ["", "share the given images again, instead of unsharing them"],
        all: ["", "download all listed images"],
        clear: ["", "delete the history"],
        resume: ["", "continue the downloads that earlier runs did not finish"],
        from: ["<peer>", "download from this peer only, such as 192.168.0.21:40213 or 192.168.0.21"],
        peer: ["<peer>", "also examine this peer, such as 192.168.0.21:40213"],
        yes: ["", "download without a question, also more than a gigabyte or than the disk has free"],
        output: ["<directory>", "save downloads in this directory"],
        sort: ["<order>", "sort the list by number (index), name, size, date or number of peers"],
        long: ["", "show the size, pixels, type and dates of each image, as its peers report them"],
        json: ["", "print JSON for programs, one object per line (schema/v1.json)"],
        jsonl: ["", "print JSON with one object per image instead of one for the list"],
        ...OPTIONS_OF_BOTH,
      } as Readonly<Record<string, OptionWords>>,
    },
  },
};
