/** The rows of the sharing view: what can be shared or not. Pure. */
import { type Choices, isChosen } from "../../../folder/choices.ts";
import type { Words } from "../../words/en/words.ts";
import { visible } from "../../words/visible.ts";
import { albumsAround, type DirectoryImage } from "../commands/select_shared.ts";

/** A row; `part` of what it names is shared. */
export type SharingEntry =
  | { readonly kind: "reshare"; readonly on: boolean }
  | { readonly kind: "located" | "downloaded"; readonly on: boolean | "part"; readonly images: number }
  | { readonly kind: "album"; readonly on: boolean | "part"; readonly path: string; readonly images: number }
  | { readonly kind: "image"; readonly on: boolean; readonly path: string; readonly md5: string }
  | { readonly kind: "skipped"; readonly files: number };

/** What a directory has. */
export interface SharingState {
  readonly files: readonly DirectoryImage[];
  readonly choices: Choices;
  readonly reshares: boolean;
  /** How many images have GPS coordinates, and whether these are not shared. */
  readonly located: number;
  readonly skipsLocated: boolean;
  readonly skipped: number;
}

/** The rows: switches, albums, images, and the files that are left out. */
export function sharingEntries(state: SharingState): SharingEntry[] {
  const { files, choices, located, skipped } = state;
  const images = files.map(({ path, image: { md5 } }) => {
    return { kind: "image", on: isChosen(choices, path, md5), path, md5 } as const;
  });
  const albums = Map.groupBy(
    images.flatMap((image) => albumsAround(image.path).map((album) => ({ album, image }))),
    ({ album }) => album,
  );
  const downloaded = images.filter(({ md5 }) => choices.downloaded.has(md5));
  return [
    { kind: "reshare", on: state.reshares },
    ...located > 0 ? [{ kind: "located", on: !state.skipsLocated, images: located } as const] : [],
    ...downloaded.length > 0 ? [{ kind: "downloaded", on: allOf(downloaded), images: downloaded.length } as const] : [],
    ...[...albums].map(([path, all]) => {
      return { kind: "album", on: allOf(all.map(({ image }) => image)), path, images: all.length } as const;
    }).sort((a, b) => a.path < b.path ? -1 : 1),
    ...images,
    ...skipped > 0 ? [{ kind: "skipped", files: skipped } as const] : [],
  ];
}

function allOf(images: readonly { readonly on: boolean }[]): boolean | "part" {
  const shared = images.filter(({ on }) => on).length;
  return shared === 0 ? false : shared === images.length || "part";
}

/** The rows whose paths contain `filter`; all without one. */
export function filterSharing(entries: readonly SharingEntry[], filter: string): readonly SharingEntry[] {
  if (filter === "") return entries;
  const wanted = filter.normalize("NFC").toLowerCase();
  return entries.filter((it) => "path" in it && it.path.normalize("NFC").toLowerCase().includes(wanted));
}

/** A row as text: whether it is shared, and what it is. */
export function sharingLine(entry: SharingEntry, { screen: { sharing } }: Words): string {
  if (entry.kind === "skipped") return `    ${sharing.skipped(entry.files)}`;
  const box = entry.on === "part" ? "[-]" : entry.on ? "[x]" : "[ ]";
  const text = entry.kind === "reshare"
    ? sharing.reshare
    : entry.kind === "image"
    ? visible(entry.path)
    : entry.kind === "album"
    ? sharing.album(visible(entry.path), entry.images)
    : sharing[entry.kind](entry.images);
  return `${box} ${text}`;
}
