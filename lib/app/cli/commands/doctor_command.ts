/**
 * The command `doctor`: what keeps images from travelling, and what to do next.
 *
 * @module
 */
import { examine } from "../../doctor/examine.ts";
import { doctorExit, type Finding } from "../../doctor/finding.ts";
import { findingSentences } from "../../words/finding_text.ts";
import type { ClientStart } from "../client_start.ts";
import { jsonLine } from "../output/json.ts";
import { EXIT } from "../program.ts";

/** A mark for each verdict, that is not a colour. */
const MARKS: Readonly<Record<Finding["verdict"], string>> = { well: "✓", warning: "!", fault: "✗", unknown: "?" };

/** Examines and tells each finding; gives the exit code. */
export async function runDoctor(
  { tracker, operands, options, terminal, words, ending }: ClientStart,
): Promise<number> {
  const config = {
    tracker: tracker.host,
    trackerPort: tracker.port,
    port: options.port,
    directory: operands.directory,
    peer: options.peer,
    recursive: !options["no-recursive"],
  };
  const tell = (finding: Finding): void => {
    const { told, next } = findingSentences(finding, words);
    terminal.endStatus();
    terminal.print(`${MARKS[finding.verdict]} ${told}`);
    if (next !== null) terminal.print(`  ${next}`);
    terminal.status(words.client.examining);
  };
  terminal.status(words.client.examining);
  try {
    const findings = await examine(config, options.json ? () => {} : tell, ending.signal);
    const exit = doctorExit(findings);
    if (options.json) {
      const told = findings.map((finding) => ({ ...finding, ...findingSentences(finding, words) }));
      terminal.data(jsonLine("doctor", { exit, findings: told }));
    }
    return exit;
  } catch (error) {
    if (ending.signal.aborted) return EXIT.failed;
    throw error;
  } finally {
    terminal.endStatus();
  }
}
