/** Arbitrary text in columns, such as names from the network: once this is loaded, all text is measured exactly. */
import stringWidth from "string-width";
import { measureWith } from "./columns.ts";

measureWith(stringWidth);

export { cut, cutMiddle, cutName, cutPath, pad, widest, wrap } from "./columns.ts";
