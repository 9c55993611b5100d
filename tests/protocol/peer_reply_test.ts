import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  formatPeerReply,
  MAX_PEER_REPLY_BYTES,
  MAX_TIME,
  parsePeerReply,
  type PeerReply,
} from "../../lib/protocol/peer_reply.ts";

/** Replies and their lines. */
const REPLIES: [PeerReply, string][] = [
  [
    { type: "range", size: 4_500_000, offset: 1_000_000, length: 3_500_000, modified: 1_717_180_200 },
    "OK 4500000 1000000 3500000 1717180200\n",
  ],
  [{ type: "range", size: 7, offset: 7, length: 0, modified: 0 }, "OK 7 7 0 0\n"],
  [
    { type: "info", size: 2_345, mime: "image/jpeg", width: 640, height: 480, modified: 1_717_180_200, taken: 86_400 },
    "OK 2345 image/jpeg 640 480 1717180200 86400\n",
  ],
  [
    { type: "info", size: 1, mime: "image/heic-sequence", width: 0, height: 0, modified: 0, taken: 0 },
    "OK 1 image/heic-sequence 0 0 0 0\n",
  ],
  [
    {
      type: "info",
      size: 2 ** 32,
      mime: `image/${"x".repeat(20)}`,
      width: 999_999_999,
      height: 999_999_999,
      modified: MAX_TIME,
      taken: MAX_TIME,
    },
    `OK 4294967296 image/${"x".repeat(20)} 999999999 999999999 253402300799 253402300799\n`,
  ],
  [{ type: "thumbnail", size: 9_876, mime: "image/webp" }, "OK 9876 image/webp\n"],
  [{ type: "thumbnail", size: 262_144, mime: "image/jpeg" }, "OK 262144 image/jpeg\n"],
  [{ type: "refused", reason: "NO_THUMBNAIL" }, "ERR NO_THUMBNAIL\n"],
  [{ type: "refused", reason: "BUSY" }, "ERR BUSY\n"],
  [{ type: "refused", reason: "NOT_SHARED" }, "ERR NOT_SHARED\n"],
  [{ type: "refused", reason: "OUT_OF_RANGE" }, "ERR OUT_OF_RANGE\n"],
];

Deno.test("each reply has one line, and each line is read as its reply", () => {
  for (const [reply, line] of REPLIES) {
    strictEqual(formatPeerReply(reply), line);
    deepStrictEqual(parsePeerReply(line.slice(0, -1)), reply);
    strictEqual(line.length <= MAX_PEER_REPLY_BYTES, true);
  }
});

Deno.test("other texts are no reply", () => {
  const others = [
    "",
    "OK",
    "OK 5",
    "OK 5 0",
    "OK 5 0 5",
    "OK 5 0 6 0",
    "OK 5 -1 2 0",
    "OK 5 0 5 0 ",
    "OK  5 0 5 0",
    "OK 5 0 5 -1",
    "OK 5 0 5 253402300800",
    "OK 5 0 5 1e3",
    "OK 4294967297 0 1 0",
    "OK 99999999999 0 1 0",
    "OK 5 text/html 1 1 0 0",
    "OK 5 text/html",
    "OK 5 image/svg+xml",
    "OK 5 image/png",
    "OK 5 image/jpeg ",
    "OK 0 image/jpeg",
    "OK 05 image/jpeg",
    "OK 262145 image/jpeg",
    "OK 9999999 image/jpeg",
    "OK 5 image/gif 1 1",
    "OK 5 image/gif 1 1 0",
    "OK 5 image/gif 1 1 0 9999999999999",
    "ok 5 0 5 0",
    "ERR",
    "ERR File not found",
    "ERR INVALID_MESSAGE_FORMAT",
    "GIF89a",
    "\x89PNG\r",
  ];
  for (const line of others) strictEqual(parsePeerReply(line), null, line);
  fc.assert(fc.property(fc.string(), (noise) => {
    const reply = parsePeerReply(noise);
    strictEqual(reply === null || formatPeerReply(reply).length > 0, true);
  }));
});
