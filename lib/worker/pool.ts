/**
 * Workers that answer requests: what takes long, or is done with data of others, happens beside the main thread, with
 * narrow permissions, and a worker that is stuck is terminated.
 *
 * @module
 */
import { newFlag, TerminatedWorkers } from "./busy.ts";

/** What a worker receives. */
export type ToWorker<Request> =
  | { readonly kind: "flag"; readonly flag: SharedArrayBuffer }
  | { readonly kind: "request"; readonly id: number; readonly request: Request };

/** What a worker sends: first that it has started, then any number of reports and one answer for each request, or its end. */
export type FromWorker<Answer, Progress> =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "crashed"; readonly message: string };

/** How the workers of a pool are started, and how long they may take. */
export interface PoolOptions {
  /** The module that runs in each worker and calls `serve`. */
  readonly module: URL;
  /** All that a worker may do. */
  readonly permissions: Deno.PermissionOptionsObject;
  /** Most workers; each starts when there is a request for it. */
  readonly maxWorkers: number;
  /** Most requests that one worker has at a time: with two it need not wait for the next one. */
  readonly maxRequests: number;
  /** How long it waits; for ever where it is left out. */
  readonly timeouts?: PoolTimeouts;
}

/** Limits on waiting, in milliseconds. */
export interface PoolTimeouts {
  /** For a worker to start. */
  readonly start?: number;
  /** For an answer or progress: a worker that sends neither is stuck. */
  readonly answer?: number;
  /** For the next request, before an idle worker is ended. */
  readonly idle?: number;
}

/** How a request is made. */
export interface RequestOptions<Progress> {
  /** Receives what the worker reports before it answers. */
  readonly onProgress?: (progress: Progress) => void;
  /** Memory that is moved to the worker; only where `maxRequests` is 1, for it cannot be moved to another one then. */
  readonly transfer?: readonly Transferable[];
  /** Withdraws the request as long as no worker has it. */
  readonly signal?: AbortSignal;
}

/** Why a request has no answer. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /**
   * `stuck`: its worker sent nothing in time; `blocked`: none was free in time, since a stuck one has not ended;
   * `crashed`: its worker failed; `closed`: the pool was closed.
   */
  readonly kind: "stuck" | "blocked" | "crashed" | "closed";

  /** An error of this kind. */
  constructor(kind: WorkerError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** How often a pool checks whether a terminated worker has ended, in milliseconds. */
const CHECK_MS = 50;

/** By the workers' module: those of all pools that were terminated while they had a request. */
const terminated = new Map<string, TerminatedWorkers>();

interface Job<Request, Answer, Progress> extends PromiseWithResolvers<Answer> {
  readonly request: Request;
  readonly options: RequestOptions<Progress>;
}

interface PoolWorker<Request, Answer, Progress> {
  readonly worker: Worker;
  readonly flag: SharedArrayBuffer;
  isReady: boolean;
  /** The requests that it has, by their numbers, in the order in which they were made. */
  readonly jobs: Map<number, Job<Request, Answer, Progress>>;
  timer?: ReturnType<typeof setTimeout>;
}

/** Gives each request to the worker that has fewest. */
export class WorkerPool<Request, Answer, Progress = never> implements Disposable {
  readonly #options: PoolOptions;
  readonly #terminated: TerminatedWorkers;
  #workers: PoolWorker<Request, Answer, Progress>[] = [];
  /** Requests that no worker has yet. */
  #waiting: Job<Request, Answer, Progress>[] = [];
  #lastId = 0;
  /** Since when there is no worker and none may be started. */
  #blockedSince = Infinity;
  #check: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** A pool that has not started a worker yet. */
  constructor(options: PoolOptions) {
    this.#options = options;
    const { href } = options.module;
    this.#terminated = terminated.get(href) ?? new TerminatedWorkers();
    terminated.set(href, this.#terminated);
  }

  /**
   * The answer to a request.
   *
   * @throws {WorkerError} When there is none; the signal's reason.
   */
  request(request: Request, options: RequestOptions<Progress> = {}): Promise<Answer> {
    const job = { request, options, ...Promise.withResolvers<Answer>() };
    const { signal } = options;
    if (this.#isClosed) job.reject(new WorkerError("closed", "the workers have ended"));
    else if (signal?.aborted) job.reject(signal.reason);
    else {
      signal?.addEventListener("abort", () => this.#withdraw(job), { once: true });
      this.#waiting.push(job);
      this.#assign();
    }
    return job.promise;
  }

  #withdraw(job: Job<Request, Answer, Progress>): void {
    if (!this.#waiting.includes(job)) return;
    this.#waiting = this.#waiting.filter((it) => it !== job);
    job.reject(job.options.signal?.reason);
  }

  #assign(): void {
    clearTimeout(this.#check);
    while (this.#waiting.length > 0) {
      const worker = this.#freeWorker();
      if (!worker) return;
      const [id, job] = [++this.#lastId, this.#waiting.shift()!];
      worker.jobs.set(id, job);
      if (worker.isReady) send(worker.worker, id, job);
      if (worker.jobs.size === 1) this.#watch(worker);
    }
  }

  /** A worker that can take a request; a new one only when the others have enough, for a start takes long. */
  #freeWorker(): PoolWorker<Request, Answer, Progress> | null {
    const { maxWorkers, maxRequests } = this.#options;
    const [least] = this.#workers.toSorted((a, b) => a.jobs.size - b.jobs.size);
    if (least && least.jobs.size < maxRequests) return least;
    if (this.#workers.length >= maxWorkers) return null;
    if (this.#terminated.isAnyBusy) return this.#block();
    this.#blockedSince = Infinity;
    return this.#start();
  }

  /** Waits until a terminated worker has ended, but not for ever where no other can take the requests. */
  #block(): null {
    const now = performance.now();
    this.#blockedSince = this.#workers.length > 0 ? Infinity : Math.min(this.#blockedSince, now);
    if (now - this.#blockedSince <= (this.#options.timeouts?.answer ?? Infinity)) {
      this.#check = setTimeout(() => this.#assign(), CHECK_MS);
      return null;
    }
    const jobs = this.#waiting.splice(0);
    this.#blockedSince = Infinity;
    jobs.forEach(({ reject }) => reject(new WorkerError("blocked", "a worker that is stuck has not ended")));
    return null;
  }

  #start(): PoolWorker<Request, Answer, Progress> {
    const { module, permissions } = this.#options;
    const worker = new Worker(module, { type: "module", deno: { permissions } });
    const started = { worker, flag: newFlag(), isReady: false, jobs: new Map() };
    worker.onmessage = ({ data }: MessageEvent<FromWorker<Answer, Progress>>) => {
      this.#receive(started, data);
      this.#watch(started);
      this.#assign();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(started, event.message);
    };
    this.#workers.push(started);
    return started;
  }

  #receive(from: PoolWorker<Request, Answer, Progress>, message: FromWorker<Answer, Progress>): void {
    if (message.kind === "ready") {
      from.isReady = true;
      from.worker.postMessage({ kind: "flag", flag: from.flag } satisfies ToWorker<Request>);
      from.jobs.forEach((job, id) => send(from.worker, id, job));
      return;
    }
    if (message.kind === "crashed") return this.#crash(from, message.message);
    const job = from.jobs.get(message.id);
    if (message.kind === "progress") return job?.options.onProgress?.(message.progress);
    from.jobs.delete(message.id);
    job?.resolve(message.answer);
  }

  #crash(worker: PoolWorker<Request, Answer, Progress>, message: string): void {
    this.#end(worker);
    worker.jobs.forEach(({ reject }) => reject(new WorkerError("crashed", `a worker failed: ${message}`)));
    this.#assign();
  }

  /** Begins to wait for what the worker sends next. */
  #watch(worker: PoolWorker<Request, Answer, Progress>): void {
    clearTimeout(worker.timer);
    if (!this.#workers.includes(worker)) return;
    const { start, answer, idle } = this.#options.timeouts ?? {};
    const isIdle = worker.jobs.size === 0;
    const timeout = isIdle ? idle : worker.isReady ? answer : start;
    if (timeout === undefined) return;
    worker.timer = setTimeout(() => isIdle ? this.#end(worker) : this.#giveUp(worker), timeout);
  }

  /** Ends a worker that is stuck with the first of its requests; others take the rest. */
  #giveUp(worker: PoolWorker<Request, Answer, Progress>): void {
    this.#end(worker);
    const [first, ...rest] = worker.jobs.values();
    this.#waiting = [...rest, ...this.#waiting];
    first.reject(new WorkerError("stuck", "a worker did not answer in time"));
    this.#assign();
  }

  #end(ended: PoolWorker<Request, Answer, Progress>): void {
    clearTimeout(ended.timer);
    ended.worker.onmessage = null; // What it sent before may still be on its way.
    ended.worker.terminate();
    if (ended.isReady && ended.jobs.size > 0) this.#terminated.add(ended.flag);
    this.#workers = this.#workers.filter((it) => it !== ended);
  }

  /** Ends the workers, whatever they are doing; requests that have no answer yet get none. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#check);
    const jobs = [...this.#workers.flatMap((it) => [...it.jobs.values()]), ...this.#waiting.splice(0)];
    this.#workers.forEach((worker) => this.#end(worker));
    jobs.forEach(({ reject }) => reject(new WorkerError("closed", "the workers have ended")));
  }
}

function send<Request, Answer, Progress>(worker: Worker, id: number, job: Job<Request, Answer, Progress>): void {
  const { request, options: { transfer = [] } } = job;
  worker.postMessage({ kind: "request", id, request } satisfies ToWorker<Request>, [...transfer]);
}
