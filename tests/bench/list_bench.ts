/** What a key costs in a list of 10,000 images, beside looking through their names in the plainest way. */
import { entriesOf, filterEntries, sortEntries } from "../../lib/app/cli/screen/list_entries.ts";
import { INITIAL_LIST_STATE } from "../../lib/app/cli/screen/list_state.ts";
import { entryLines } from "../../lib/app/cli/screen/entry_table.ts";
import type { ImageInfo } from "../../lib/protocol/peer_reply.ts";
import { infoWith } from "../support.ts";
import { ENGLISH } from "../../lib/app/words/en/words.ts";

const images = Array.from({ length: 10_000 }, (_, i) => ({
  md5: `${i}`.padStart(32, "0"),
  name: `holiday ${i % 97} picture ${i}.jpg`,
  peers: [{ host: `10.0.0.${i % 250}`, port: 5_000 }],
}));
const entries = entriesOf(images, { folder: { byMd5: () => undefined }, isSelf: () => false });
const infoOf = ({ md5 }: { readonly md5: string }): ImageInfo => infoWith({ size: Number(md5) });
const group = "a key in a list of 10,000 images";

Deno.bench("names that hold a text, and nothing else", { group, baseline: true }, () => {
  images.filter(({ name }) => name.includes("picture 12"));
});
Deno.bench("filter, and draw a page", { group }, () => {
  const shown = filterEntries(entries, "picture 12");
  entryLines(shown.slice(0, 14), INITIAL_LIST_STATE, { from: 0, infoOf, words: ENGLISH, width: 80 });
});
Deno.bench("move, and draw a page", { group }, () => {
  entryLines(entries.slice(5_000, 5_014), INITIAL_LIST_STATE, { from: 5_000, infoOf, words: ENGLISH, width: 80 });
});
Deno.bench("sort all by name", { group }, () => {
  sortEntries(entries, "name", infoOf, "en");
});
