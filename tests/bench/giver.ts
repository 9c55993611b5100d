/**
 * The giving side of the benches: serves the images of a directory, and with `--thumbnails` their thumbnails. Prints its
 * port.
 */
import { PeerThumbnails } from "../../lib/app/thumbnails/peer_thumbnails.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import { servePeers } from "../../lib/peer/peer_server.ts";

const folder = new SharedFolder(Deno.args[0]);
await folder.scan();
const [listener] = bindTcp("127.0.0.1", 0);
const thumbnails = Deno.args.includes("--thumbnails") ? new PeerThumbnails(null).make : undefined;
console.log(`port ${localAddress(listener).port}`);
await servePeers(listener, folder, new AbortController().signal, { thumbnails });
