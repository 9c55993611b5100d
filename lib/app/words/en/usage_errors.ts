/** Errors in a command line, in English. */
import { COMMANDS } from "./commands.ts";
import { or } from "./numbers.ts";

/** A sentence about an option or operand, the value it was given, and what it accepts. */
type UsageSentence = (subject: string, value: string, choices: string) => string;

const didYouMean = (nearest: string): string => nearest ? ` Did you mean “${nearest}”?` : "";

/** An operand as the help shows it. */
const operand = (name: string): string => `<${COMMANDS.operands[name] ?? name}>`;

const invalid = (subject: string, value: string, use: string): string =>
  `Invalid value “${value}” for ${subject}: use ${use}.`;

const SENTENCES = {
  "unknown-option": (subject, _value, nearest) => `Unknown option ${subject}.${didYouMean(nearest)}`,
  "unknown-command": (subject, _value, nearest) =>
    `Unknown command “${subject}”.${didYouMean(nearest)} If it is a host name, write “${subject}.” with the dot.`,
  "no-command": (subject, _value, nearest) => `Unknown command “${subject}”.${didYouMean(nearest)}`,
  "unknown-key": (subject, path, nearest) => `Unknown option “${subject}” in ${path}.${didYouMean(nearest)}`,
  "unknown-variable": (subject, _value, nearest) => `Unknown environment variable ${subject}.${didYouMean(nearest)}`,
  "option-elsewhere": (subject, command, choices) =>
    `Option ${subject} does not apply to “${command}”: use it with ${or(choices)}.`,
  "needs-value": (subject) => `Option ${subject} requires a value.`,
  "takes-no-value": (subject, value) => `Option ${subject} takes no value, but “${value}” was given.`,
  "bad-port": (subject, value) => invalid(subject, value, "a number from 1 to 65535"),
  "bad-tracker-port": (subject, value) =>
    invalid(
      operand(subject),
      value,
      "an address, with a port from 1 to 65535 or without, or several separated by commas",
    ),
  "short-address": (subject, value) =>
    invalid(operand(subject), value, "a host name, or all four numbers of an IPv4 address such as 192.168.0.10"),
  "auto-in-list": (subject, value) =>
    `Invalid value “${value}” for ${
      operand(subject)
    }: use auto alone, or addresses and --also auto, which adds the networks of other trackers.`,
  "bad-free-port": (subject, value) => invalid(subject, value, "a number from 1 to 65535, or 0 for a free port"),
  "bad-choice": (subject, value, choices) => invalid(subject, value, or(choices)),
  "bad-operand": (subject, value, choices) => invalid(operand(subject), value, or(choices)),
  "bad-trackers": (subject, value) =>
    invalid(subject, value, "the address of a tracker, with a port from 1 to 65535 or without, or auto"),
  "bad-address": (subject, value) => invalid(subject, value, "an IP address such as 192.168.0.10"),
  "bad-seconds": (subject, value) =>
    invalid(subject, value, "a whole number of seconds from 10 to 86400, or 0 for no limit"),
  "bad-host-and-port": (subject, value) =>
    invalid(subject, value, "a port, or an IP address and a port such as 127.0.0.1:8080"),
  "bad-password": (subject, value) => invalid(subject, value, "one word without spaces, of at most 128 bytes"),
  "bad-registry": (subject, value) =>
    invalid(
      subject,
      value,
      "an address such as redis://192.168.0.5:6379 or rediss://user@host, several nodes with commas",
    ),
  "password-visible": (subject, variable) =>
    `Other users of this machine can see a password in ${subject}: name a file with --registry-password, or give the address in ${variable} or in the config file.`,
  "not-together": (subject, value) => `Options ${subject} and ${value} exclude each other: use one of them.`,
  "needs-other": (subject, value) => `Option ${subject} requires ${value}.`,
  "bad-memory": (subject, value, most) =>
    invalid(subject, value, `at least 8M and at most ${most}, such as 500M or 2G, or omit the option for 75M`),
  "bad-rate": (subject, value) =>
    invalid(subject, value, "at least 1000 bytes per second, such as 500k or 2M, or omit the option for no limit"),
  "bad-file": (subject, value) => invalid(subject, value, "the path of a file"),
  "bad-directory": (subject, value) => invalid(subject, value, "the path of a directory"),
  "bad-config": (subject, value) =>
    `Syntax error in the config file ${subject} at ${value}: write lines such as port = 5000 or directory = '~/photos', with Windows paths in single quotes.`,
  "bad-peer": (subject, value) =>
    invalid(subject, value, "an address as the list shows it, such as 192.168.0.21:40213, or an IP address alone"),
  "nothing-chosen": (subject) => `No images selected: give their numbers, MD5s, names or a pattern, or use ${subject}.`,
  "several-clients": (_subject, _value, choices) =>
    `Several clients are running. Give the TCP port of the one to stop: ${choices}.`,
  "missing-operand": (subject) =>
    `Missing argument ${operand(subject)}${
      subject === "tracker" ? ": the address of the tracker, or “auto” to look for it in this network" : ""
    }.`,
  "missing-option": (subject) => `Missing option ${subject}.`,
  "extra-operand": (subject) => `Unexpected argument “${subject}”.`,
} satisfies Record<string, UsageSentence>;

/** The sentence for each error in a command line, by code. */
export const USAGE_ERRORS: Readonly<Record<keyof typeof SENTENCES, UsageSentence>> = SENTENCES;
