/** The command line of `idp2pi-server`. */
import { type CommandSpec, COMMON_COMMANDS, COMMON_OPTIONS, type OptionSpec } from "./definition.ts";

const OPTIONS = {
  host: { takes: "address" },
  port: { takes: "free-port", default: "13377" },
  lease: { takes: "seconds", default: "180" },
  state: { takes: "file" },
  registry: { takes: "registry" },
  "registry-password": { takes: "file" },
  memory: { takes: "memory" },
  address: { takes: "address" },
  open: { takes: "nothing" },
  strict: { takes: "nothing" },
  "no-announce": { takes: "nothing" },
  http: { takes: "host-and-port" },
  "end-marker": { takes: "nothing" },
  json: { takes: "nothing" },
  quiet: { takes: "nothing" },
  verbose: { takes: "nothing" },
} as const satisfies Record<string, OptionSpec>;

export const SERVER = {
  name: "server",
  options: { ...OPTIONS, ...COMMON_OPTIONS } satisfies Record<string, OptionSpec>,
  commands: {
    main: { aliases: [], operands: [], options: Object.keys(OPTIONS) },
    state: {
      aliases: ["estado"],
      operands: [{ name: "action", takes: ["backup"] }, { name: "file", takes: "file" }],
      options: ["state"],
    },
    ...COMMON_COMMANDS,
  } as Readonly<Record<"main" | "state" | keyof typeof COMMON_COMMANDS, CommandSpec>>,
} as const;
