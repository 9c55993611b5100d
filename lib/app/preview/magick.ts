/** ImageMagick in WebAssembly, with limits. It takes half a second to load, and is loaded when it is first needed. */

/** The most pixels: the largest phone cameras have 108 million; a worker takes some 600 MB for them. */
export const MAX_PIXELS = 110_000_000;

/** The longest side, in pixels: panoramas are shorter. */
export const MAX_SIDE = 40_000;

/** The most memory for pixels, in bytes: four for each, and as much again to rotate an image. */
const MAX_PIXEL_BYTES = 8 * MAX_PIXELS;

/** The most bytes of metadata of one kind: colour profiles have at most a few million. */
const MAX_PROFILE_BYTES = 16 << 20;

export type Magick = typeof import("@imagemagick/magick-wasm");

let loading: Promise<Magick> | undefined;

/** The library, loaded once for a thread. */
export function loadMagick(): Promise<Magick> {
  return loading ??= (async () => {
    const magick = await import("@imagemagick/magick-wasm");
    const code = await Deno.readFile(new URL(import.meta.resolve("@imagemagick/magick-wasm/magick.wasm")));
    await magick.initializeImageMagick(code);
    const { ResourceLimits } = magick;
    ResourceLimits.width = ResourceLimits.height = BigInt(MAX_SIDE);
    ResourceLimits.area = BigInt(MAX_PIXELS);
    ResourceLimits.memory = ResourceLimits.maxMemoryRequest = BigInt(MAX_PIXEL_BYTES);
    ResourceLimits.maxProfileSize = BigInt(MAX_PROFILE_BYTES);
    ResourceLimits.disk = 0n; // There is no disk, only memory that looks like one.
    return magick;
  })();
}
