/** Every sentence that a person reads, in English. */
import { FAULTS } from "../../../fault/fault.ts";
import { CLIENT, CONTROL, HISTORY } from "./client_messages.ts";
import { COMMANDS } from "./commands.ts";
import { DOCTOR } from "./doctor.ts";
import { GALLERY } from "./gallery.ts";
import { MANUAL } from "./manual.ts";
import { FIRST_USE, SCREEN } from "./screen.ts";
import { SERVER } from "./server_messages.ts";
import { USAGE_ERRORS } from "./usage_errors.ts";

/** The words of one language. Every other language has the same keys. */
export const ENGLISH = {
  tag: "en",
  faults: FAULTS,
  doctor: DOCTOR,
  manual: MANUAL,
  screen: SCREEN,
  firstUse: FIRST_USE,
  control: CONTROL,
  history: HISTORY,
  gallery: GALLERY,
  /** Why the operating system refused something: the English phrase, and that of this language. */
  reasons: {} as Readonly<Record<string, string>>,
  /** Why the tracker refused or ignored a request, for its log: the same. */
  refusals: {} as Readonly<Record<string, string>>,
  unexpected: (message: string): string => `Unexpected error (${message}): please report it to the developers.`,
  usage: USAGE_ERRORS,
  seeHelp: (program: string): string => `Run “${program} --help” for usage.`,
  ...COMMANDS,
  server: SERVER,
  client: CLIENT,
};

/** The words that every language must have. */
export type Words = typeof ENGLISH;
