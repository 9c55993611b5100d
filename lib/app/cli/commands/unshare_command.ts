/** The command `unshare`: stops or resumes sharing images of a directory, and shows which are not shared. */
import { type Choices, choose } from "../../../folder/choices.ts";
import { HashCache } from "../../../folder/hash_cache.ts";
import { SharedFolder } from "../../../folder/shared_folder.ts";
import { UsageError } from "../../words/usage.ts";
import type { ClientContext } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { jsonLine } from "../output/json.ts";
import { scanReporter } from "../output/scan_progress.ts";
import { reportUnselected } from "./request_list.ts";
import { selectShared } from "./select_shared.ts";
import { countChosen } from "./sharing.ts";

/**
 * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`, `not-written`.
 * @throws {UsageError} `nothing-chosen`: no image to share again was named.
 */
export async function runUnshare(context: ClientContext): Promise<number> {
  const { options, operands, rest, terminal, words, paths, ending } = context;
  const { client: { choices: text } } = words;
  const isNamed = rest.length > 0 || options.downloaded;
  if (options.undo && !isNamed) throw new UsageError("nothing-chosen", "--downloaded");
  using cache = new HashCache(options["no-cache"] ? null : paths.hashCache);
  using folder = new SharedFolder(operands.directory!, { recursive: !options["no-recursive"], cache });
  await folder.scan({ signal: ending.signal, onProgress: scanReporter(terminal, words) });
  terminal.endStatus();
  const selection = selectShared(rest, folder.files, folder.chosen.current);
  reportUnselected(selection, text.unknown, terminal, words);
  const before = countChosen(folder).unshared;
  const isSelected = selection.albums.length + selection.images.length > 0 || options.downloaded;
  if (isSelected) {
    const withAll = (now: Choices): Choices => {
      const images = options.downloaded ? [...selection.images, ...now.downloaded] : selection.images;
      return choose(now, { albums: selection.albums, images }, options.undo ?? false, folder.files);
    };
    await folder.chosen.change(withAll);
  }
  if (options.json) terminal.data(choicesJson(folder));
  else if (!isNamed || isSelected) {
    for (const line of isNamed ? [] : unsharedLines(folder, text.album)) terminal.print(line);
    const { unshared, all } = countChosen(folder);
    if (unshared < before) terminal.print(text.again(before - unshared));
    terminal.print(text.count(unshared, all));
    if (!folder.chosen.current.reshare) terminal.print(text.noReshare);
  }
  if (!isNamed || selection.unknown.length + selection.ambiguous.length === 0) return EXIT.done;
  return isSelected ? EXIT.someFailed : EXIT.nothing;
}

/** The unshared albums, and the unshared images outside of these. */
function unsharedLines({ files, chosen }: SharedFolder, album: (path: string, images: number) => string): string[] {
  const albums = [...chosen.current.albums].flatMap(([path, shared]) => shared ? [] : [path]).sort();
  const inAlbum = (path: string, within: string): boolean => path.normalize("NFC").startsWith(within);
  const unshared = files.filter(({ path, image }) => !chosen.isChosen(path, image.md5)).map(({ path }) => path);
  return [
    ...albums.map((it) => album(it, unshared.filter((path) => inAlbum(path, it)).length)),
    ...unshared.filter((path) => !albums.some((it) => inAlbum(path, it))).map((path) => `  ${path}`),
  ];
}

function choicesJson(folder: SharedFolder): string {
  const { chosen: { current: { reshare, located, albums, images } }, files, path } = folder;
  const at = Map.groupBy(files, ({ image: { md5 } }) => md5);
  return jsonLine("choices", {
    directory: path,
    reshare,
    located,
    ...countChosen(folder),
    albums: [...albums].map(([path, shared]) => ({ path, shared })),
    images: [...images].map(([md5, shared]) => ({ md5, shared, paths: at.get(md5)?.map(({ path }) => path) ?? [] })),
  });
}
