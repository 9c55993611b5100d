/** Where an engine is, as a person writes it, and what is never shown of it. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { withoutPassword } from "../../../lib/app/cli/options/values.ts";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";

const node = (host: string, port = 6_379): { host: string; port: number } => ({ host, port });
const plain = { tls: false, user: undefined, password: undefined, database: 0, prefix: "idp2pi" };
const direct = { sentinel: undefined, sentinelPassword: undefined };

Deno.test("addresses of engines", () => {
  const cases: [text: string, address: object | null][] = [
    ["redis://10.0.0.1", { ...plain, nodes: [node("10.0.0.1")] }],
    ["rediss://db.example:7000/3", { ...plain, tls: true, nodes: [node("db.example", 7_000)], database: 3 }],
    ["redis://[::1]:7000/?prefix=a.b", { ...plain, nodes: [node("::1", 7_000)], prefix: "a.b" }],
    ["redis://ana:p%40w:x@h", { ...plain, nodes: [node("h")], user: "ana", password: "p@w:x" }],
    ["redis://:100%@h", { ...plain, nodes: [node("h")], password: "100%" }],
    ["redis://ana@h", { ...plain, nodes: [node("h")], user: "ana" }],
    ["redis://a,b:1,[::1]", { ...plain, nodes: [node("a"), node("b", 1), node("::1")] }],
    ["redis://a,b:9?sentinel=main", { ...plain, nodes: [node("a", 26_379), node("b", 9)], sentinel: "main" }],
    ["redis://a:9?sentinel=m&sentinel-password=p+%26", {
      ...{ ...plain, nodes: [node("a", 9)] },
      ...{ sentinel: "m", sentinelPassword: "p+&" },
    }],
    ["redis://a?sentinel-password=x", null],
    ["redis://a,b/1", null],
    ["redis://", null],
    ["http://a", null],
    ["a:6379", null],
    ["redis://a:0", null],
    ["redis://a:65536", null],
    ["redis://a,,b", null],
    ["redis://a?prefix=", null],
    ["redis://a?prefix={x}", null],
    ["redis://a?sentinel=", null],
    ["redis://a?other=1", null],
  ];
  for (const [text, address] of cases) {
    deepStrictEqual(parseEngineAddress(text), address && { ...direct, ...address }, text);
  }
});

Deno.test("a password in an address is not shown, even in one with a mistake", () => {
  strictEqual(withoutPassword("redis://ana:secret@h:1/2"), "redis://ana:***@h:1/2");
  strictEqual(withoutPassword("redis://:secret@h"), "redis://:***@h");
  strictEqual(withoutPassword("redis:/ana:se@cret@h"), "redis:/ana:***@h");
  strictEqual(withoutPassword("ana:secret@h"), "ana:***@h");
  strictEqual(
    withoutPassword("redis://h?sentinel=m&sentinel-password=a@b:c"),
    "redis://h?sentinel=m&sentinel-password=***",
  );
  for (const text of ["redis://h:6379", "rediss://ana@h:6379", "h:6379"]) strictEqual(withoutPassword(text), text);
});
