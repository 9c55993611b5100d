/** Warnings about downloaded images. */
import { type NameRisk, nameRisks } from "../../../files/name_risk.ts";
import type { FetchedImage } from "../../../download/fetch_options.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** A warning about the content of an image, its name, or the peer that sent it. */
export type Warning = "no-image" | "incomplete" | NameRisk | "unclosed";

export function warningsOf({ file, leftOut, unclosed }: FetchedImage): Warning[] {
  return [
    ...leftOut === "no-image" || leftOut === "incomplete" ? [leftOut] : [],
    ...risksOf(file),
    ...unclosed ? ["unclosed" as const] : [],
  ];
}

/** Checks all parts of a path, since a directory may be a program too, such as `x.app` on macOS. */
function risksOf(file: string): NameRisk[] {
  return [...new Set(file.split("/").flatMap(nameRisks))];
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
  for (const risk of risksOf(fetched.file)) terminal.fail(client.nameRisks[risk](fetched.file));
  const peer = formatAddress(fetched.peer);
  if (!fetched.unclosed || unclosed.has(peer)) return;
  unclosed.add(peer);
  terminal.fail(client.unclosed(peer));
}
