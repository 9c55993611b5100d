/** The command `doctor`: examines the network between tracker, peers and this machine. */
import { examine } from "../../doctor/examine.ts";
import { doctorExit, type Finding } from "../../doctor/finding.ts";
import { findingSentences } from "../../words/sentence.ts";
import type { TrackerContext } from "../context.ts";
import { jsonLine } from "../output/json.ts";

/** A mark for each verdict: colors alone are not enough. */
const MARKS: Readonly<Record<Finding["verdict"], string>> = { well: "✓", warning: "!", fault: "✗", unknown: "?" };

export async function runDoctor(
  { tracker, operands, options, terminal, words, ending }: TrackerContext,
): Promise<number> {
  const config = {
    tracker,
    port: options.port,
    directory: operands.directory,
    peer: options.peer,
    recursive: !options["no-recursive"],
  };
  const show = (finding: Finding): void => {
    const { message, next } = findingSentences(finding, words);
    terminal.endStatus();
    terminal.print(`${MARKS[finding.verdict]} ${message}`);
    if (next !== null) terminal.print(`  ${next}`);
    terminal.status(words.client.examining);
  };
  terminal.status(words.client.examining);
  try {
    const findings = await examine(config, options.json ? () => {} : show, ending.signal);
    const exit = doctorExit(findings);
    if (options.json) {
      const explained = findings.map((finding) => ({ ...finding, ...findingSentences(finding, words) }));
      terminal.data(jsonLine("doctor", { exit, findings: explained }));
    }
    return exit;
  } finally {
    terminal.endStatus();
  }
}
