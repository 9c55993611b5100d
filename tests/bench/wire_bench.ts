/** What reading and writing messages costs, beside the plainest thing that could be done with the same text. */
import { formatListed, parseList } from "../../lib/protocol/list.ts";
import { formatRequest, parseRequest } from "../../lib/protocol/request.ts";

const images = Array.from({ length: 20 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `holiday ${i}.jpg` }));
const request = formatRequest({ type: "REG", password: "0123456789abcdef", port: 5000, images });
const bytes = new TextEncoder().encode(request);
const peers = Array.from({ length: 5 }, (_, i) => ({ host: `10.0.0.${i}`, port: 5000 }));
const list = images.map((image) => formatListed({ ...image, peers })).join(";");

Deno.bench("split a REG of 20 images, unchecked", { group: "REG of 20 images", baseline: true }, () => {
  new TextDecoder().decode(bytes).split(" ")[3].split(";").map((entry) => entry.split(","));
});
Deno.bench("parseRequest", { group: "REG of 20 images" }, () => {
  parseRequest(bytes);
});
Deno.bench("split a list of 20 images with 5 peers, unchecked", { group: "list of 20 images", baseline: true }, () => {
  list.split(";").map((entry) => entry.split(","));
});
Deno.bench("parseList", { group: "list of 20 images" }, () => {
  parseList(list);
});
