/** The command `state`: copies the registrations of a tracker, also while it runs. */
import { backupState } from "../../../server/state_file.ts";
import { UsageError } from "../../words/usage.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import type { SERVER } from "../options/server_definition.ts";

export async function runState(
  { options, operands, terminal, words }: CommandContext<typeof SERVER.options>,
): Promise<number> {
  if (options.state === undefined) throw new UsageError("missing-option", "--state");
  const file = operands.file!;
  const registrations = await backupState(options.state, file);
  terminal.print(words.server.backedUp(registrations, file));
  return EXIT.done;
}
