/** Shows the screen of the interactive client with Ink, which then draws all output. */
import process from "node:process";
import chalk from "chalk";
import { type Instance, render } from "ink";
import { App } from "./app.tsx";
import { openStreams } from "../output/streams.ts";
import type { Terminal } from "../output/terminal.ts";
import { ScreenModel, type ScreenParts } from "./screen_model.ts";

export interface Screen extends AsyncDisposable {
  readonly model: ScreenModel;
}

/** Shows the screen until it is disposed of, which restores the terminal. `null` if the terminal was closed before. */
export function showScreen(parts: ScreenParts): Screen | null {
  const model = new ScreenModel(parts);
  parts.terminal.attach(model);
  chalk.level = parts.terminal.isColored ? 1 : 0; // Ink would detect colors, but our terminal knows the user's choice.
  const shown = draw(model, parts.terminal);
  // After Ink, which must open the input first.
  if (!shown || !openStreams(process, () => parts.ending.abort())) {
    parts.ending.abort();
    shown?.unmount();
    parts.terminal.attach(null);
    model[Symbol.dispose]();
    return null;
  }
  // Without the screen there is no other way to interact.
  void shown.waitUntilExit().catch(() => {}).finally(() => parts.ending.abort());
  return {
    model,
    async [Symbol.asyncDispose](): Promise<void> {
      shown.clear(); // An abandoned screen is useless.
      shown.unmount();
      await shown.waitUntilExit();
      parts.terminal.attach(null);
      model[Symbol.dispose]();
      model.lines.attach((text) => process.stdout.write(text));
    },
  };
}

/** Starts Ink; `null` if the terminal was closed just before. */
function draw(model: ScreenModel, terminal: Terminal): Instance | null {
  try {
    // Ink does so only after its first drawing: earlier keys would be read as a line of text.
    Deno.stdin.setRaw(true);
    return render(<App model={model} />, {
      exitOnCtrlC: false, // The program unregisters first.
      patchConsole: false,
      interactive: true,
    });
  } catch (error) {
    if (!terminal.isGone) throw error;
    return null;
  }
}
