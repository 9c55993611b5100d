/** Renders each file that it is given, and reports the result: run with the client's permissions. */
import { DECODER_TIMEOUTS } from "../../../lib/app/preview/decoder.ts";
import { UNKNOWN_GRAPHICS } from "../../../lib/app/preview/graphics.ts";
import { Previewer } from "../../../lib/app/preview/preview.ts";

using previewer = new Previewer({ ...DECODER_TIMEOUTS, start: 120_000, answer: 120_000 }); // However busy the machine is.
const room = { columns: 10, rows: 5 };
for (const path of Deno.args) {
  const preview = await previewer.render(await Deno.readFile(path), { ...UNKNOWN_GRAPHICS, kind: "sixel" }, room);
  console.log("wrong" in preview ? preview.wrong : `${preview.columns} x ${preview.rows}`);
}
// As an image would that breaks the library.
const broken = await previewer.render(new Uint8Array(9), UNKNOWN_GRAPHICS, null as unknown as typeof room);
console.log("wrong" in broken ? broken.wrong : "shown");
