/** Requests to the client. */
import type { GalleryRefusal } from "../../api.ts";
import { token } from "./token.ts";

/** The client refused a request; its message is a sentence for people. */
export class RefusedError extends Error {
  constructor(readonly status: number, reason: string) {
    super(reason);
  }
}

/** What the client answers to a GET, as JSON. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return await (await send(path, { signal })).json();
}

export async function post(action: string, body: object): Promise<void> {
  await send(`/api/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Sends a request; throws {@link RefusedError} where the answer is no success, and `TypeError` without an answer. */
export async function send(
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token()}` } });
  if (!response.ok) throw new RefusedError(response.status, await reasonIn(response));
  return response;
}

/** Why there is no picture under this path; "" where there is one. */
export async function reasonFor(path: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(path, { signal });
    if (!response.ok) return await reasonIn(response);
    await response.body?.cancel();
    return "";
  } catch {
    return "";
  }
}

async function reasonIn(response: Response): Promise<string> {
  try {
    const { reason }: Partial<GalleryRefusal> = await response.json();
    return reason || `${response.status}`;
  } catch {
    return `${response.status}`;
  }
}
