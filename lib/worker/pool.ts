/**
 * Runs long computations, and those on untrusted data, in workers beside the main thread, with narrow permissions. A
 * worker that is stuck is terminated.
 */
import { TerminatedWorkers } from "./busy.ts";
import { type Job, PoolWorker, WorkerError, type WorkerStart } from "./pool_worker.ts";

/** How the workers of a pool are started, and how many. */
export interface PoolOptions extends WorkerStart {
  /** The most workers; each starts when a request needs it. */
  readonly maxWorkers: number;
  /** The most requests that a worker has at a time: with two, it need not wait for the next one. */
  readonly maxRequests: number;
}

export interface RequestOptions<Progress> {
  /** Receives what the worker reports before it answers. */
  readonly onProgress?: (progress: Progress) => void;
  /** Withdraws the request if no worker has it yet. */
  readonly signal?: AbortSignal;
}

/** How often a pool checks whether a terminated worker has ended, in milliseconds. */
const CHECK_MS = 50;

/** By module: the workers of all pools that were terminated while they had a request. */
const terminated = new Map<string, TerminatedWorkers>();

/** Gives each request to the worker with the fewest. */
export class WorkerPool<Request, Answer, Progress = never> implements Disposable {
  readonly #options: PoolOptions;
  readonly #terminated: TerminatedWorkers;
  readonly #workers = new Set<PoolWorker<Request, Answer, Progress>>();
  /** Requests that no worker has yet. */
  #waiting: Job<Request, Answer, Progress>[] = [];
  /** Since when no worker runs and none may be started. */
  #blockedSince = Infinity;
  #check: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { href } = options.module;
    this.#terminated = terminated.get(href) ?? new TerminatedWorkers();
    terminated.set(href, this.#terminated);
  }

  /**
   * Sends a request to a worker and returns the answer.
   *
   * @throws {WorkerError} If there is no answer; the signal's reason.
   */
  request(request: Request, { onProgress, signal }: RequestOptions<Progress> = {}): Promise<Answer> {
    const job = { request, onProgress, ...Promise.withResolvers<Answer>() };
    if (this.#isClosed) job.reject(closed());
    else if (signal?.aborted) job.reject(signal.reason);
    else {
      const withdraw = (): void => this.#withdraw(job, signal?.reason);
      const settled = (): void => signal?.removeEventListener("abort", withdraw);
      signal?.addEventListener("abort", withdraw);
      job.promise.then(settled, settled); // The signal may outlive the request.
      this.#waiting.push(job);
      this.#assign();
    }
    return job.promise;
  }

  #withdraw(job: Job<Request, Answer, Progress>, reason: unknown): void {
    if (!this.#waiting.includes(job)) return;
    this.#waiting = this.#waiting.filter((it) => it !== job);
    job.reject(reason);
  }

  #assign(): void {
    clearTimeout(this.#check);
    while (this.#waiting.length > 0) {
      const worker = this.#freeWorker();
      if (!worker) return;
      worker.add(this.#waiting.shift()!);
    }
  }

  /** A worker that can take a request; starts one only if the others have enough requests, since a start takes long. */
  #freeWorker(): PoolWorker<Request, Answer, Progress> | null {
    const { maxWorkers, maxRequests } = this.#options;
    const [least] = [...this.#workers].sort((a, b) => a.jobs.size - b.jobs.size);
    if (least && least.jobs.size < maxRequests) return least;
    if (this.#workers.size >= maxWorkers) return null;
    if (this.#terminated.isAnyBusy) return this.#block();
    this.#blockedSince = Infinity;
    return this.#start();
  }

  /** Waits until a terminated worker has ended; if no other worker can take the requests, only for a limited time. */
  #block(): null {
    const now = performance.now();
    this.#blockedSince = this.#workers.size > 0 ? Infinity : Math.min(this.#blockedSince, now);
    if (now - this.#blockedSince <= (this.#options.timeouts?.answer ?? Infinity)) {
      this.#check = setTimeout(() => this.#assign(), CHECK_MS);
      return null;
    }
    this.#blockedSince = Infinity;
    const error = new WorkerError("blocked", "a worker that is stuck has not ended");
    this.#waiting.splice(0).forEach(({ reject }) => reject(error));
    return null;
  }

  #start(): PoolWorker<Request, Answer, Progress> {
    const worker: PoolWorker<Request, Answer, Progress> = new PoolWorker(
      this.#options,
      () => this.#assign(),
      (error) => this.#end(worker, error),
    );
    this.#workers.add(worker);
    return worker;
  }

  /** Ends a worker. If it is stuck, its first request fails as the cause, and others take the rest. */
  #end(worker: PoolWorker<Request, Answer, Progress>, error: WorkerError | null): void {
    this.#workers.delete(worker);
    const flag = worker.terminate();
    if (flag) this.#terminated.add(flag);
    const failed = [...worker.jobs.values()];
    if (error?.kind === "stuck") this.#waiting = [...failed.splice(1), ...this.#waiting];
    failed.forEach(({ reject }) => reject(error));
    this.#assign();
  }

  /** Ends all workers, whatever they are doing; unanswered requests fail. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#check);
    this.#waiting.splice(0).forEach(({ reject }) => reject(closed()));
    this.#workers.forEach((worker) => this.#end(worker, closed()));
  }
}

function closed(): WorkerError {
  return new WorkerError("closed", "the workers have ended");
}
