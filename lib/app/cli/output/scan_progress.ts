/** The progress of a scan in the status line: files, bytes, rate, time left. */
import type { ScanProgress } from "../../../folder/folder_options.ts";
import { bytesText, timeText } from "../../words/sentence.ts";
import type { Terminal } from "./terminal.ts";
import type { Words } from "../../words/en/words.ts";

/** Shows the progress of a scan that starts now. */
export function scanReporter(terminal: Terminal, words: Words): (at: ScanProgress) => void {
  const { client } = words;
  const began = performance.now();
  return ({ files, totalFiles, bytes, totalBytes, found }) => {
    if (!terminal.statusDue) return;
    if (totalBytes === 0) return terminal.status(client.scanning(files, totalFiles));
    const rate = bytes / (performance.now() - began) * 1_000;
    const left = found && bytes > 0 ? timeText((totalBytes - bytes) / rate, words) : "…";
    const [read, of, perSecond] = [bytes, totalBytes, rate].map((it) => bytesText(it, words));
    terminal.status(client.reading(files, totalFiles, read, of, perSecond, left));
  };
}
