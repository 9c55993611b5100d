/**
 * The worker behind {@link SaveWorkers}: takes MD5s of several streams at a time, in blocks of shared memory, and saves
 * small images.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { type Md5, newMd5 } from "../../hash/md5.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { saveSmall } from "./save_small.ts";
import type { FromWorker, ToWorker } from "./save_service.ts";

const streams = new Map<number, Md5>();

self.onmessage = async ({ data }: MessageEvent<ToWorker>): Promise<void> => {
  // Several images wait for the disk at the same time; what else there is to do goes on.
  const answer = data.kind === "save" ? await save(data) : take(data);
  if (answer) self.postMessage(answer);
};

async function save({ stream, image, memory, length }: ToWorker & { kind: "save" }): Promise<FromWorker> {
  try {
    return { stream, saved: await saveSmall(image, new Uint8Array(memory, 0, length)) };
  } catch (error) {
    return { stream, error: { code: codeOf(error), message: reasonOf(error) } };
  }
}

function take(data: Exclude<ToWorker, { kind: "save" }>): FromWorker | null {
  const { stream } = data;
  if (data.kind === "drop") return streams.delete(stream), null;
  let md5 = streams.get(stream);
  if (!md5) streams.set(stream, md5 = newMd5());
  if (data.kind === "block") {
    md5.update(new Uint8Array(data.memory, 0, data.length));
    return { stream };
  }
  streams.delete(stream);
  return { stream, md5: md5.digest("hex") };
}
