/** Warnings about downloaded images. */
import { basename } from "node:path";
import { type NameRisk, nameRisks } from "../../../files/name_risk.ts";
import type { FetchedImage } from "../../../download/fetch_options.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** A warning about the content of an image, its name, or the peer that sent it. */
export type Warning = "no-image" | "incomplete" | NameRisk | "unclosed";

export function warningsOf({ path, leftOut, unclosed }: FetchedImage): Warning[] {
  return [
    ...leftOut === "no-image" || leftOut === "incomplete" ? [leftOut] : [],
    ...nameRisks(basename(path)),
    ...unclosed ? ["unclosed" as const] : [],
  ];
}

/**
 * Shows warnings about the name of an image and its peer, once for each of `unclosed`. That it is no image is shown as
 * the reason why it is not shared.
 */
export function warn(
  fetched: FetchedImage,
  terminal: Pick<Terminal, "fail">,
  { client }: Words,
  unclosed: Set<string>,
): void {
  for (const risk of nameRisks(basename(fetched.path))) terminal.fail(client.nameRisks[risk](basename(fetched.path)));
  const peer = formatAddress(fetched.peer);
  if (!fetched.unclosed || unclosed.has(peer)) return;
  unclosed.add(peer);
  terminal.fail(client.unclosed(peer));
}
