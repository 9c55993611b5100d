/** Pictures for the demo of the gallery, as PNG: skies over hills, each of its own colours, size and album. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** The albums of the pictures. */
const ALBUMS = ["", "lisboa/", "lisboa/alfama/", "serra/", "mar/"];

/** The sizes, in pixels: wide, high, square and panorama. */
const SIZES = [[480, 320], [320, 480], [360, 360], [640, 200]] as const;

/** The palette: 128 colours of the sky, three hills, the sun. */
const [SKY_COLOURS, HILLS] = [128, 3];

/** The name and the bytes of the picture with this number. */
export function demoPicture(n: number): { readonly name: string; readonly bytes: Uint8Array } {
  const [width, height] = SIZES[n % SIZES.length];
  const name = `${ALBUMS[n % ALBUMS.length]}picture ${String(n + 1).padStart(3, "0")}.png`;
  return { name, bytes: png(width, height, palette(n), scene(n, width, height)) };
}

/** Red, green and blue of each colour. */
function palette(n: number): Uint8Array {
  const base = [0, 2, 4].map((shift) => 128 + 100 * Math.sin(n * 0.7 + shift));
  const sky = Array.from({ length: SKY_COLOURS }, (_, i) => base.map((part) => Math.min(255, part + i)));
  const hills = Array.from({ length: HILLS }, (_, i) => base.map((part) => part * (0.3 + i * 0.18)));
  return new Uint8Array([...sky, ...hills.reverse(), [255, 240, 200]].flat());
}

/** The colour of each pixel, row by row: a sky, a sun, and hills before it. */
function scene(n: number, width: number, height: number): Uint8Array {
  const rows = new Uint8Array(height * (1 + width)); // Each row begins with its filter: 0 for none.
  const [sunX, sunY, radius] = [width * (0.2 + 0.6 * ((n * 0.37) % 1)), height * 0.35, height / 9];
  for (let x = 0; x < width; x++) {
    const tops = Array.from({ length: HILLS }, (_, hill) => {
      const wave = Math.sin(x / (50 + 20 * hill) + n * (hill + 1)) * height * 0.06;
      return height * (0.58 + hill * 0.13) + wave;
    });
    for (let y = 0; y < height; y++) {
      const hill = tops.findLastIndex((top) => y > top);
      const isSun = (x - sunX) ** 2 + (y - sunY) ** 2 < radius ** 2;
      const sky = isSun ? SKY_COLOURS + HILLS : Math.floor(y / height * SKY_COLOURS);
      rows[y * (1 + width) + 1 + x] = hill >= 0 ? SKY_COLOURS + hill : sky;
    }
  }
  return rows;
}

/** A PNG with a palette of 8 bits (W3C, "PNG Specification", sections 5 and 11). */
function png(width: number, height: number, colours: Uint8Array, rows: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint16(8, 0x0803);
  return Buffer.concat([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
