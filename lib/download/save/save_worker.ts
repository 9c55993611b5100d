/**
 * The worker of {@link SaveWorkers}: computes MD5s of several streams at a time, in blocks of shared memory, and saves
 * small images.
 */
/// <reference lib="deno.worker" />
import type { Hash } from "node:crypto";
import { newMd5 } from "../../hash/md5.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { serve } from "../../worker/serve_requests.ts";
import { saveSmall } from "./save_small.ts";
import type { SaveAnswer, SaveRequest } from "./save_service.ts";

const streams = new Map<number, Hash>();

serve((request: SaveRequest): Promise<SaveAnswer> | SaveAnswer => {
  return request.kind === "save" ? save(request) : takeIn(request);
});

async function save({ image, memory, length }: SaveRequest & { kind: "save" }): Promise<SaveAnswer> {
  try {
    return { saved: await saveSmall(image, new Uint8Array(memory, 0, length)) };
  } catch (error) {
    return { error: { code: codeOf(error), message: reasonOf(error) } };
  }
}

function takeIn(request: Exclude<SaveRequest, { kind: "save" }>): SaveAnswer {
  const { kind, stream } = request;
  if (kind === "block" && request.isFirst) streams.set(stream, newMd5());
  const md5 = streams.get(stream);
  // The stream began in a worker that failed: it fails alone, and does not become another one.
  if (!md5) return { error: { code: "", message: "a stream does not begin with its first block" } };
  if (kind === "block") {
    md5.update(new Uint8Array(request.memory, 0, request.length));
    return {};
  }
  streams.delete(stream);
  return kind === "end" ? { md5: md5.digest("hex") } : {};
}
