import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  formatPeerReply,
  MAX_PEER_REPLY_BYTES,
  parsePeerReply,
  type PeerReply,
} from "../../lib/protocol/peer_reply.ts";

/** Replies and their lines. */
const REPLIES: [PeerReply, string][] = [
  [{ type: "range", size: 4_500_000, offset: 1_000_000, length: 3_500_000 }, "OK 4500000 1000000 3500000\n"],
  [{ type: "range", size: 7, offset: 7, length: 0 }, "OK 7 7 0\n"],
  [{ type: "info", size: 2_345, mime: "image/jpeg", width: 640, height: 480 }, "OK 2345 image/jpeg 640 480\n"],
  [{ type: "info", size: 1, mime: "image/heic-sequence", width: 0, height: 0 }, "OK 1 image/heic-sequence 0 0\n"],
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

Deno.test("what others send in its place is no reply", () => {
  const others = [
    "",
    "OK",
    "OK 5",
    "OK 5 0",
    "OK 5 0 6",
    "OK 5 -1 2",
    "OK 5 0 5 ",
    "OK  5 0 5",
    "OK 4294967297 0 1",
    "OK 99999999999 0 1",
    "OK 5 text/html 1 1",
    "ok 5 0 5",
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
