/** The worker's side of {@link WorkerPool}. */
/// <reference lib="deno.worker" />
import { ownFlag } from "./busy.ts";
import type { FromWorker, ToWorker } from "./pool_worker.ts";

/**
 * Answers the requests of the pool that started this worker, each as it arrives: two may be running at the same time.
 * An exception in `answer` ends the worker.
 *
 * @param answer Its `report` sends progress, which also shows that the worker is not stuck.
 */
export function serve<Request, Answer, Progress = never>(
  answer: (request: Request, report: (progress: Progress) => void) => Promise<Answer> | Answer,
): void {
  const post = (message: FromWorker<Answer, Progress>): void => self.postMessage(message);
  self.onmessage = async ({ data: { id, request } }: MessageEvent<ToWorker<Request>>): Promise<void> => {
    try {
      const answered = await answer(request, (progress) => post({ kind: "progress", id, progress }));
      post({ kind: "answer", id, answer: answered });
    } catch (error) {
      post({ kind: "crashed", message: String(error) }); // Deno would print an uncaught error.
    }
  };
  post({ kind: "ready", flag: ownFlag });
}
