/** An image of the directory as an answer: its file, or a part of it. */
import type { PlainFile } from "../../../files/plain_file.ts";
import type { SharedImage } from "../../../folder/image_index.ts";
import type { SharedFolder } from "../../../folder/shared_folder.ts";
import { PICTURE_CACHE, respond } from "./answers.ts";
import { type ByteRange, requestedRange } from "./byte_range.ts";

/** How many bytes of a file are read at a time. */
const CHUNK_BYTES = 256 << 10;

/**
 * The file of an image, or the part of it that is requested.
 *
 * @throws {Fault} `image-changed`, `image-unreadable`.
 */
export async function imageFile(
  folder: SharedFolder,
  image: SharedImage,
  request: Request,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { md5, mime, size } = image;
  const etag = `"${md5}"`;
  const range = requestedRange(request, size, etag);
  if (range === "unsatisfiable") {
    return respond(null, "", { status: 416, headers: { "content-range": `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size };
  const part: Record<string, string> = range ? { "content-range": `bytes ${start}-${end - 1}/${size}` } : {};
  const file = await folder.open(image);
  return respond(streamOf(file, { start, end }), mime, {
    status: range ? 206 : 200,
    headers: {
      ...PICTURE_CACHE,
      ...part,
      "accept-ranges": "bytes",
      "content-length": `${end - start}`,
      etag,
      ...headers,
    },
  });
}

function streamOf(file: PlainFile, { start, end }: ByteRange): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (start > 0) file.seekSync(start, Deno.SeekMode.Start);
  let left = end - start;
  return new ReadableStream({
    async pull(controller): Promise<void> {
      try {
        const bytes = new Uint8Array(Math.min(left, CHUNK_BYTES));
        const n = left > 0 ? await file.read(bytes) : null;
        if (n !== null) {
          left -= n;
          return controller.enqueue(bytes.subarray(0, n));
        }
        file.close();
        controller.close();
      } catch (error) {
        file.close();
        throw error;
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

/** Has the browser save the answer under the last part of a name (RFC 6266, RFC 8187). */
export function savedAs(name: string): Record<string, string> {
  const last = name.slice(name.lastIndexOf("/") + 1).toWellFormed();
  const encoded = encodeURIComponent(last).replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-disposition": `attachment; filename*=UTF-8''${encoded}` };
}
