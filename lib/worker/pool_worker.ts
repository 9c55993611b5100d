/** A worker of a pool: starts it, passes requests and answers, and ends it. */

/** What a worker receives. */
export interface ToWorker<Request> {
  readonly id: number;
  readonly request: Request;
}

/**
 * What a worker sends: first the flag of its thread (busy.ts), then progress and an answer to each request, or its end.
 */
export type FromWorker<Answer, Progress> =
  | { readonly kind: "ready"; readonly flag: SharedArrayBuffer }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "crashed"; readonly message: string };

/** Timeouts, in milliseconds; no timeout if one is left out. */
export interface PoolTimeouts {
  /** For a worker to start. */
  readonly start?: number;
  /** For an answer or progress: a worker that sends neither is stuck. */
  readonly answer?: number;
  /** For the next request: a worker that gets none is ended. */
  readonly idle?: number;
}

/** How a worker is started. */
export interface WorkerStart {
  /** The module that runs in the worker and calls `serve`. */
  readonly module: URL;
  /** All that the worker may do. */
  readonly permissions: Deno.PermissionOptionsObject;
  readonly timeouts?: PoolTimeouts;
}

/** Why a request has no answer. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /**
   * `stuck`: its worker sent nothing in time; `blocked`: no worker was free in time, since a stuck one has not ended;
   * `crashed`: its worker failed; `closed`: the pool was closed.
   */
  readonly kind: "stuck" | "blocked" | "crashed" | "closed";

  constructor(kind: WorkerError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A request, and the promise of its answer. */
export interface Job<Request, Answer, Progress> extends PromiseWithResolvers<Answer> {
  readonly request: Request;
  readonly onProgress?: (progress: Progress) => void;
}

/** A running worker and its requests. */
export class PoolWorker<Request, Answer, Progress> {
  /** By number, in the order in which they were sent. */
  readonly jobs = new Map<number, Job<Request, Answer, Progress>>();
  readonly #worker: Worker;
  readonly #timeouts: PoolTimeouts;
  readonly #onEnd: (error: WorkerError | null) => void;
  /** Raised while the worker computes; `null` before it has started. */
  #flag: SharedArrayBuffer | null = null;
  #lastId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTerminated = false;

  /**
   * @param onAnswer Called after each answer.
   * @param onEnd Called when the worker should be ended: it failed, is stuck, or was idle for too long (`null`).
   */
  constructor(start: WorkerStart, onAnswer: () => void, onEnd: (error: WorkerError | null) => void) {
    const { module, permissions, timeouts = {} } = start;
    [this.#timeouts, this.#onEnd] = [timeouts, onEnd];
    this.#worker = new Worker(module, { type: "module", deno: { permissions } });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker<Answer, Progress>>) => {
      if (data.kind === "crashed") return this.#crash(data.message);
      this.#receive(data);
      if (this.#isTerminated) return; // By the receiver of progress.
      this.#watch();
      if (data.kind === "answer") onAnswer();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(event.message);
    };
  }

  /** Sends the worker a request, at once or when it has started. */
  add(job: Job<Request, Answer, Progress>): void {
    const id = ++this.#lastId;
    this.jobs.set(id, job);
    if (this.#flag) this.#send(id, job);
    if (this.jobs.size === 1) this.#watch();
  }

  #send(id: number, { request }: Job<Request, Answer, Progress>): void {
    this.#worker.postMessage({ id, request } satisfies ToWorker<Request>);
  }

  #receive(message: Exclude<FromWorker<Answer, Progress>, { kind: "crashed" }>): void {
    if (message.kind === "ready") {
      this.#flag = message.flag;
      this.jobs.forEach((job, id) => this.#send(id, job));
      return;
    }
    const job = this.jobs.get(message.id);
    if (message.kind === "progress") return job?.onProgress?.(message.progress);
    this.jobs.delete(message.id);
    job?.resolve(message.answer);
  }

  #crash(message: string): void {
    this.#onEnd(new WorkerError("crashed", `a worker failed: ${message}`));
  }

  /** Starts the timeout for its next answer, or for its next request. */
  #watch(): void {
    clearTimeout(this.#timer);
    const { start, answer, idle } = this.#timeouts;
    const isIdle = this.jobs.size === 0;
    const timeout = isIdle ? idle : this.#flag ? answer : start;
    if (timeout === undefined) return;
    const end = isIdle ? null : new WorkerError("stuck", "a worker did not answer in time");
    this.#timer = setTimeout(this.#onEnd, timeout, end);
  }

  /**
   * Terminates the worker, whatever it is doing.
   *
   * @returns The flag that shows when it has ended, if it had a request.
   */
  terminate(): SharedArrayBuffer | null {
    this.#isTerminated = true;
    clearTimeout(this.#timer);
    this.#worker.onmessage = null; // Messages sent before may still arrive.
    this.#worker.terminate();
    return this.jobs.size > 0 ? this.#flag : null;
  }
}
