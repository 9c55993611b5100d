/** Computes MD5s of received bytes and saves small images, in the calling thread or in workers. */
import { BlockPool } from "../../net/block_pool.ts";
import { absolutePath } from "../../net/io.ts";
import { newMd5 } from "../../hash/md5.ts";
import { WorkerPool } from "../../worker/pool.ts";
import { type Saved, saveSmall, type SmallImage } from "./save_small.ts";

/** The MD5 of a stream that arrives in blocks. */
export interface StreamMd5 {
  /** Adds the next bytes, from the beginning of a block; they must not change until this resolves. */
  update(bytes: Uint8Array): Promise<unknown> | void;
  /** The MD5 of all bytes, 32 lower-case hexadecimal digits; nothing can be added afterwards. */
  digest(): Promise<string>;
  drop(): void;
}

export interface SaveService {
  /** The MD5 of a new stream. */
  open(): StreamMd5;
  /** Memory for the blocks. */
  readonly memory: BlockPool;
  /** Saves an image, the first bytes of a block; throws system errors. */
  save(image: SmallImage, bytes: Uint8Array): Promise<Saved>;
}

/** Works in the calling thread, which is simple, and right for a few images. */
export const SAVE_HERE: SaveService = {
  open: () => {
    const md5 = newMd5();
    return {
      update: (bytes) => void md5.update(bytes),
      digest: () => Promise.resolve(md5.digest("hex")),
      drop: () => {},
    };
  },
  memory: new BlockPool((bytes) => new ArrayBuffer(bytes)),
  save: saveSmall,
};

/** A request to a worker: to add a block to a stream, to end or drop the stream, or to save an image. */
export type SaveRequest =
  | {
    readonly kind: "block";
    readonly stream: number;
    readonly isFirst: boolean;
    readonly memory: SharedArrayBuffer;
    readonly length: number;
  }
  | { readonly kind: "end" | "drop"; readonly stream: number }
  | { readonly kind: "save"; readonly image: SmallImage; readonly memory: SharedArrayBuffer; readonly length: number };

/** Its answer: the MD5 of a stream that ended, or the result of saving an image. */
export interface SaveAnswer {
  readonly md5?: string;
  readonly saved?: Saved;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The most workers: each processes as much as a fast disk writes. */
const MAX_WORKERS = 4;

/** Saves in workers, which start with the first request and end with {@link SaveWorkers.close}. */
export class SaveWorkers implements SaveService {
  /** With one worker each, since all blocks of a stream must go to the same one. */
  readonly #pools: readonly WorkerPool<SaveRequest, SaveAnswer>[];
  /** Memory shared with the workers. */
  readonly memory: BlockPool = new BlockPool((bytes) => new SharedArrayBuffer(bytes));
  #streams = 0;
  #isClosed = false;

  /** @param directory The only one in which the workers may save images; default: any. */
  constructor(directory?: string) {
    const files = directory === undefined ? "inherit" as const : [absolutePath(directory)];
    const options = {
      module: new URL("./save_worker.ts", import.meta.url),
      permissions: { read: files, write: files, net: false, run: false, ffi: false, sys: false, env: false },
      maxWorkers: 1,
      maxRequests: Infinity, // Several images wait for the disk at the same time.
    };
    const count = Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency >> 1));
    this.#pools = Array.from({ length: count }, () => new WorkerPool<SaveRequest, SaveAnswer>(options));
  }

  open(): StreamMd5 {
    if (this.#isClosed) return SAVE_HERE.open();
    const stream = ++this.#streams;
    const pool = this.#poolOf(stream);
    let isOpen = false;
    return {
      update: ({ buffer, length }) => {
        const isFirst = !isOpen;
        isOpen = true;
        return ask(pool, { kind: "block", stream, isFirst, memory: buffer as SharedArrayBuffer, length });
      },
      digest: async () => {
        if (!isOpen) return newMd5().digest("hex");
        isOpen = false;
        return (await ask(pool, { kind: "end", stream })).md5!;
      },
      drop: () => {
        if (isOpen) pool.request({ kind: "drop", stream }).catch(() => {}); // The stream was lost with its worker.
        isOpen = false;
      },
    };
  }

  /** Saves an image, the first bytes of a block; throws system errors. */
  async save(image: SmallImage, { buffer, length }: Uint8Array): Promise<Saved> {
    const pool = this.#poolOf(++this.#streams);
    return (await ask(pool, { kind: "save", image, memory: buffer as SharedArrayBuffer, length })).saved!;
  }

  #poolOf(stream: number): WorkerPool<SaveRequest, SaveAnswer> {
    return this.#pools[stream % this.#pools.length];
  }

  /** Ends the workers; running requests fail. */
  close(): void {
    this.#isClosed = true;
    this.#pools.forEach((pool) => pool[Symbol.dispose]());
  }
}

async function ask(pool: WorkerPool<SaveRequest, SaveAnswer>, request: SaveRequest): Promise<SaveAnswer> {
  const answer = await pool.request(request);
  if (answer.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
  return answer;
}
