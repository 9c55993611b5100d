/** Waits for several that answer, without waiting long for those that do not. */
import { pause } from "./pause.ts";

/**
 * The results of all; of those that are not settled this many milliseconds after the first was fulfilled, `null`.
 * Without a first one, all are waited for.
 */
export async function settleSoon<T>(
  all: readonly Promise<T>[],
  ms: number,
): Promise<(PromiseSettledResult<T> | null)[]> {
  const results: (PromiseSettledResult<T> | null)[] = all.map(() => null);
  const settled = Promise.all(all.map((one, i) =>
    one.then(
      (value) => void (results[i] = { status: "fulfilled", value }),
      (reason) => void (results[i] = { status: "rejected", reason }),
    )
  ));
  const over = new AbortController();
  const late = Promise.any(all).then(() => pause(ms, over.signal), () => settled);
  await Promise.race([settled, late]);
  over.abort();
  return results;
}
