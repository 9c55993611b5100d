/** The context in which a command runs. */
import type { Words } from "../words/en/words.ts";
import type { FoundTracker } from "./commands/choose_tracker.ts";
import type { CLIENT } from "./options/client_definition.ts";
import type { OptionSpecs } from "./options/definition.ts";
import type { Terminal } from "./output/terminal.ts";
import type { OptionValues } from "./options/settings.ts";
import type { Signals } from "./signals.ts";
import type { UserPaths } from "./user_paths.ts";

export interface CommandContext<O extends OptionSpecs> {
  readonly command: string;
  readonly options: OptionValues<O>;
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** The values of an operand that may be repeated. */
  readonly rest: readonly string[];
  /** The tracker that a person chose in the prompt among those of this network, if so. */
  readonly chosen: FoundTracker | null;
  readonly terminal: Terminal;
  readonly words: Words;
  readonly paths: UserPaths;
  readonly signals: Signals;
  /** Aborted by the first signal that ends the program. */
  readonly ending: AbortController;
}

export type ClientContext = CommandContext<typeof CLIENT.options>;

/** A command that needs a tracker. */
export type TrackerContext = ClientContext & {
  /** The trackers of its network, as {@link PeerConfig} takes them. */
  readonly tracker: string;
  /** Those of further networks. */
  readonly also: readonly string[];
  /** How `tracker` was found, if no address was given. */
  readonly found: FoundTracker | null;
  /** Whether the client joins the networks whose trackers it hears of while it runs. */
  readonly followsFurther: boolean;
};

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
