/** Any text in columns, also such as names from elsewhere: once this is loaded, it is measured exactly everywhere. */
import stringWidth from "string-width";
import { measureWith } from "./columns.ts";

measureWith(stringWidth);

export { cut, cutMiddle, cutPath, pad, widest, wrap } from "./columns.ts";
