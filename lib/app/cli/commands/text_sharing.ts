/** What is shared, in the menu as lines: shown, and changed by commands. */
import { aborted } from "../context.ts";
import type { ScreenParts } from "../screen/screen_model.ts";

/** Asks for commands and runs them, until the user enters none or the program ends. */
export async function runTextSharing({ session, terminal, words, ending }: ScreenParts): Promise<void> {
  const { client: { choices } } = words;
  const { sharing } = session;
  const { commands } = choices;
  while (!ending.signal.aborted) {
    for (const line of [...sharing.lines, ...choices.help]) terminal.print(line);
    const typed = (await terminal.ask(choices.prompt, ending.signal))?.trim();
    if (!typed) return;
    const [command, what = ""] = typed.split(/\s+(.*)/s);
    const actions: Readonly<Record<string, () => Promise<void>>> = {
      [commands.downloads]: () => sharing.switchReshare(),
      [commands.gps]: () => sharing.switchLocated(),
      [commands.skipped]: () => Promise.resolve(sharing.listSkipped()),
    };
    const action = command === commands.share || command === commands.unshare
      ? what && (() => sharing.shareTyped(what, command === commands.share))
      : Object.hasOwn(actions, typed) && actions[typed];
    if (action) await Promise.race([session.attempt(action), aborted(ending.signal)]);
    else terminal.fail(choices.noCommand(typed));
  }
}
