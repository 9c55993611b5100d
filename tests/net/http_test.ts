import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type HttpHandler, serveHttp } from "../../lib/net/http.ts";
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

Deno.test("ten thousand idle connections do not block others", async () => {
  await using it = echo();
  const open: Deno.TcpConn[] = [];
  using _open = { [Symbol.dispose]: () => open.forEach((conn) => conn.close()) };
  for (let i = 0; i < 100; i++) {
    const connecting = Array.from({ length: 100 }, () => Deno.connect({ hostname: "127.0.0.1", port: it.port }));
    open.push(...await Promise.all(connecting));
    open.splice(0, open.length - 500).forEach((conn) => conn.close()); // More than it keeps, and few descriptors here.
  }
  strictEqual(await (await fetch(`http://127.0.0.1:${it.port}/`)).text(), "GET / */*");
});

Deno.test("answered connections that stay open do not block others", async () => {
  await using it = echo();
  using stack = new DisposableStack();
  for (let i = 0; i < 40; i++) {
    const conn = stack.use(await Deno.connect({ hostname: "127.0.0.1", port: it.port }));
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    await soon(conn.read(new Uint8Array(1_000)), "an answer");
  }
});

/** A server with this handler; closed when the test ends. */
function serve(handle: HttpHandler, waitMs?: number): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = new AbortController();
  const serving = serveHttp(listener, ending.signal, { most: 64, ofSource: 16, waitMs }, handle);
  return { port: listener.addr.port, [Symbol.asyncDispose]: () => (ending.abort(), serving) };
}

Deno.test("bodies arrive as streams, and are refused without a length", async () => {
  await using it = serve(async (request) => new Response(`${(await request.bytes()).length}`));
  const url = `http://127.0.0.1:${it.port}/`;
  const large = new Uint8Array(3_000_000);
  strictEqual(await (await fetch(url, { method: "PUT", body: large })).text(), "3000000");
  strictEqual(await (await fetch(url, { method: "POST", body: "" })).text(), "0");
  const stream = new Blob([large]).stream();
  strictEqual(await (await fetch(url, { method: "PUT", body: stream })).text(), "Length Required.\n");
  match(await exchange(it.port, "PUT / HTTP/1.1\r\ncontent-length: -1\r\n\r\n"), /^HTTP\/1\.1 400 /);
});

Deno.test("a body that is cut off is an error for its reader", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  await using it = serve(async (request) => {
    await request.bytes().catch(reject);
    return new Response();
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  await conn.write(new TextEncoder().encode("PUT / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc"));
  conn.close();
  await rejects(soon(promise, "the end"), /cut off/);
});

Deno.test("a stream is sent while it is made, and its source ends when the reader is gone", async () => {
  const gone = Promise.withResolvers<void>();
  let send: (text: string) => void = () => {};
  await using it = serve((request) => {
    request.signal.addEventListener("abort", () => gone.resolve());
    const body = new ReadableStream<string>({ start: (it) => void (send = (text) => it.enqueue(text)) });
    return new Response(body.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream" },
    });
  });
  const reader = new AbortController();
  const response = await fetch(`http://127.0.0.1:${it.port}/`, { signal: reader.signal });
  const parts = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  for (const text of ["one", "two"]) {
    send(text);
    strictEqual((await soon(parts.next(), text)).value, text);
  }
  reader.abort();
  await rejects(parts.next());
  await soon(gone.promise, "the signal");
});

Deno.test("a stream that fails does not look complete", async () => {
  await using it = serve(() => {
    const body = new ReadableStream({
      start(controller): void {
        controller.enqueue(new Uint8Array(5));
      },
      pull: () => Promise.reject(new Error("no more")),
    });
    return new Response(body, { headers: { "content-length": "10" } });
  });
  await rejects(async () => await (await fetch(`http://127.0.0.1:${it.port}/`)).bytes());
});

const WAIT_MS = 300;

Deno.test("whoever sends or reads too slowly is disconnected, however it is done", async () => {
  const large = new Uint8Array(32 << 20);
  await using it = serve(async (request) => {
    await request.bytes();
    return new Response(large);
  }, WAIT_MS);
  const slow: [what: string, head: string, then: string][] = [
    ["sends nothing", "", ""],
    ["sends a line byte by byte", "", "G"],
    ["sends ever more headers", "GET / HTTP/1.1\r\n", "a: b\r\n"],
    ["stops in a body", "PUT / HTTP/1.1\r\ncontent-length: 9\r\n\r\nx", ""],
  ];
  const began = performance.now();
  await Promise.all(slow.map(async ([what, head, then]) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
    const send = (text: string): Promise<unknown> => conn.write(new TextEncoder().encode(text)).catch(() => {});
    await send(head);
    const sending = then === "" ? undefined : setInterval(() => send(then), 50);
    using _sending = { [Symbol.dispose]: () => clearInterval(sending) };
    strictEqual(await soon(conn.read(new Uint8Array(100)), what).catch(() => null), null, what);
    ok(performance.now() - began >= WAIT_MS - 50, what);
  }));
  using silent = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  await silent.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  const isOpen = async (): Promise<boolean> => await silent.write(new Uint8Array(1)).then(() => true, () => false);
  while (await isOpen()) await delay(20); // It reads nothing of a large answer.
});
