/** What other peers got from a peer, as it reports it. */
import type { Address } from "../protocol/address.ts";

/**
 * What a peer did for another. `to` is the other end of the connection, with a port chosen by its system; `peer` is its
 * listed address, if known.
 */
export type ServedEvent =
  & { readonly to: Address; readonly peer?: Address }
  & (
    /** One host received a whole image, in one part or several: its size, and how long that took, in milliseconds. */
    | {
      readonly kind: "served";
      readonly name: string;
      readonly md5: string;
      readonly bytes: number;
      readonly ms: number;
    }
    /** The other side left or stopped reading, or the file changed; `bytes` is the end of what was sent. */
    | { readonly kind: "broke-off"; readonly name: string; readonly md5: string; readonly bytes: number }
    /** Nothing was sent: the image is not shared, or there was no valid request. `md5` is the requested one, if any. */
    | {
      readonly kind: "not-served";
      readonly why: "not-shared" | "no-request" | "changed" | "unreadable" | "silent";
      readonly md5?: string;
    }
  );
