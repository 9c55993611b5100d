import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { TerminatedWorkers, whileBusy } from "../../lib/worker/busy.ts";
import { Previewer } from "../../lib/app/preview/preview.ts";
import { ThumbnailMaker } from "../../lib/app/thumbnails/thumbnail_maker.ts";
import { SaveWorkers } from "../../lib/download/save/save_service.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { UNKNOWN_GRAPHICS } from "../../lib/app/preview/graphics.ts";
import { image, soon, tempDir } from "../support.ts";

/** A worker of these words. */
function startWorker(code: string, deno?: WorkerOptions["deno"]): Worker {
  return new Worker(`data:text/javascript,${encodeURIComponent(code)}`, { type: "module", deno });
}

/** The next message of a worker. */
function messageOf(worker: Worker): Promise<unknown> {
  return soon(new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data)), "a message");
}

Deno.test("a worker that computes continues after its termination, and its flag shows when it has ended", async () => {
  const library = new URL("../../lib/worker/busy.ts", import.meta.url).href;
  const worker = startWorker(`
    import { ownFlag, whileBusy } from "${library}";
    self.onmessage = ({ data }) => {
      const goOn = new Int32Array(data);
      whileBusy(() => { self.postMessage("begun"); while (Atomics.load(goOn, 0) === 0); });
    };
    self.postMessage(ownFlag);`);
  const flag = await messageOf(worker) as SharedArrayBuffer;
  const goOn = new SharedArrayBuffer(4);
  const begun = messageOf(worker);
  worker.postMessage(goOn);
  await begun;
  const terminated = new TerminatedWorkers();
  worker.terminate();
  terminated.add(flag);
  await new Promise((resolve) => setTimeout(resolve, 200));
  strictEqual(terminated.isAnyBusy, true);
  Atomics.store(new Int32Array(goOn), 0, 1);
  const ended = async (): Promise<void> => {
    while (terminated.isAnyBusy) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await soon(ended(), "the end");
});

Deno.test("outside of a worker whileBusy runs the work and passes its errors on", () => {
  strictEqual(whileBusy(() => 1), 1);
  let passed = "";
  try {
    whileBusy(() => {
      throw new Error("of the test");
    });
  } catch (error) {
    passed = String(error);
  }
  strictEqual(passed, "Error: of the test");
});

/** What workers were started with meanwhile; they start all the same. */
async function permissionsOf(work: () => Promise<unknown>): Promise<WorkerOptions["deno"][]> {
  const { Worker } = globalThis;
  const seen: WorkerOptions["deno"][] = [];
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      seen.push(options?.deno);
    }
  };
  try {
    await work();
  } finally {
    globalThis.Worker = Worker;
  }
  return seen;
}

/** What a worker with these permissions can do, as it finds out itself. */
async function reach(deno: WorkerOptions["deno"], within: string): Promise<string[]> {
  await using elsewhere = await tempDir({ "secret": new Uint8Array(1) });
  const listener = Deno.listen({ port: 0 });
  const worker = startWorker(
    `self.onmessage = async ({ data }) => {
      const tries = {
        "read there": () => Deno.readFile(data.file),
        "write there": () => Deno.writeFile(data.file, new Uint8Array(1)),
        "read elsewhere": () => Deno.readFile(data.elsewhere),
        "write elsewhere": () => Deno.writeFile(data.elsewhere + "2", new Uint8Array(1)),
        "connect": () => Deno.connect({ port: data.port }).then((conn) => conn.close()),
        "listen": () => Deno.listen({ port: 0 }).close(),
        "run": () => new Deno.Command(data.program).outputSync(),
        "ask for interfaces": () => Deno.networkInterfaces(),
      };
      const can = [];
      for (const [what, attempt] of Object.entries(tries)) {
        try { await attempt(); can.push(what); } catch (error) { if (error.name !== "NotCapable") can.push(String(error)); }
      }
      self.postMessage(can);
    };
    self.postMessage("ready");`,
    deno,
  );
  await messageOf(worker);
  const answer = messageOf(worker);
  worker.postMessage({
    file: `${within}/file`,
    elsewhere: `${elsewhere.path}/secret`,
    port: listener.addr.port,
    program: Deno.execPath(),
  });
  const can = await answer as string[];
  worker.terminate();
  listener.close();
  return can;
}

Deno.test("workers that read untrusted data can access only what they need", async () => {
  const { bytes } = image(1);
  await using dir = await tempDir({ "file": bytes });
  const root = await Deno.realPath(dir.path);

  const [scanning] = await permissionsOf(async () => {
    using folder = new SharedFolder(dir.path);
    await folder.scan();
  });
  deepStrictEqual(await reach(scanning, root), ["read there"]);

  const [looking] = await permissionsOf(async () => {
    using previewer = new Previewer();
    await previewer.render(bytes, UNKNOWN_GRAPHICS, { columns: 4, rows: 4 });
  });
  deepStrictEqual(await reach(looking, root), []);

  const [making] = await permissionsOf(async () => {
    using maker = new ThumbnailMaker();
    await maker.make({ bytes, source: "whole", pixels: 64 });
  });
  deepStrictEqual(await reach(making, root), []);

  const [saving] = await permissionsOf(async () => {
    const service = new SaveWorkers(dir.path);
    const stream = service.open();
    const block = service.memory.take(bytes.length);
    await stream.update(block);
    ok(await stream.digest());
    service.close();
  });
  deepStrictEqual(await reach(saving, root), ["read there", "write there"]);
});
