/** ImageMagick in WebAssembly, within limits. It takes half a second to load, and is loaded when it is first needed. */

/** Most pixels: the largest cameras in phones give 108 million; a worker takes some 600 MB for them. */
export const MAX_PIXELS = 110_000_000;

/** Longest side, in pixels: panoramas have fewer. */
export const MAX_SIDE = 40_000;

/** Most memory for pixels, in bytes: four for each, and as much again where an image is turned. */
const MAX_PIXEL_BYTES = 8 * MAX_PIXELS;

/** Most bytes of metadata of one kind: colour profiles have a few million at most. */
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
    ResourceLimits.disk = 0n; // There is none, but for memory that looks like one.
    return magick;
  })();
}
