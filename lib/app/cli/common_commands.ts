/** The commands `config`, `completion` and `man` of both programs. */
import type { Words } from "../words/en/words.ts";
import type { ConfigLocation } from "./commands/config_command.ts";
import type { Shell } from "./completion/script.ts";
import type { OptionSpecs, ProgramSpec } from "./options/definition.ts";
import type { Terminal } from "./output/terminal.ts";
import type { Settings } from "./options/settings.ts";
import { VERSION } from "./version.ts";

/** Runs a command of both programs; returns `false` for any other command. */
export async function runCommonCommand(
  command: string,
  spec: ProgramSpec,
  { values, operands, all }: Settings<OptionSpecs>,
  config: ConfigLocation,
  { terminal, words }: { readonly terminal: Terminal; readonly words: Words },
): Promise<boolean> {
  switch (command) {
    case "config": {
      const { configJson, configLines } = await import("./commands/config_command.ts");
      if (values.json) terminal.data(configJson(all, config));
      else configLines(all, config, words).forEach((line) => terminal.print(line));
      return true;
    }
    case "completion": {
      const { completionScript } = await import("./completion/script.ts");
      terminal.data(completionScript(operands.shell as Shell, `idp2pi-${spec.name}`, words.tag).trimEnd());
      return true;
    }
    case "man": {
      const { manualPage } = await import("./manual/manual.ts");
      terminal.data(manualPage(spec, words, VERSION).trimEnd());
      return true;
    }
    default:
      return false;
  }
}
