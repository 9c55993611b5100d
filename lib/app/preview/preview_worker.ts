/** The worker of {@link Previewer}, which decodes an image and encodes it for the terminal. */
/// <reference lib="deno.worker" />
import { serve } from "../../worker/serve_requests.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { loadMagick } from "./magick.ts";
import { frameOf } from "./picture.ts";
import type { Preview, PreviewRequest } from "./preview.ts";

// Libraries print messages about damaged files, which would appear in the terminal's output.
console.log =
  console.info =
  console.warn =
  console.error =
  console.debug =
    () => {};

await loadMagick();
serve(async ({ bytes, graphics, room, part }: PreviewRequest): Promise<Preview> => {
  const picture = await decode(bytes, frameOf(graphics, room), part);
  return "wrong" in picture ? picture : await encode(picture, graphics);
});
