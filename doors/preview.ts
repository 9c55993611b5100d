/**
 * Shows pictures in a terminal: asks what it can show, and renders an image for it in a worker without access to anything.
 *
 * ```ts
 * import { Previewer, UNKNOWN_GRAPHICS } from "@idp2pi/idp2pi/preview";
 *
 * const dot = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=");
 * using previewer = new Previewer();
 * const preview = await previewer.render(dot, UNKNOWN_GRAPHICS, { columns: 40, rows: 20 });
 * if ("text" in preview) console.log(preview.text);
 * ```
 *
 * @module
 */
export { ANSWER_MS, type Asked, askTerminal, type TerminalLine } from "../lib/app/preview/ask_terminal.ts";
export { TerminalAnswers } from "../lib/app/preview/terminal_answers.ts";
export {
  type Colours,
  type Graphics,
  GRAPHICS_QUERY,
  type GraphicsKind,
  STRING_QUERY,
  UNKNOWN_GRAPHICS,
} from "../lib/app/preview/graphics.ts";
export type { Room } from "../lib/app/preview/picture.ts";
export type { Wrong } from "../lib/app/preview/decode.ts";
export { erase, type Shown } from "../lib/app/preview/encode.ts";
export { type PeekBytes, previewUnfetched } from "../lib/app/preview/preview_unfetched.ts";
export { type Preview, Previewer, type PreviewOptions } from "../lib/app/preview/preview.ts";
