/** The command line of `idp2pi-client`. */
import { type CommandSpec, COMMON_COMMANDS, COMMON_OPTIONS, type OptionSpec } from "./definition.ts";

const TRACKER = { name: "tracker", words: ["auto"], persistent: true } as const;
const DIRECTORY = { name: "directory", takes: "directory", persistent: true } as const;

/** Images that are shared instead of a directory. */
const FILES = { name: "files", takes: "file", optional: true, many: true } as const;

const IMAGES = { name: "images", optional: true, many: true } as const;

const SHARING = [
  "server-port",
  "also",
  "port",
  "password",
  "upload-limit",
  "no-recursive",
  "flat",
  "skip-gps",
  "list-gps",
  "list-skipped",
  "no-cache",
  "no-history",
];

const GALLERY = ["gallery-host", "gallery-port", "gallery-control"];

export const CLIENT = {
  name: "client",
  options: {
    "server-port": { takes: "port", default: "13377" },
    also: { takes: "trackers", many: true },
    port: { takes: "port" },
    password: { takes: "password" },
    "upload-limit": { takes: "rate" },
    "download-limit": { takes: "rate" },
    "no-recursive": { takes: "nothing" },
    flat: { takes: "nothing" },
    "skip-gps": { takes: "nothing" },
    "list-gps": { takes: "nothing" },
    "list-skipped": { takes: "nothing" },
    "no-cache": { takes: "nothing" },
    "no-history": { takes: "nothing" },
    "no-times": { takes: "nothing" },
    "no-reshare": { takes: "nothing" },
    gallery: { takes: "nothing" },
    "gallery-host": { takes: "address" },
    "gallery-port": { takes: "free-port" },
    "gallery-control": { takes: "nothing" },
    downloaded: { takes: "nothing", persistent: false },
    undo: { takes: "nothing", persistent: false },
    all: { takes: "nothing", persistent: false },
    clear: { takes: "nothing", persistent: false },
    resume: { takes: "nothing", persistent: false },
    from: { takes: "peer", persistent: false },
    peer: { takes: "peer", persistent: false },
    yes: { takes: "nothing", short: "y", persistent: false },
    output: { takes: "directory", short: "o", default: "." },
    sort: { takes: ["index", "name", "size", "date", "peers"], persistent: false },
    long: { takes: "nothing", short: "l", persistent: false },
    json: { takes: "nothing", persistent: false },
    jsonl: { takes: "nothing", persistent: false },
    ...COMMON_OPTIONS,
  } satisfies Record<string, OptionSpec>,
  commands: {
    main: {
      aliases: [],
      operands: [TRACKER, DIRECTORY],
      options: [...SHARING, "download-limit", "no-times", "no-reshare", "gallery", ...GALLERY],
    },
    gallery: {
      aliases: ["galeria"],
      operands: [TRACKER, DIRECTORY],
      options: [...SHARING, "download-limit", "no-times", "no-reshare", ...GALLERY, "json"],
    },
    share: { aliases: ["compartilhar"], operands: [TRACKER, DIRECTORY, FILES], options: [...SHARING, "json"] },
    unshare: {
      aliases: ["descompartilhar"],
      operands: [DIRECTORY, { name: "choice", optional: true, many: true }],
      options: ["downloaded", "undo", "no-recursive", "no-cache", "json"],
    },
    list: {
      aliases: ["listar"],
      operands: [TRACKER, IMAGES],
      options: ["sort", "long", "no-cache", "server-port", "also", "json", "jsonl"],
    },
    get: {
      aliases: ["baixar"],
      operands: [TRACKER, IMAGES],
      options: [
        "all",
        "resume",
        "from",
        "yes",
        "output",
        "flat",
        "download-limit",
        "no-times",
        "no-cache",
        "no-history",
        "server-port",
        "also",
        "json",
      ],
    },
    doctor: {
      aliases: ["diagnostico", "diagnóstico", "diagnosticar"],
      operands: [TRACKER, { ...DIRECTORY, optional: true }],
      options: ["peer", "server-port", "port", "no-recursive", "json"],
    },
    status: { aliases: [], operands: [], options: ["json"] },
    history: { aliases: ["historico", "histórico"], operands: [], options: ["clear", "json"] },
    stop: { aliases: ["encerrar"], operands: [{ name: "port", optional: true }], options: ["json"] },
    ...COMMON_COMMANDS,
  } satisfies Record<string, CommandSpec>,
} as const;
