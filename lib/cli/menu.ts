/**
 * The menu of the specification: register, list, download, update, remove the registration, quit.
 *
 * @module
 */
import { aborted } from "./program.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal.ts";
import type { Words } from "./words_en.ts";

/** Asks what to do and does it, until the user quits or `ending` is aborted. */
export async function runMenu(
  session: Session,
  terminal: Terminal,
  words: Words,
  ending: AbortController,
): Promise<void> {
  const { client } = words;
  const ended = ending.signal;
  terminal.onInterrupt(() => ending.abort());
  const actions = [
    () => session.register(),
    () => session.list(),
    () => askAndDownload(session, terminal, words, ended),
    () => session.update(),
    () => session.unregister(),
    () => Promise.resolve(ending.abort()),
  ];
  while (!ended.aborted) {
    terminal.print(client.menu.map((label, i) => `${i + 1} ${label}`).join("   "));
    const typed = (await terminal.ask(client.whatNow, ended))?.trim();
    if (typed === undefined) return;
    const action = actions[choice(typed, client.menu)];
    if (action) await Promise.race([session.attempt(action), aborted(ended)]);
    else if (typed !== "") terminal.fail(client.notInMenu(typed, actions.length));
  }
}

/** Which entry was typed, from 0: by number, or by the beginning of its words. -1 for none, or for more than one. */
function choice(typed: string, menu: readonly string[]): number {
  if (/^[1-9]$/.test(typed)) return Number(typed) - 1;
  const begins = menu.filter((label) => typed !== "" && label.startsWith(typed.toLowerCase()));
  return begins.length === 1 ? menu.indexOf(begins[0]) : -1;
}

async function askAndDownload(session: Session, terminal: Terminal, words: Words, ended: AbortSignal): Promise<void> {
  if (session.listed === 0) await session.list();
  if (session.listed === 0) return;
  const typed = (await terminal.ask(words.client.whichImage(session.listed), ended))?.trim();
  if (typed) await session.download(typed);
}
