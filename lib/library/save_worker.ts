/**
 * The worker behind {@link SaveWorkers}: takes MD5s of several streams at a time, in blocks of shared memory, and saves
 * small images.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { type Md5, newMd5 } from "../hash/md5.ts";
import { codeOf, reasonOf } from "../wire/reason.ts";
import { saveSmall } from "./save_small.ts";
import type { FromWorker, ToWorker } from "./save_service.ts";

const streams = new Map<number, Md5>();

self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  const answer = take(data);
  if (answer) self.postMessage(answer);
};

function take(data: ToWorker): FromWorker | null {
  const { stream } = data;
  if (data.kind === "drop") return streams.delete(stream), null;
  if (data.kind === "save") {
    try {
      return { stream, saved: saveSmall(data.image, new Uint8Array(data.memory, 0, data.length)) };
    } catch (error) {
      return { stream, error: { code: codeOf(error), message: reasonOf(error) } };
    }
  }
  let md5 = streams.get(stream);
  if (!md5) streams.set(stream, md5 = newMd5());
  if (data.kind === "block") {
    md5.update(new Uint8Array(data.memory, 0, data.length));
    return { stream };
  }
  streams.delete(stream);
  return { stream, md5: md5.digest("hex") };
}
