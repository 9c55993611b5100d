/** What a stranger may send to the port of a gallery, byte by byte: all of it is refused or closed, and changes nothing. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { answerGallery } from "../../../../lib/app/gallery/server/routes.ts";
import type { GalleryRefusal } from "../../../../lib/app/gallery/api.ts";
import { serveHttp } from "../../../../lib/net/http.ts";
import { namesIn, soon } from "../../../support.ts";
import { type GalleryRequests, HOST, openGallery } from "./open_gallery.ts";

/** A gallery on a port. */
async function openPort(): Promise<GalleryRequests & { port: number; cookie: string; token: string }> {
  await using held = new AsyncDisposableStack();
  const it = held.use(await openGallery());
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = new AbortController();
  const limits = { most: 256, ofSource: 64 };
  const serving = serveHttp(
    listener,
    ending.signal,
    limits,
    (request) => answerGallery(request, it.gallery, it.access),
  );
  held.defer(() => (ending.abort(), serving));
  const { cookie, viewToken, token } = it.access;
  const moved = held.move();
  return {
    ...it,
    port: listener.addr.port,
    cookie: `${cookie}=${viewToken}`,
    token,
    [Symbol.asyncDispose]: () => moved[Symbol.asyncDispose](),
  };
}

/** The bytes that come back when these are sent. */
async function exchange(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = new TextEncoder().encode(text);
  const answer = new Response(conn.readable).text().catch(() => ""); // A reset.
  try {
    for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
  } catch {
    // It was closed before the end.
  }
  return await soon(answer, "an end");
}

const CLOSED = 0;

Deno.test("no byte of a stranger gets more than a refusal with a reason, or changes anything", async () => {
  await using it = await openPort();
  const host = `Host: ${HOST}\r\n`;
  const known = `${host}Cookie: ${it.cookie}\r\nAuthorization: Bearer ${it.token}\r\n`;
  const ours = `${known}Origin: http://${HOST}\r\nContent-Type: application/json\r\n`;
  const off = '{"on":false}';
  const table: [what: string, request: string, status: number][] = [
    ["an absolute address", `GET http://${HOST}/api/state HTTP/1.1\r\n${known}\r\n`, 400],
    ["an address of another site", `GET http://evil.example/ HTTP/1.1\r\n${known}\r\n`, 400],
    ["an asterisk", `OPTIONS * HTTP/1.1\r\n${known}\r\n`, 400],
    ["a tunnel", `CONNECT evil.example:80 HTTP/1.1\r\n${known}\r\n`, 400],
    ["an echo", `TRACE / HTTP/1.1\r\n${known}\r\n`, 400],
    ["another echo", `TRACK / HTTP/1.1\r\n${known}\r\n`, 400],
    ["a method of nobody", `BREW / HTTP/1.1\r\n${ours}\r\n`, 405],
    ["a preflight", `OPTIONS /api/share HTTP/1.1\r\n${known}Origin: http://evil.example\r\n\r\n`, 403],
    ["its own preflight", `OPTIONS /api/share HTTP/1.1\r\n${ours}\r\n`, 405],
    ["no Host", `GET / HTTP/1.1\r\nCookie: ${it.cookie}\r\n\r\n`, 421],
    ["no Host, as once", `GET / HTTP/1.0\r\nCookie: ${it.cookie}\r\n\r\n`, 421],
    ["two of Host", `GET / HTTP/1.1\r\n${known}Host: evil.example\r\n\r\n`, 421],
    ["the same Host twice", `GET / HTTP/1.1\r\n${known}${host}\r\n`, 421],
    ["a rebinding name", `GET / HTTP/1.1\r\nHost: evil.example:4000\r\nCookie: ${it.cookie}\r\n\r\n`, 421],
    ["no cookie", `GET / HTTP/1.1\r\n${host}\r\n`, 403],
    ["no cookie for events", `GET /api/events HTTP/1.1\r\n${host}\r\n`, 403],
    ["HEAD without a cookie", `HEAD / HTTP/1.1\r\n${host}\r\n`, 403],
    ["HTTP of 2015", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["a upgrade to WebSocket", `GET / HTTP/1.1\r\n${host}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`, 403],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
    ["both lengths", post("Content-Length: 12\r\nTransfer-Encoding: chunked\r\n", `${off}0\r\n\r\n`), 411],
    ["both lengths, the other way", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `c\r\n${off}`), 411],
    ["chunks", post("Transfer-Encoding: chunked\r\n", `c\r\n${off}\r\n0\r\n\r\n`), 411],
    ["a bad chunk", post("Transfer-Encoding: chunked\r\n", `zz\r\n${off}`), 411],
    ["a coding of nobody", post("Transfer-Encoding: xchunked\r\n", off), 411],
    ["two lengths", post("Content-Length: 12\r\nContent-Length: 0\r\n", off), 400],
    ["a length twice", post("Content-Length: 12\r\nContent-Length: 12\r\n", off), 400],
    ["a length with a sign", post("Content-Length: +12\r\n", off), 400],
    ["a hexadecimal length", post("Content-Length: 0xc\r\n", off), 400],
    ["a list of lengths", post("Content-Length: 12, 12\r\n", off), 400],
    ["a blank before the colon", post("Content-Length : 12\r\n", off), 400],
    ["a folded line", `GET / HTTP/1.1\r\nHost:\r\n ${HOST}\r\n\r\n`, 400],
    ["a line without a colon", `GET / HTTP/1.1\r\n${known}nothing\r\n\r\n`, 400],
    ["a NUL in a header", `GET / HTTP/1.1\r\n${known}a: b\0c\r\n\r\n`, 400],
    ["a CR in a header", `GET / HTTP/1.1\r\n${known}a: b\rX: y\r\n\r\n`, 400],
    ["a body without its field", post("Content-Length: 2\r\n", "{}"), 400],
    ["a body that is cut off", post("Content-Length: 11\r\n", off), 400],
    ["a form", post("Content-Length: 12\r\n", off, "Content-Type: text/plain\r\n"), 415],
    ["a request in a request", post("Content-Length: 0\r\n", post("Content-Length: 12\r\n", off)), 400],
    ["a header of 20 KB", `GET / HTTP/1.1\r\n${known}a: ${"b".repeat(20_000)}\r\n\r\n`, CLOSED],
    ["a line of 20 KB", `GET /${"b".repeat(20_000)} HTTP/1.1\r\n\r\n`, CLOSED],
    ["3,000 headers", `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(3_000)}\r\n`, CLOSED],
    ["a megabyte without a line", "x".repeat(1 << 20), CLOSED],
  ];
  /** A change by the page itself, but for these headers. */
  function post(headers: string, body: string, type = ""): string {
    const own = type === "" ? ours : `${known}Origin: http://${HOST}\r\n${type}`;
    return `POST /api/reshare HTTP/1.1\r\n${own}${headers}\r\n${body}`;
  }
  for (const [what, request, status] of table) {
    const answer = await exchange(it.port, request);
    const [, found = CLOSED] = /^HTTP\/1\.1 (\d{3}) [A-Z]/.exec(answer) ?? [];
    strictEqual(Number(found), status, `${what}: ${answer}`);
    if (status === CLOSED) continue;
    strictEqual(answer.split("HTTP/1.1 ").length, 2, `${what}: one answer`);
    for (const header of ["content-security-policy: default-src 'none';", "x-content-type-options: nosniff"]) {
      ok(answer.includes(`\r\n${header}`), `${what}: ${header}`);
    }
    ok(!/access-control|set-cookie/i.test(answer), what);
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (request.startsWith("HEAD")) strictEqual(body, "");
    else ok(body.startsWith("{") ? (JSON.parse(body) as GalleryRefusal).reason : /^[A-Z].+\.\n$/.test(body), what);
  }
  deepStrictEqual([it.peer.reshares, await namesIn(it.directory)], [true, ["sunset.jpg"]]);
  match(await exchange(it.port, post("Content-Length: 12\r\n", off)), /^HTTP\/1\.1 204 /); // The table is not vacuous.
  strictEqual(it.peer.reshares, false);
});
