import { strictEqual } from "node:assert/strict";
import { Sent } from "../../lib/peer/sent.ts";

const cat = { md5: "0".repeat(32), size: 100 };
const [ANA, BEN] = ["10.0.0.1", "10.0.0.2"];

/** Whether a host has all of the image after this part. */
const took = (sent: Sent, host: string, offset: number): boolean =>
  sent.took(host, cat, { offset, end: 100, ms: 1 }) !== null;

Deno.test("an image that broke off and continues at the same byte counts as sent, wherever that byte is", () => {
  for (const at of [0, 1, 59, 60]) {
    const sent = new Sent();
    sent.wrote(ANA, cat, { offset: 0, end: 60, ms: 7 });
    sent.resumed(ANA, cat, at);
    strictEqual(took(sent, ANA, at), true, `from ${at}`);
    strictEqual(took(sent, ANA, at), at === 0, "it is counted once");
  }
});

Deno.test("an image that arrived completely before the connection broke is recognized by the request at its end", () => {
  const sent = new Sent();
  sent.wrote(ANA, cat, { offset: 0, end: 100, ms: 7 });
  sent.resumed(ANA, cat, 100);
  strictEqual(took(sent, ANA, 100), true);
});

Deno.test("a host that continues after more than was written to it has the bytes from elsewhere", () => {
  for (const [host, at] of [[ANA, 61], [BEN, 60], [BEN, 100]] as const) {
    const sent = new Sent();
    sent.wrote(ANA, cat, { offset: 0, end: 60, ms: 7 });
    sent.wrote(ANA, cat, { offset: 70, end: 90, ms: 7 });
    sent.resumed(host, cat, at);
    strictEqual(took(sent, host, at), false, `${host} from ${at}`);
  }
});

Deno.test("bytes that were written before a failure count only once the host continues after them", () => {
  const sent = new Sent();
  sent.wrote(ANA, cat, { offset: 0, end: 60, ms: 7 });
  strictEqual(took(sent, ANA, 60), false, "a part that was asked for before");
  strictEqual(took(sent, ANA, 0), true);
});

Deno.test("the time of an image is that of all its parts", () => {
  const sent = new Sent();
  strictEqual(sent.took(ANA, cat, { offset: 0, end: 60, ms: 30 }), null);
  strictEqual(sent.took(ANA, cat, { offset: 60, end: 100, ms: 12 }), 42);
  sent.wrote(ANA, cat, { offset: 0, end: 60, ms: 30 }); // It broke off there.
  sent.resumed(ANA, cat, 50);
  strictEqual(sent.took(ANA, cat, { offset: 50, end: 100, ms: 12 }), 42);
});
