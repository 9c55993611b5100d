/**
 * The worker behind {@link Previewer}: decodes an image and makes of it what the terminal understands.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { keepFlag } from "../../worker/busy.ts";
import { decode, type Wrong } from "./decode.ts";
import { encode, type Shown } from "./encode.ts";
import { loadMagick } from "./magick.ts";
import { frameOf } from "./picture.ts";
import type { FromPreviewWorker, ToPreviewWorker } from "./worker_messages.ts";

// What libraries say of damaged files would stand in the middle of what the terminal shows.
console.log =
  console.info =
  console.warn =
  console.error =
  console.debug =
    () => {};

const say = (message: FromPreviewWorker): void => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<ToPreviewWorker>): Promise<void> => {
  say(await look(data).catch(() => "broken" as const));
};

await loadMagick();
say("ready");

async function look({ bytes, graphics, room, part, flag }: ToPreviewWorker): Promise<Shown | Wrong> {
  keepFlag(flag);
  const picture = await decode(bytes, frameOf(graphics, room), part);
  return "wrong" in picture ? picture : await encode(picture, graphics);
}
