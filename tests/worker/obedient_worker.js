/** A worker that does what a test of the pool tells it. */
import { whileBusy } from "../../lib/worker/busy.ts";
import { serve } from "../../lib/worker/serve_requests.ts";

const name = crypto.randomUUID();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

serve(async ({ name: command, memory, text, times, ms }, report) => {
  switch (command) {
    case "echo":
      return text;
    case "identify":
      return name;
    case "hang":
      return await new Promise(() => {});
    case "throw":
      throw new Error("of the test");
    case "throw later":
      setTimeout(() => {
        throw new Error("of the test");
      });
      return await new Promise(() => {});
    case "wait":
      await Atomics.waitAsync(new Int32Array(memory), 0, 0).value;
      return "waited";
    case "compute":
      whileBusy(() => {
        const view = new Int32Array(memory);
        Atomics.store(view, 1, 1);
        Atomics.notify(view, 1);
        Atomics.wait(view, 0, 0);
      });
      return "computed";
    case "report":
      for (let i = 0; i < times; i++) {
        report(`${i}`);
        await pause(ms);
      }
      return "reported";
  }
});
