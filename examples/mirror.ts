/**
 * A bot that mirrors a network: it fetches every image that anybody shares, shares them too, and looks for new ones each
 * minute. Ctrl-C ends it.
 *
 *     deno run --allow-net --allow-read --allow-write --allow-sys --ignore-env examples/mirror.ts <tracker> <directory>
 */
import { isFault, Peer } from "@idp2pi/idp2pi";

const [tracker, directory] = Deno.args;
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());

await using peer = await Peer.start({ tracker, directory, recursive: false });
await peer.tracker.register();
while (!stop.signal.aborted) {
  try {
    const { images } = await peer.tracker.list();
    const missing = images.filter(({ md5 }) => !peer.folder.here(md5));
    const outcomes = await peer.downloads.fetchAll(missing, {}, stop.signal);
    const fetched = outcomes.filter(({ kind }) => kind === "fetched").length;
    console.log(`${fetched} of ${missing.length} new images fetched; ${peer.folder.images.length} shared`);
  } catch (error) {
    if (!isFault(error, "tracker-silent")) throw error;
    console.error(error.message); // It is asked again in a minute.
  }
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, 60_000);
    stop.signal.addEventListener("abort", () => resolve(clearTimeout(timer)));
  });
}
