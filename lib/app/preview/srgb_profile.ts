/** The sRGB colour profile (IEC 61966-2-1), as the smallest ICC profile that describes it (ICC.1:2022). */

/** Red, green, blue and white of sRGB, adapted to the light D50 of profiles: X, Y, Z. */
const COLORANTS = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
  wtpt: [0.9642, 1, 0.8249],
};

/** The curve: ((a x + b) ^ g) from d on, c x below; in the order of the format. */
const [G, A, B, C, D] = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

const [HEADER_BYTES, XYZ_BYTES, CURVE_BYTES] = [128, 20, 32];

/** Makes the profile. */
export function srgbProfile(): Uint8Array {
  const tags = [...Object.keys(COLORANTS), "rTRC", "gTRC", "bTRC"];
  const first = HEADER_BYTES + 4 + tags.length * 12;
  const curveAt = first + 4 * XYZ_BYTES;
  const bytes = new Uint8Array(curveAt + CURVE_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  /** Numbers of 32 bits, the lower 16 behind the point. */
  const fixed = (at: number, values: readonly number[]): void =>
    values.forEach((value, i) => view.setInt32(at + 4 * i, Math.round(value * 65_536)));
  view.setUint32(0, bytes.length);
  view.setUint32(8, 0x04000000); // Version 4.
  text(12, "mntrRGB XYZ "); // A screen's colours, by way of CIE XYZ.
  text(36, "acsp");
  fixed(68, COLORANTS.wtpt);
  view.setUint32(HEADER_BYTES, tags.length);
  tags.forEach((tag, i) => {
    const entry = HEADER_BYTES + 4 + i * 12;
    text(entry, tag);
    const isCurve = i >= 4; // All three share one.
    view.setUint32(entry + 4, isCurve ? curveAt : first + i * XYZ_BYTES);
    view.setUint32(entry + 8, isCurve ? CURVE_BYTES : XYZ_BYTES);
  });
  Object.values(COLORANTS).forEach((xyz, i) => {
    text(first + i * XYZ_BYTES, "XYZ ");
    fixed(first + i * XYZ_BYTES + 8, xyz);
  });
  text(curveAt, "para");
  view.setUint16(curveAt + 8, 3); // The form of the curve.
  fixed(curveAt + 12, [G, A, B, C, D]);
  return bytes;
}
