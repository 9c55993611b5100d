/** What people do to images. */
import { post } from "./requests.ts";
import { notify, words } from "./store.ts";

export type ImageAction = "download" | "cancel" | "pause" | "resume" | "share" | "unshare";

/** Does something to images; a failure is shown. */
export async function act(action: ImageAction, md5s: Iterable<string>): Promise<void> {
  await attempt(() => post(action, { md5s: [...md5s] }));
}

/** Does something to the whole queue, or sets whether downloads are shared. */
export async function actOnAll(action: "pause" | "resume" | "retry" | "reshare", body: object = {}): Promise<void> {
  await attempt(() => post(action, body));
}

async function attempt(request: () => Promise<void>): Promise<void> {
  try {
    await request();
  } catch (error) {
    notify(words.value.failed(error instanceof Error ? error.message : ""), true);
  }
}
