import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { serveHttp } from "../../lib/net/http.ts";
import { soon } from "../support.ts";

/** A server that answers each request with what it asks for; closed when the test ends. */
function echo(): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = new AbortController();
  const serving = serveHttp(listener, ending.signal, { most: 64, ofSource: 16 }, (request) => {
    const { pathname, search } = new URL(request.url);
    const body = `${request.method} ${pathname}${search} ${request.headers.get("accept")}`;
    return new Response(body, { status: pathname === "/no" ? 404 : 200, headers: { "x-of": "the test" } });
  });
  return { port: listener.addr.port, [Symbol.asyncDispose]: () => (ending.abort(), serving) };
}

/** All that comes when these pieces are sent. */
async function exchange(port: number, ...pieces: string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay();
  for (const piece of pieces) await conn.write(new TextEncoder().encode(piece));
  const text = new Response(conn.readable).text();
  return await soon(text, "an end");
}

Deno.test("requests of browsers and programs are answered, whole or byte by byte", async () => {
  await using it = echo();
  const url = `http://127.0.0.1:${it.port}`;
  const response = await fetch(`${url}/a%20b?c=d`, { headers: { accept: "text/html" } });
  deepStrictEqual([response.status, response.headers.get("x-of")], [200, "the test"]);
  strictEqual(await response.text(), "GET /a%20b?c=d text/html");
  const missing = await fetch(`${url}/no`, { method: "POST", body: "x".repeat(1_000) });
  deepStrictEqual([missing.status, await missing.text()], [404, "POST /no */*"]);
  const head = await fetch(url, { method: "HEAD" });
  deepStrictEqual([head.headers.get("content-length"), await head.text()], ["10", ""]);
  const request = "GET /x HTTP/1.0\r\nAccept: y\r\n\r\n";
  match(await exchange(it.port, ...request), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nGET \/x y$/);
});

Deno.test("an invalid request is refused, an endless one is closed", async () => {
  await using it = echo();
  for (
    const wrong of [
      "LST",
      "GET",
      "GET  HTTP/1.1",
      "GET http://a/ HTTP/1.1",
      "G\0T / HTTP/1.1",
      "TRACE / HTTP/1.1",
      "GET / HTTP/1.1\r\n: x",
    ]
  ) {
    match(await exchange(it.port, `${wrong}\r\n\r\n`), /^HTTP\/1\.1 400 Bad Request\r\n/, wrong);
  }
  strictEqual(await exchange(it.port, `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(3_000)}`).catch(() => ""), "");
});

Deno.test("idle connections do not block others", async () => {
  await using it = echo();
  using stack = new DisposableStack();
  for (let i = 0; i < 100; i++) stack.use(await Deno.connect({ hostname: "127.0.0.1", port: it.port }));
  strictEqual(await (await fetch(`http://127.0.0.1:${it.port}/`)).text(), "GET / */*");
});
