/** Loads the list of images while the page goes on: 100,000 of them take many frames. */
import type { GalleryImages, ImageRow } from "../../api.ts";
import { send } from "./requests.ts";

/** How long is worked before other things get their turn, in milliseconds: less than a frame. */
const WORK_MS = 8;

/** The list of all images; throws like `send`, and `TypeError` if it is cut. */
export async function readImages(): Promise<GalleryImages> {
  const { body } = await send("/api/images");
  const images: ImageRow[] = [];
  let head = "";
  let isWhole = false;
  await inSteps(linesOf(body!), (line) => {
    if (head === "") head = line;
    else if (line === "]}") isWhole = true;
    else for (const row of JSON.parse(`[${line.replace(/,$/, "")}]`)) images.push(row);
  });
  if (!isWhole) throw new TypeError("the list is cut");
  return { ...JSON.parse(`${head}]}`), images };
}

/** Takes steps, and pauses between them when they have taken a while. */
export async function inSteps<T>(
  steps: Iterable<T> | AsyncIterable<T>,
  take: (step: T) => void = () => {},
): Promise<void> {
  let began = performance.now();
  for await (const step of steps) {
    take(step);
    if (performance.now() - began < WORK_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
}

/** The lines of a text as it arrives. */
async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop()!;
    yield* lines;
    if (done) return;
  }
}
