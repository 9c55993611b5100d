/** The end of a download as a JSON line. */
import type { FetchOutcome } from "../../../download/fetch_options.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import { jsonFault, jsonLine } from "./json.ts";
import { warningsOf } from "./warnings.ts";

export function outcomeJson(outcome: FetchOutcome, words: Words): string {
  const { kind, image: { name, md5 } } = outcome;
  const time = new Date().toISOString();
  if (kind === "failed") return jsonLine(kind, { time, name, md5, fault: jsonFault(outcome.fault, words) });
  if (kind === "here") return jsonLine(kind, { time, name, md5, file: outcome.here.path });
  const { file, bytes, peer } = outcome.fetched;
  const all = warningsOf(outcome.fetched);
  const warnings = all.length > 0 ? { warnings: all } : {};
  return jsonLine(kind, { time, name, md5, file, bytes, from: formatAddress(peer), ...warnings });
}
