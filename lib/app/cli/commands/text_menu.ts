/**
 * The menu as lines, for terminals that only print: register, list, download, update, unregister, quit, what
 * is shared, and what there is to be done with downloads. These run while the menu asks on.
 */
import type { ListedImage } from "../../../protocol/image.ts";
import { aborted } from "../context.ts";
import { selectTyped } from "./selection.ts";
import type { ScreenParts } from "../screen/screen_model.ts";
import { TextList } from "./text_list.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Words } from "../../words/en/words.ts";
import { runTextSharing } from "./text_sharing.ts";

/** The most downloads that are named in a choice. */
const MAX_SHOWN = 50;

/** Asks for an action and runs it, until the user quits or `ending` is aborted. */
export async function runTextMenu(parts: ScreenParts): Promise<void> {
  const { session, terminal, words: { client }, ending: { signal: ended } } = parts;
  const list = new TextList(parts);
  while (!ended.aborted) {
    const menu = entriesOf(parts, list);
    terminal.print(menu.map(({ label }, i) => `${i + 1} ${label}`).join("   "));
    const typed = (await terminal.ask(client.prompt, ended))?.trim();
    if (typed === undefined) return;
    const choices = choicesFor(typed, menu);
    if (choices.length === 1) await Promise.race([session.attempt(choices[0].act), aborted(ended)]);
    else if (choices.length > 1) terminal.fail(client.ambiguous(typed, choices.map(({ label }) => label).join(", ")));
    else if (typed !== "") terminal.fail(client.notInMenu(typed, menu.length));
  }
}

interface Entry {
  readonly label: string;
  readonly act: () => Promise<unknown>;
}

/** The entries: those of every menu, and those for which there is something now. */
function entriesOf(parts: ScreenParts, list: TextList): Entry[] {
  const { session, terminal, words, ending } = parts;
  const { client } = words;
  const { downloads } = session;
  const { pause, resume, cancel } = client.downloadsMenu;
  /** Asks which of several downloads, and acts on it. */
  const withSome = (images: readonly ListedImage[], act: (images: readonly ListedImage[]) => unknown) => async () => {
    const chosen = await askWhich(images, terminal, words, ending.signal);
    if (chosen.length > 0) act(chosen);
  };
  const acts = [
    () => session.register(),
    () => list.browse(),
    () => list.download(),
    () => session.update(),
    () => session.unregister(),
    () => Promise.resolve(ending.abort()),
    () => runTextSharing(parts),
  ];
  const entries: Entry[] = acts.map((act, i) => ({ label: client.menu[i], act }));
  const { gallery } = parts;
  if (gallery) entries.push({ label: words.gallery.menu, act: () => gallery.print(terminal, words) });
  const { active, resting } = downloads;
  if (active.length > 0) entries.push({ label: pause, act: withSome(active, (some) => downloads.pause(some)) });
  if (resting.length > 0) {
    const act = withSome(resting, (some) => void session.attempt(() => downloads.resume(some)));
    entries.push({ label: resume, act });
  }
  const all = [...active, ...resting];
  if (all.length > 0) entries.push({ label: cancel, act: withSome(all, (some) => downloads.stop(some)) });
  return entries;
}

/** The entries that match: by number, or by the beginning of their words. */
function choicesFor(typed: string, menu: readonly Entry[]): readonly Entry[] {
  if (/^[1-9]\d?$/.test(typed)) return menu.slice(Number(typed) - 1, Number(typed));
  return typed === "" ? [] : menu.filter(({ label }) => label.startsWith(typed.toLowerCase()));
}

/** Asks which of several downloads; none if the user changed their mind. */
async function askWhich(
  images: readonly ListedImage[],
  terminal: Terminal,
  { client }: Words,
  ended: AbortSignal,
): Promise<readonly ListedImage[]> {
  if (images.length === 1) return images;
  images.slice(0, MAX_SHOWN).forEach(({ name }, i) => terminal.print(`${i + 1} ${name}`));
  if (images.length > MAX_SHOWN) terminal.print("…");
  const typed = (await terminal.ask(client.whichDownloads(images.length), ended))?.trim();
  if (!typed) return [];
  const selection = selectTyped(typed, images, client.selection);
  if ("images" in selection) return selection.images;
  terminal.fail(client.notASelection(selection.wrong, images.length));
  return [];
}
