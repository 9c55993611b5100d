/**
 * What a person should know of an image that was fetched, beside that it is there.
 *
 * @module
 */
import { basename } from "node:path";
import { type NameRisk, nameRisks } from "../../../files/name_risk.ts";
import type { FetchedImage } from "../../../download/fetch_options.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** What there is to know: of its content, of its name, of the peer that gave it. */
export type Warning = "no-image" | NameRisk | "unclosed";

/** All that there is to know. */
export function warningsOf({ path, leftOut, unclosed }: FetchedImage): Warning[] {
  return [
    ...leftOut === "no-image" ? [leftOut] : [],
    ...nameRisks(basename(path)),
    ...unclosed ? ["unclosed" as const] : [],
  ];
}

/**
 * Shows what its name and its peer are warned of; that it is no image is shown where the reason for not sharing is.
 *
 * @param unclosed The peers of which it was shown that they never close a connection: it is shown once for each.
 */
export function warn(
  fetched: FetchedImage,
  terminal: Pick<Terminal, "fail">,
  { client }: Words,
  unclosed: Set<string> = new Set(),
): void {
  for (const risk of nameRisks(basename(fetched.path))) terminal.fail(client.nameRisks[risk](basename(fetched.path)));
  const peer = formatAddress(fetched.peer);
  if (!fetched.unclosed || unclosed.has(peer)) return;
  unclosed.add(peer);
  terminal.fail(client.unclosed(peer));
}
