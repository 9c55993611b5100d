/** What a browser does with the address of a gallery. */
import { strictEqual } from "node:assert/strict";

/** The cookie that the address of a gallery gives. */
export async function cookieOf(address: string): Promise<string> {
  const signedIn = await fetch(address, { redirect: "manual" });
  await signedIn.body?.cancel();
  strictEqual(signedIn.status, 303);
  return signedIn.headers.get("set-cookie")!.split(";")[0];
}

/** The events of a stream, as they arrive. */
export async function* eventsIn(
  response: Response,
): AsyncGenerator<{ readonly id: string; readonly event: string; readonly data: string }, void> {
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (text += part).split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split("\n"); // Nothing else ends a line; for a regular expression U+2028 does.
      const field = (name: string): string =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
      if (field("event")) yield { id: field("id"), event: field("event"), data: field("data") };
    }
  }
}

/** Requests as the page sends them. */
export async function visit(address: string): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const cookie = await cookieOf(address);
  return (path, init = {}) => {
    const { origin, searchParams } = new URL(address);
    const headers = { cookie, origin, authorization: `Bearer ${searchParams.get("token")}`, ...init.headers };
    return fetch(new URL(path, address), { ...init, headers });
  };
}
