/**
 * Where the MD5s of what comes are taken and small images saved: in the calling thread, or in workers beside it.
 *
 * @module
 */
import { absolutePath } from "../../net/io.ts";
import { newMd5 } from "../../hash/md5.ts";
import { type Saved, saveSmall, type SmallImage } from "./save_small.ts";

/** The MD5 of a stream whose bytes come in blocks. */
export interface StreamMd5 {
  /** Takes in the next bytes, the first of a block; they must stay as they are until this resolves. The order counts. */
  update(bytes: Uint8Array): Promise<unknown> | void;
  /** The MD5 of all bytes, 32 lower-case hexadecimal digits; nothing can be added after it. */
  digest(): Promise<string>;
  /** Gives it up. */
  drop(): void;
}

/** Takes MD5s and saves small images. */
export interface SaveService {
  /** The MD5 of a new stream, of no bytes yet. */
  open(): StreamMd5;
  /** Memory for a block. */
  memory(bytes: number): Uint8Array;
  /** Saves an image, the first bytes of a block; throws the system's errors. */
  save(image: SmallImage, bytes: Uint8Array): Promise<Saved>;
}

/** Does it where it is called: simple, and right for a few images. */
export const SAVE_HERE: SaveService = {
  open: () => {
    const md5 = newMd5();
    return {
      update: (bytes) => void md5.update(bytes),
      digest: () => Promise.resolve(md5.digest("hex")),
      drop: () => {},
    };
  },
  memory: (bytes) => new Uint8Array(bytes),
  save: saveSmall,
};

/** What a worker is told. */
export type ToWorker =
  & { readonly stream: number }
  & (
    | { readonly kind: "block"; readonly memory: SharedArrayBuffer; readonly length: number }
    | {
      readonly kind: "save";
      readonly image: SmallImage;
      readonly memory: SharedArrayBuffer;
      readonly length: number;
    }
    | { readonly kind: "end" | "drop" }
  );

/** What it answers: that a block was taken in, the MD5 at the end, or what became of an image. */
export interface FromWorker {
  readonly stream: number;
  readonly md5?: string;
  readonly saved?: Saved;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Most workers: each takes in as much as a fast disk writes. */
const MAX_WORKERS = 4;

/** Does it in workers, which start with the first work and end with {@link SaveWorkers.close}. */
export class SaveWorkers implements SaveService {
  readonly #directory: string | undefined;
  readonly #workers: Worker[] = [];
  /** For each stream, who waits for the answers to what was sent, in that order. */
  readonly #waiting = new Map<number, PromiseWithResolvers<FromWorker>[]>();
  #streams = 0;
  #closed = false;

  /**
   * Workers that have not started.
   *
   * @param directory The only one in which they may save images; any when left out.
   */
  constructor(directory?: string) {
    this.#directory = directory;
  }

  /** The MD5 of a new stream, of no bytes yet. */
  open(): StreamMd5 {
    if (this.#closed) return SAVE_HERE.open();
    const stream = ++this.#streams;
    this.#waiting.set(stream, []);
    return {
      update: ({ buffer, length }) => this.#ask({ kind: "block", stream, memory: buffer as SharedArrayBuffer, length }),
      digest: async () => {
        const { md5 } = await this.#ask({ kind: "end", stream });
        this.#waiting.delete(stream);
        return md5!;
      },
      drop: () => {
        if (this.#waiting.delete(stream) && !this.#closed) this.#worker(stream).postMessage({ kind: "drop", stream });
      },
    };
  }

  /** Memory that the workers see too. */
  memory(bytes: number): Uint8Array {
    return new Uint8Array(new SharedArrayBuffer(bytes));
  }

  /** Saves an image, the first bytes of a block; throws the system's errors. */
  async save(image: SmallImage, { buffer, length }: Uint8Array): Promise<Saved> {
    const stream = ++this.#streams;
    this.#waiting.set(stream, []);
    const { saved, error } = await this.#ask({
      kind: "save",
      stream,
      image,
      memory: buffer as SharedArrayBuffer,
      length,
    });
    this.#waiting.delete(stream);
    if (saved) return saved;
    throw Object.assign(new Error(error?.message), { code: error?.code });
  }

  /** Ends the workers; what is under way never ends. */
  close(): void {
    this.#closed = true;
    this.#workers.forEach((worker) => worker.terminate());
    this.#waiting.clear();
  }

  #ask(message: ToWorker): Promise<FromWorker> {
    const answer = Promise.withResolvers<FromWorker>();
    this.#waiting.get(message.stream)?.push(answer);
    this.#worker(message.stream).postMessage(message);
    return answer.promise;
  }

  /** Each stream has its worker. */
  #worker(stream: number): Worker {
    const number = stream % Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency >> 1));
    return this.#workers[number] ??= this.#start();
  }

  #start(): Worker {
    const files = this.#directory === undefined ? "inherit" as const : [absolutePath(this.#directory)];
    const none = { net: false, run: false, ffi: false, sys: false, env: false };
    const url = new URL("./save_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module", deno: { permissions: { ...none, read: files, write: files } } });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.#waiting.get(data.stream)?.shift()?.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      delete this.#workers[this.#workers.indexOf(worker)]; // The next stream starts another.
      const failure = new Error(`the worker that saves images failed: ${event.message}`);
      for (const waiting of this.#waiting.values()) waiting.splice(0).forEach(({ reject }) => reject(failure));
    };
    return worker;
  }
}
