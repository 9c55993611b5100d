/** The worker of {@link Previewer}, which decodes an image and encodes it for the terminal. */
/// <reference lib="deno.worker" />
import "./quiet.ts";
import { serve } from "../../worker/serve_requests.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { loadMagick } from "./magick.ts";
import { frameOf } from "./picture.ts";
import type { Preview, PreviewRequest } from "./preview.ts";

await loadMagick();
serve(async ({ bytes, graphics, room, part }: PreviewRequest): Promise<Preview> => {
  const picture = await decode(bytes, frameOf(graphics, room), { part });
  return "wrong" in picture ? picture : await encode(picture, graphics);
});
