/** The menu as lines, for terminals that only print: register, list, download, update, unregister, quit, skipped. */
import { aborted } from "../context.ts";
import type { ScreenParts } from "../screen/screen_model.ts";
import { TextList } from "./text_list.ts";

/** Asks for an action and runs it, until the user quits or `ending` is aborted. */
export async function runTextMenu(parts: ScreenParts): Promise<void> {
  const { session, terminal, words, ending } = parts;
  const { client } = words;
  const ended = ending.signal;
  const list = new TextList(parts);
  const actions = [
    () => session.register(),
    () => list.browse(),
    () => list.download(),
    () => session.update(),
    () => session.unregister(),
    () => Promise.resolve(ending.abort()),
    () => Promise.resolve(session.listSkipped()),
  ];
  while (!ended.aborted) {
    const menu = session.skipped.length > 0 ? [...client.menu, client.skipped.menu] : client.menu;
    terminal.print(menu.map((label, i) => `${i + 1} ${label}`).join("   "));
    const typed = (await terminal.ask(client.prompt, ended))?.trim();
    if (typed === undefined) return;
    const choices = choicesFor(typed, menu);
    if (choices.length === 1) await Promise.race([session.attempt(actions[choices[0]]), aborted(ended)]);
    else if (choices.length > 1) {
      terminal.fail(client.ambiguous(typed, choices.map((choice) => menu[choice]).join(", ")));
    } else if (typed !== "") terminal.fail(client.notInMenu(typed, menu.length));
  }
}

/** The indexes of the matching entries: by number, or by the beginning of their words. */
function choicesFor(typed: string, menu: readonly string[]): number[] {
  if (/^[1-9]$/.test(typed)) return Number(typed) <= menu.length ? [Number(typed) - 1] : [];
  if (typed === "") return [];
  return menu.flatMap((label, i) => label.startsWith(typed.toLowerCase()) ? [i] : []);
}
