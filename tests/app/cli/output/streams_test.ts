import { strictEqual } from "node:assert/strict";
import { EventEmitter } from "node:events";
import type process from "node:process";
import { openStreams } from "../../../../lib/app/cli/output/streams.ts";

type Streams = Pick<typeof process, "stdin" | "stdout">;

/** A stream of a terminal; what is written to it fails once it is closed. */
class FakeStream extends EventEmitter {
  isClosed = false;
  write(): boolean {
    if (this.isClosed) throw new Error("EIO: input/output error");
    return true;
  }
}

Deno.test("a closed terminal is noticed when it is opened, read or written", () => {
  const [stdin, stdout] = [new FakeStream(), new FakeStream()];
  let gone = 0;
  const streams = { stdin, stdout } as unknown as Streams;
  strictEqual(openStreams(streams, () => gone++), true);
  strictEqual(streams.stdout.write("before"), true);
  strictEqual(gone, 0);
  stdout.isClosed = true;
  strictEqual(streams.stdout.write("after"), false);
  strictEqual(gone, 1);
  stdin.emit("error", new Error("EIO: input/output error"));
  strictEqual(gone, 2);
});

Deno.test("a terminal that was closed just before it is opened is noticed", () => {
  const closing = {
    get stdin(): Streams["stdin"] {
      throw new Error("EIO: input/output error");
    },
  } as Streams;
  let gone = 0;
  strictEqual(openStreams(closing, () => gone++), false);
  strictEqual(gone, 1);
});
