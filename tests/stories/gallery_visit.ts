/**
 * Visits a gallery, run on a host of a network: `gallery_visit.ts <address>`. Prints as JSON whether the page there says
 * that it may control the client, and the status of a request that does.
 */
import type { GalleryState } from "../../lib/app/gallery/api.ts";
import { visit } from "../app/gallery/server/visit.ts";

const request = await visit(Deno.args[0]);
const { canControl } = await (await request("/api/state")).json() as GalleryState;
const headers = { "content-type": "application/json" };
const { status } = await request("/api/reshare", { method: "POST", headers, body: JSON.stringify({ on: false }) });
console.log(JSON.stringify({ canControl, status }));
