/**
 * The interactive client on a terminal, drawn by Ink: from here on all that is shown goes through it.
 *
 * @module
 */
import process from "node:process";
import chalk from "chalk";
import { type Instance, render } from "ink";
import { App } from "./app.tsx";
import { openStreams, type Terminal } from "../output/terminal.ts";
import { Desk, type DeskParts } from "./desk.ts";

/** A screen that is shown. */
export interface Screen extends AsyncDisposable {
  readonly desk: Desk;
}

/** Shows the screen until it is disposed of; the terminal is then as it was. `null` when it was closed before. */
export function showScreen(parts: DeskParts): Screen | null {
  const desk = new Desk(parts);
  parts.terminal.lend(desk);
  chalk.level = parts.terminal.isColoured ? 1 : 0; // That of Ink: what it would find out itself, our terminal knows.
  const shown = draw(desk, parts.terminal);
  // After Ink: it is the first to open what is typed.
  if (!shown || !openStreams(process, () => parts.ending.abort())) {
    parts.ending.abort();
    shown?.unmount();
    parts.terminal.lend(null);
    desk[Symbol.dispose]();
    return null;
  }
  // Nobody can do anything without it.
  void shown.waitUntilExit().catch(() => {}).finally(() => parts.ending.abort());
  return {
    desk,
    async [Symbol.asyncDispose](): Promise<void> {
      shown.clear(); // What is left of a screen that is gone helps nobody.
      shown.unmount();
      await shown.waitUntilExit();
      parts.terminal.lend(null);
      desk[Symbol.dispose]();
      desk.lines.to((text) => process.stdout.write(text));
    },
  };
}

/** Has Ink draw; `null` when the terminal was closed just before. */
function draw(desk: Desk, terminal: Terminal): Instance | null {
  try {
    // Ink does so only after its first drawing: keys pressed at that moment would be taken as a line of text.
    Deno.stdin.setRaw(true);
    return render(<App desk={desk} />, {
      exitOnCtrlC: false, // It leaves the tracker first.
      patchConsole: false,
      interactive: true,
    });
  } catch (error) {
    if (!terminal.isGone) throw error;
    return null;
  }
}
