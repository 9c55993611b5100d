/** What a key costs in a list of 100,000 images in 5,000 albums, beside looking through their names in the plainest way. */
import { entriesOf } from "../../lib/app/cli/screen/list/list_entries.ts";
import { ListRows } from "../../lib/app/cli/screen/list/list_rows.ts";
import { INITIAL_LIST_STATE, type ListState } from "../../lib/app/cli/screen/list/list_state.ts";
import { entryLines } from "../../lib/app/cli/screen/list/entry_table.ts";
import type { ImageInfo } from "../../lib/protocol/peer_reply.ts";
import { infoWith } from "../support.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";

const images = Array.from({ length: 100_000 }, (_, i) => ({
  md5: `${i}`.padStart(32, "0"),
  name: `${2000 + i % 20}/holiday ${i % 5_000}/picture ${i}.jpg`,
  peers: [{ host: `10.0.0.${i % 250}`, port: 5_000 }],
}));
const holdings = { folder: { here: () => undefined }, isSelf: () => false };
const infoOf = ({ md5 }: { readonly md5: string }): ImageInfo => infoWith({ size: Number(md5) });
const group = "a key in a list of 100,000 images";
const open = (): ListRows => new ListRows(entriesOf(images, holdings), infoOf, "en");
const list = open();

/** Draws the first page at this place. */
function draw(list: ListRows, place: Partial<ListState>): void {
  const state = { ...INITIAL_LIST_STATE, ...place };
  entryLines(list.at(state).rows.slice(0, 14), state, { from: 0, infoOf, words: ENGLISH, width: 80 });
}

Deno.bench("names that hold a text, and nothing else", { group, baseline: true }, () => {
  images.filter(({ name }) => name.includes("picture 12"));
});
Deno.bench("open, and draw a page", { group }, () => draw(open(), {}));
Deno.bench("two keys of a filter, and draw a page for each", { group }, () => {
  draw(list, { filter: "holiday 1" });
  draw(list, { filter: "holiday 12" });
});
Deno.bench("open two albums, and draw a page for each", { group }, () => {
  draw(list, { album: "2001" });
  draw(list, { album: "2002" });
});
Deno.bench("sort all by name and by number, and draw a page for each", { group }, () => {
  draw(list, { album: null, sort: "name" });
  draw(list, { album: null });
});
