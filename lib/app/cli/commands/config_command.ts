/** The command `config`: the effective settings, and the source of each. */
import { pad, widest } from "../../words/layout.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonLine } from "../output/json.ts";
import type { Setting } from "../options/settings.ts";
import { withoutPassword } from "../options/values.ts";

/** The path of the config file, and whether it exists. */
export interface ConfigLocation {
  /** `null` if the system does not define where config files are. */
  readonly path: string | null;
  readonly found: boolean;
}

function withoutActions(all: readonly Setting[]): Setting[] {
  return all.filter(({ name }) => !["help", "version", "json"].includes(name));
}

function visible(name: string, text: string): string {
  return name === "registry" ? withoutPassword(text) : text;
}

export function configJson(all: readonly Setting[], { path: file, found }: ConfigLocation): string {
  const settings = withoutActions(all).map(({ name, text, source, where }) => ({
    name,
    value: name === "password" || text === null ? null : visible(name, text),
    source,
    where,
  }));
  return jsonLine("config", { file, found, settings });
}

export function configLines(all: readonly Setting[], { path, found }: ConfigLocation, { config }: Words): string[] {
  const rows = withoutActions(all).map(({ name, text, source, where }) => {
    const value = text === null ? "" : name === "password" ? config.secret : visible(name, text);
    const named = source === "environment" || source === "command-line" ? ` ${where}` : "";
    return [name, value, `${config.sources[source]}${named}`];
  });
  const table = [config.columns, ...rows];
  const widths = [0, 1].map((column) => widest(table.map((row) => row[column])));
  const place = path === null ? config.nowhere : found ? config.file(path) : config.noFile(path);
  return [
    place,
    "",
    ...table.map(([name, value, from]) => `${pad(name, widths[0])}  ${pad(value, widths[1])}  ${from}`.trimEnd()),
  ];
}
