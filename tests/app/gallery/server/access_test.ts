import { match, strictEqual } from "node:assert/strict";
import { admit, cookieHeader, hostHeader, newAccess } from "../../../../lib/app/gallery/server/access.ts";

const access = newAccess(["127.0.0.1:4000", "localhost:4000"], 4_000, true);
const cookie = `${access.cookie}=${access.viewToken}`;
const authorization = `Bearer ${access.token}`;
const good = { host: "127.0.0.1:4000", cookie, authorization };

Deno.test("only the person with the token is admitted, by an address of this server, from its own page", () => {
  type Row = [what: string, path: string, method: string, headers: Record<string, string>, expected: unknown];
  const table: Row[] = [
    ["the page", "/", "GET", good, "admitted"],
    ["by name", "/", "GET", { ...good, host: "localhost:4000" }, "admitted"],
    ["typed by a person", "/", "GET", { ...good, "sec-fetch-site": "none" }, "admitted"],
    ["its own script", "/api/share", "POST", {
      ...good,
      origin: "http://127.0.0.1:4000",
      "sec-fetch-site": "same-origin",
    }, "admitted"],
    ["its own script, in a browser without that header", "/api/files/a.gif", "PUT", {
      ...good,
      origin: "http://127.0.0.1:4000",
    }, "admitted"],
    ["a cookie among others", "/", "GET", { ...good, cookie: `a=b; ${cookie}; c=d` }, "admitted"],
    ["the address with the token", `/?token=${access.token}`, "GET", { host: good.host }, "sign-in"],
    ["no cookie", "/", "GET", { host: good.host }, 403],
    ["a cookie alone to look", "/api/images", "GET", { host: good.host, cookie }, "admitted"],
    ...["", cookie, access.token, `Bearer ${access.viewToken}`, `${authorization}x`].map((authorization) =>
      [`a change with “${authorization}”`, "/api/share", "POST", {
        ...good,
        authorization,
        origin: "http://127.0.0.1:4000",
      }, 403] satisfies Row
    ),
    ["a change with a cookie alone", "/api/share", "POST", {
      host: good.host,
      cookie,
      origin: "http://127.0.0.1:4000",
    }, 403],
    ["a change with the token alone", "/api/share", "POST", {
      host: good.host,
      authorization,
      origin: "http://127.0.0.1:4000",
    }, 403],
    ["the token as a cookie", "/", "GET", { ...good, cookie: `${access.cookie}=${access.token}` }, 403],
    ["the cookie of an earlier start", "/", "GET", {
      ...good,
      cookie: `${access.cookie}=${newAccess([], 4_000, true).viewToken}`,
    }, 403],
    ["the cookie twice, a wrong one first", "/", "GET", { ...good, cookie: `${access.cookie}=x; ${cookie}` }, 403],
    ["a part of the token", "/", "GET", { ...good, cookie: cookie.slice(0, -1) }, 403],
    ["the token as a header", "/", "GET", { host: good.host, authorization }, 403],
    ["the token in the path", `/${access.token}`, "GET", { host: good.host }, 403],
    ["the token under another name", `/?t=${access.token}`, "GET", { host: good.host }, 403],
    ["the token after a wrong one", `/?token=x&token=${access.token}`, "GET", good, 403],
    ["a wrong token", "/?token=x", "GET", good, 403],
    ["an empty token", "/?token=", "GET", good, 403],
    ["a token for another path", `/api/state?token=${access.token}`, "GET", { host: good.host }, 403],
    ["a token in a form post", `/?token=${access.token}`, "POST", { host: good.host }, 403],
    ["a wrong cookie", "/", "GET", { ...good, cookie: `${access.cookie}=x` }, 403],
    ["a cookie of another port", "/", "GET", { ...good, cookie: cookie.replace("4000", "4001") }, 403],
    ["a rebinding name", "/", "GET", { ...good, host: "evil.example:4000" }, 421],
    ["another port", "/", "GET", { ...good, host: "127.0.0.1:80" }, 421],
    ["no host", "/", "GET", { cookie }, 421],
    ["no port", "/", "GET", { ...good, host: "127.0.0.1" }, 421],
    ["upper case, which no browser sends", "/", "GET", { ...good, host: "LOCALHOST:4000" }, 421],
    ["a trailing dot", "/", "GET", { ...good, host: "localhost.:4000" }, 421],
    ["IPv6 where none is open", "/", "GET", { ...good, host: "[::1]:4000" }, 421],
    ["IPv4 written as IPv6", "/", "GET", { ...good, host: "[::ffff:127.0.0.1]:4000" }, 421],
    ["IPv4 as one number", "/", "GET", { ...good, host: "2130706433:4000" }, 421],
    ["another loopback address", "/", "GET", { ...good, host: "127.0.0.2:4000" }, 421],
    ["a rebinding name with the token", `/?token=${access.token}`, "GET", { host: "evil.example:4000" }, 421],
    ["two hosts", "/", "GET", { ...good, host: "127.0.0.1:4000, evil.example" }, 421],
    ["another origin", "/api/share", "POST", { ...good, origin: "http://evil.example" }, 403],
    ["the origin of a file", "/api/share", "POST", { ...good, origin: "null" }, 403],
    ["the same host by https", "/api/share", "POST", { ...good, origin: "https://127.0.0.1:4000" }, 403],
    ["an origin without a port", "/api/share", "POST", { ...good, origin: "http://127.0.0.1" }, 403],
    ["an empty origin", "/api/share", "POST", { ...good, origin: "" }, 403],
    ["a change without an origin", "/api/share", "POST", good, 403],
    ["a file without an origin", "/api/files/a.gif", "PUT", { ...good, "sec-fetch-site": "same-origin" }, 403],
    ["a method that nothing has", "/", "DELETE", good, 403],
    ["a preflight", "/api/share", "OPTIONS", {
      host: good.host,
      origin: "http://evil.example",
      "access-control-request-method": "POST",
    }, 403],
    ["a change that a person typed", "/api/share", "POST", {
      ...good,
      origin: "http://127.0.0.1:4000",
      "sec-fetch-site": "none",
    }, 403],
    ["a site that no browser names", "/", "GET", { ...good, "sec-fetch-site": "same-origin, cross-site" }, 403],
    ["another name of ours", "/api/share", "POST", { ...good, origin: "http://localhost:4000" }, 403],
    ["a cross-site request", "/api/state", "GET", { ...good, "sec-fetch-site": "cross-site" }, 403],
    ["another port of this host", "/api/state", "GET", { ...good, "sec-fetch-site": "same-site" }, 403],
    ["an event stream from another origin", "/api/events", "GET", { ...good, origin: "http://evil.example" }, 403],
    [
      "a link on another site",
      `/?token=${access.token}`,
      "GET",
      { host: good.host, "sec-fetch-site": "cross-site" },
      403,
    ],
  ];
  for (const [what, path, method, headers, expected] of table) {
    strictEqual(admit(new Request(`http://localhost${path}`, { method, headers }), access), expected, what);
  }
});

Deno.test("each start has its own tokens, and its cookie is for no script and no other site", () => {
  match(access.token, /^[\w-]{22}$/);
  strictEqual(new Set([access, newAccess([], 1, true)].flatMap((it) => [it.token, it.viewToken])).size, 4);
  strictEqual(cookieHeader(access), `idp2pi-4000=${access.viewToken}; HttpOnly; SameSite=Strict; Path=/`);
});

Deno.test("hosts are written as browsers send them", () => {
  const table: [host: string, port: number, expected: string | null][] = [
    ["127.0.0.1", 4_000, "127.0.0.1:4000"],
    ["192.168.0.10", 80, "192.168.0.10"],
    ["0:0:0:0:0:0:0:1", 4_000, "[::1]:4000"],
    ["2001:DB8::0:1", 80, "[2001:db8::1]"],
    ["fe80::1%eth0", 4_000, null],
  ];
  for (const [host, port, expected] of table) strictEqual(hostHeader({ host, port }), expected, host);
});
