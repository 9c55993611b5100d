/** What is different for those who are not trusted: time is a number here, and nothing waits. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { TokenBucket } from "../../lib/tracker/token_bucket.ts";
import { limit } from "../../lib/tracker/tracker_limits.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import type { TrackerRules } from "../../lib/tracker/tracker_rules.ts";
import { addressScope, sourceKey } from "../../lib/protocol/network.ts";
import { viewFor } from "../../lib/tracker/view.ts";
import type { Dial, DialResult } from "../../lib/tracker/dials.ts";
import { bytes, CAT, DOG } from "../protocol/arbitraries.ts";

const FORMAT = "ERR INVALID_MESSAGE_FORMAT";
const PASSWORD = "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
/** A public address: the documentation ranges count as public (RFC 5737). */
const PUB = "203.0.113.7";
const MINUTE = 60_000;

/** A tracker whose clock stands where it is put, and whose dial-backs are answered by hand. */
class Bench {
  readonly tracker: Tracker;
  /** Of those who wait to be listed. */
  readonly dials: Dial[] = [];
  /** Of those who are listed already. */
  readonly looks: Dial[] = [];
  now = 0;

  constructor(rules: TrackerRules = {}) {
    this.tracker = new Tracker(rules);
  }

  say(host: string, request: string, via: "udp" | "tcp" = "udp", port = 40_000): string | null {
    const { replies: [reply], dials } = this.tracker.handle(bytes(request), { host, port }, this.now, via);
    for (const dial of dials) (dial.peer.listed ? this.looks : this.dials).push(dial);
    return reply ? new TextDecoder().decode(reply.bytes) : null;
  }

  /** Answers the oldest dial-back, and returns the replies that waited. */
  dialled(result: DialResult): string[] {
    const { replies, dials } = this.tracker.dialled(this.dials.shift()!, result, this.now);
    this.dials.push(...dials);
    return replies.map(({ to, bytes }) => `${to.host}:${to.port} ${new TextDecoder().decode(bytes)}`);
  }

  /** Lets time pass, and tries those whose lease is over. */
  pass(ms: number, result: DialResult): string[] {
    for (const dial of this.looks.splice(0)) this.tracker.dialled(dial, "untried", this.now);
    this.now += ms;
    return this.tracker.due(this.now).dials.flatMap((dial) => {
      const { event } = this.tracker.dialled(dial, result, this.now);
      return event ? [event.kind] : [];
    });
  }
}

Deno.test("the scope of an address follows from its range", () => {
  const table: [string, string][] = [
    ["127.0.0.1", "loopback"],
    ["127.9.9.9", "loopback"],
    ["::1", "loopback"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["172.32.0.1", "public"],
    ["192.168.1.1", "private"],
    ["169.254.1.1", "private"],
    ["fe80::1", "private"],
    ["fd00::1", "private"],
    ["100.64.0.1", "public"],
    ["203.0.113.7", "public"],
    ["8.8.8.8", "public"],
    ["2001:db8::1", "public"],
    ["2606:4700::1111", "public"],
  ];
  for (const [host, where] of table) strictEqual(addressScope(host), where, host);
  strictEqual(sourceKey("2001:db8:1:2:3::4"), sourceKey("2001:db8:1:2:ffff::9"));
  strictEqual(sourceKey("2001:db8:1:2::1") === sourceKey("2001:db8:1:3::1"), false);
});

Deno.test("a public peer is listed only after the tracker has reached its port", () => {
  const bench = new Bench();
  strictEqual(bench.say(PUB, `REG pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
  strictEqual(bench.say("10.0.0.1", "LST"), "ERR NO_IMAGES_AVAILABLE");
  deepStrictEqual(bench.dials.map(({ address }) => address), [{ host: PUB, port: 5000 }]);
  bench.dialled("accepted");
  strictEqual(bench.say("10.0.0.1", "LST"), `${CAT},cat.png,${PUB}:5000`);
});

Deno.test("a public peer that cannot be reached is never listed, and is tried again when it renews", () => {
  const bench = new Bench();
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  bench.dialled("refused");
  strictEqual(bench.say("10.0.0.1", "LST"), "ERR NO_IMAGES_AVAILABLE");
  strictEqual(bench.say(PUB, `UPD pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
  strictEqual(bench.dials.length, 1);
  bench.dialled("accepted");
  strictEqual(bench.say("10.0.0.1", "LST"), `${CAT},cat.png,${PUB}:5000`);
});

Deno.test("a public client that registers and lists at once gets its list after its port was reached", () => {
  const bench = new Bench();
  for (let i = 0; i < 20; i++) bench.say("10.0.0.1", `REG pw ${5000 + i} ${`${i}`.padStart(32, "0")},${i}.png`);
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say(PUB, "LST", "udp", 40_001), null);
  strictEqual(bench.say(PUB, "LST", "udp", 40_001), null, "repeated: still one answer");
  strictEqual(bench.say(PUB, "LST", "udp", 40_002), null);
  const late = bench.dialled("accepted");
  deepStrictEqual(
    late.map((it) => it.slice(0, 18)),
    [`${PUB}:40001`, `${PUB}:40002`].map((it) => `${it} 0`.slice(0, 18)),
  );
  ok(late[0].endsWith(`${CAT},cat.png,${PUB}:5000`));
  ok(bench.say(PUB, "LST")!.length > 1_000, "proven: at once from now on");
});

Deno.test("a client that waits for a list but cannot be reached gets REGISTER_FIRST, and so does one that never registered", () => {
  const bench = new Bench();
  for (let i = 0; i < 20; i++) bench.say("10.0.0.1", `REG pw ${5000 + i} ${`${i}`.padStart(32, "0")},${i}.png`);
  strictEqual(bench.say("198.51.100.9", "LST"), "ERR REGISTER_FIRST");
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say(PUB, "LST"), null);
  deepStrictEqual(bench.dialled("refused"), [`${PUB}:40000 ERR REGISTER_FIRST`]);
  strictEqual(bench.say(PUB, "LST"), "ERR REGISTER_FIRST");
  bench.say(PUB, `REG pw 5001 ${CAT},cat.png`);
  strictEqual(bench.say(PUB, "LST"), null);
  bench.say(PUB, "END pw 5001");
  deepStrictEqual(bench.dialled("accepted"), [`${PUB}:40000 ERR REGISTER_FIRST`], "it left meanwhile");
});

Deno.test("the answer to an unverified public address is at most three times its request on the wire", () => {
  const bench = new Bench();
  for (let i = 0; i < 50; i++) bench.say("10.0.0.1", `REG pw ${5000 + i} ${`${i}`.padStart(32, "0")},${i}.png`);
  const HEADERS = 28;
  const requests = [
    "LST",
    "LST\0",
    "",
    "x",
    `LST${"\n".repeat(500)}`,
    "END a 5000",
    "UPD a 5000 ",
    `REG a 80 ${CAT},x`,
    "REG a 1025 ",
  ];
  for (const [i, request] of requests.entries()) {
    const reply = bench.say(`203.0.113.${i + 1}`, request);
    const [asked, answered] = [request.length + HEADERS, reply === null ? 0 : bytes(reply).length + HEADERS];
    ok(answered <= 3 * asked, `${JSON.stringify(request.slice(0, 20))}: ${answered} bytes for ${asked}`);
  }
});

Deno.test("a TCP connection verifies an address, and carries the whole list", () => {
  const bench = new Bench();
  for (let i = 0; i < 1_500; i++) bench.say("10.0.0.1", `REG pw ${5000 + i} ${`${i}`.padStart(32, "0")},${i}.png`);
  strictEqual(bench.say(PUB, "LST", "tcp")!.split(";").length, 1_500);
  ok(bench.say(PUB, "LST", "udp")!.length > 60_000);
  bench.now += 11 * MINUTE;
  strictEqual(bench.say(PUB, "LST", "udp"), "ERR REGISTER_FIRST", "a proof grows old");
});

Deno.test("a public REG does not replace a registration with another password, a private one does", () => {
  const bench = new Bench();
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say(PUB, `REG other 5000 ${DOG},dog.png`), PASSWORD);
  strictEqual(bench.say(PUB, `REG pw 5000 ${DOG},dog.png`), "OK 1_REGISTERED_IMAGES");
  bench.say("10.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say("10.0.0.1", `REG other 5000 ${DOG},dog.png`), "OK 1_REGISTERED_IMAGES");
});

Deno.test("a public peer cannot register or move to a port below 1024", () => {
  const bench = new Bench();
  strictEqual(bench.say(PUB, `REG pw 80 ${CAT},cat.png`), FORMAT);
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say(PUB, `UPD pw 443 ${CAT},cat.png`), FORMAT);
  strictEqual(bench.say("10.0.0.1", `REG pw 80 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
});

Deno.test("a public peer that moves to another port has to be reached there", () => {
  const bench = new Bench();
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  bench.dialled("accepted");
  bench.say(PUB, `UPD pw 5001 ${CAT},cat.png`);
  strictEqual(bench.say("10.0.0.1", "LST"), "ERR NO_IMAGES_AVAILABLE");
  deepStrictEqual(bench.dials.map(({ address }) => address.port), [5001]);
  bench.dialled("accepted");
  strictEqual(bench.say("10.0.0.1", "LST"), `${CAT},cat.png,${PUB}:5001`);
});

Deno.test("a peer that moves while its old port is being dialled has to be reached at the new one", () => {
  const bench = new Bench();
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  bench.say(PUB, `UPD pw 6000 ${CAT},cat.png`);
  bench.dialled("accepted");
  strictEqual(bench.say("10.0.0.1", "LST"), "ERR NO_IMAGES_AVAILABLE");
  deepStrictEqual(bench.dials.map(({ address }) => address.port), [6000]);
  bench.dialled("accepted");
  strictEqual(bench.say("10.0.0.1", "LST"), `${CAT},cat.png,${PUB}:6000`);
});

Deno.test("forged UPDs verify nothing: an unverified entry neither renews nor outlives its lease", () => {
  const bench = new Bench({ leaseMs: 3 * MINUTE });
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  bench.dialled("refused");
  bench.now += 2 * MINUTE;
  strictEqual(bench.say(PUB, `UPD pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_FILES");
  strictEqual(bench.tracker.registry.at({ host: PUB, port: 5000 })?.verified, false);
  bench.dialled("refused");
  deepStrictEqual(bench.pass(2 * MINUTE, "accepted"), [], "nobody is dialled for it");
  strictEqual(bench.tracker.registry.peers, 0);
});

Deno.test("an UPD right after its REG verifies nothing, but one after half a minute does", () => {
  const bench = new Bench();
  const verified = (): boolean => bench.tracker.registry.at({ host: "10.0.0.1", port: 5000 })!.verified;
  bench.say("10.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  bench.say("10.0.0.1", `UPD pw 5000 ${CAT},cat.png`);
  strictEqual(verified(), false);
  bench.now += MINUTE;
  bench.say("10.0.0.1", `UPD pw 5000 ${CAT},cat.png`);
  strictEqual(verified(), true);
});

Deno.test("the bytes of a list count, but never delay a short answer", () => {
  const bench = new Bench();
  for (let i = 0; i < 200; i++) {
    const images = Array.from({ length: 300 }, (_, j) => `${`${i * 300 + j}`.padStart(32, "0")},${j}.png`).join(";");
    bench.say("10.0.0.1", `REG pw ${5000 + i} ${images}`, "tcp");
  }
  ok(bench.say(PUB, "LST", "tcp")!.length > limit("answer bytes a second, public source") * 10);
  strictEqual(bench.say(PUB, "LST", "tcp"), null);
  strictEqual(bench.say(PUB, `REG pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
});

Deno.test("one source cannot fill the tracker with images", () => {
  const bench = new Bench();
  const images = Array.from({ length: 40_000 }, (_, i) => `${`${i}`.padStart(32, "0")},x`).join(";");
  for (const port of [5000, 5001]) {
    strictEqual(bench.say("10.0.0.1", `REG pw ${port} ${images}`, "tcp"), "OK 40000_REGISTERED_IMAGES");
  }
  strictEqual(bench.say("10.0.0.1", `REG pw 5002 ${images}`, "tcp"), "ERR TOO_MANY_IMAGES");
  strictEqual(bench.say("10.0.0.1", `REG pw 5001 ${images}`, "tcp"), "OK 40000_REGISTERED_IMAGES");
});

Deno.test("a flood of sources does not remove a verified peer", () => {
  const bench = new Bench();
  for (let i = 0; i < 50; i++) bench.say("10.0.0.1", `REG pw ${5000 + i} ${`${i}`.padStart(32, "0")},${i}.png`);
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  bench.dialled("accepted");
  for (let i = 0; i < 70_000; i++) {
    bench.say(`198.18.${i >> 8 & 255}.${i & 255}`.replace("198.18", `${11 + (i >> 16)}.18`), "x");
  }
  ok(bench.say(PUB, "LST")!.includes(CAT));
});

Deno.test("--open trusts every address, and --strict none", () => {
  const open = new Bench({ trust: "open" });
  open.say(PUB, `REG pw 80 ${CAT},cat.png`);
  strictEqual(open.say(PUB, "LST"), `${CAT},cat.png,${PUB}:80`);
  const strict = new Bench({ trust: "strict" });
  strictEqual(strict.say("127.0.0.1", `REG pw 80 ${CAT},cat.png`), FORMAT);
  strict.say("127.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  strictEqual(strict.say("127.0.0.1", "LST", "tcp"), "ERR NO_IMAGES_AVAILABLE");
  strict.dialled("accepted");
  strictEqual(strict.say("127.0.0.1", "LST"), `${CAT},cat.png,127.0.0.1:5000`);
});

Deno.test("a new private peer is listed at once, and dialled once so that a firewall is reported", () => {
  const bench = new Bench();
  const addresses = (): Dial["address"][] => bench.looks.map(({ address }) => address);
  bench.say("10.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.say("10.0.0.2", "LST"), `${CAT},cat.png,10.0.0.1:5000`);
  deepStrictEqual(addresses(), [{ host: "10.0.0.1", port: 5000 }]);
  const { event } = bench.tracker.dialled(bench.looks[0], "refused", bench.now);
  deepStrictEqual(event, { kind: "unreachable", peer: { host: "10.0.0.1", port: 5000 }, listed: true });
  strictEqual(bench.say("10.0.0.2", "LST"), `${CAT},cat.png,10.0.0.1:5000`, "listed all the same");
  bench.say("10.0.0.1", `REG pw 5000 ${DOG},dog.png`);
  bench.say("10.0.0.1", `UPD pw 5000 ${CAT},cat.png`);
  bench.say("10.0.0.1", `UPD pw 5001 ${CAT},cat.png`);
  strictEqual(bench.looks.length, 1, "not when it is known already");
  bench.say("10.0.0.1", "END pw 5001");
  bench.say("10.0.0.1", `REG pw 5001 ${CAT},cat.png`);
  bench.say("fd00::7", `REG pw 5000 ${CAT},cat.png`);
  deepStrictEqual(addresses().slice(1), [{ host: "10.0.0.1", port: 5001 }, { host: "fd00::7", port: 5000 }]);
  bench.say("127.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.looks.length, 3, "nor one beside the tracker");
  const open = new Bench({ trust: "open" });
  open.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(open.looks.length, 0, "nor anybody's address, which may be forged");
});

Deno.test("dials of private peers are limited, and leave room for peers that wait to be listed", () => {
  const bench = new Bench();
  const [most, atOnce] = [limit("dial-backs a minute, private source"), limit("dial-backs at once") / 2];
  for (let i = 0; i < 2 * most; i++) {
    strictEqual(bench.say("10.0.0.1", `REG pw ${2000 + i} ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
    for (const dial of bench.looks.slice(i)) bench.tracker.dialled(dial, "accepted", bench.now);
  }
  strictEqual(bench.looks.length, most);
  for (let i = 0; i < 2 * atOnce; i++) bench.say(`10.1.${i >> 8}.${i & 255}`, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.looks.length, most + atOnce);
  bench.say(PUB, `REG pw 5000 ${CAT},cat.png`);
  strictEqual(bench.dials.length, 1);
});

Deno.test("a lease that is not renewed ends unless the port answers", () => {
  const bench = new Bench({ leaseMs: 3 * MINUTE });
  bench.say("10.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  bench.say("10.0.0.2", `REG pw 5000 ${DOG},dog.png`);
  deepStrictEqual(bench.pass(2 * MINUTE, "refused"), []);
  bench.say("10.0.0.2", `UPD pw 5000 ${DOG},dog.png`);
  deepStrictEqual(bench.pass(MINUTE, "accepted"), ["answered"], "a baseline client that is still there");
  deepStrictEqual(bench.pass(2 * MINUTE, "refused"), ["lapsed"], "the other one, renewed two minutes after it began");
  strictEqual(bench.say("10.0.0.3", "LST"), `${CAT},cat.png,10.0.0.1:5000`);
  deepStrictEqual(bench.pass(MINUTE, "untried"), [], "could not be tried: kept");
  deepStrictEqual(bench.pass(1_000, "refused"), [], "not tried again at once");
  deepStrictEqual(bench.pass(19_000, "refused"), ["lapsed"]);
  strictEqual(bench.tracker.registry.peers, 0);
});

Deno.test("an infinite lease never ends", () => {
  const bench = new Bench({ leaseMs: Infinity });
  bench.say("10.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  deepStrictEqual(bench.pass(1e12, "refused"), []);
});

Deno.test("a source that asks too often gets no answer, and others are not affected", () => {
  const bench = new Bench();
  const rate = limit("requests a second, public source");
  const answers = Array.from({ length: rate * 20 }, () => bench.say(PUB, "x")).filter((it) => it !== null).length;
  ok(answers >= rate * 9 && answers <= rate * 11, `${answers}`);
  strictEqual(bench.say("198.51.100.9", "x"), FORMAT);
  strictEqual(bench.say("10.0.0.1", "x"), FORMAT);
  bench.now += 10_000;
  strictEqual(bench.say(PUB, "x"), FORMAT, "after a while it is answered again");
});

Deno.test("all addresses of a /64 are one source", () => {
  const bench = new Bench();
  const rate = limit("requests a second, public source");
  for (let i = 0; i < rate * 20; i++) bench.say(`2001:db8::${(i + 1).toString(16)}`, "x");
  strictEqual(bench.say("2001:db8::ffff", "x"), null);
  strictEqual(bench.say("2001:db8:0:1::1", "x"), FORMAT);
});

Deno.test("after many wrong passwords even the right one is not checked for a while", () => {
  const bench = new Bench();
  bench.say(PUB, `REG right 5000 ${CAT},cat.png`);
  for (let i = 0; i <= limit("wrong passwords a minute, public source"); i++) {
    strictEqual(bench.say(PUB, `END w${i} 5000`), PASSWORD);
  }
  strictEqual(bench.say(PUB, "END right 5000"), PASSWORD);
  bench.now += MINUTE;
  strictEqual(bench.say(PUB, "END right 5000"), "OK CLIENT_FINISHED");
});

Deno.test("a forged REG causes no flood of connections to its victim", () => {
  const bench = new Bench();
  for (let i = 0; i < 32; i++) bench.say(PUB, `REG pw ${5000 + i} ${CAT},cat.png`);
  for (let i = 0; i < 1_000; i++) {
    bench.now += 50;
    bench.say(PUB, `REG pw ${5000 + i % 32} ${CAT},cat.png`);
    while (bench.dials.length > 40) bench.dialled("refused");
  }
  ok(bench.dials.length <= 2 * limit("dial-backs a minute, public source"), `${bench.dials.length}`);
});

Deno.test("limits on registrations and images are refused with their own reasons", () => {
  const bench = new Bench();
  const most = limit("registrations, public source");
  for (let i = 0; i < most; i++) strictEqual(bench.say(PUB, `REG pw ${5000 + i} `), "OK 0_REGISTERED_IMAGES");
  strictEqual(bench.say(PUB, `REG pw ${5000 + most} `), "ERR TOO_MANY_REGISTRATIONS");
  strictEqual(bench.say(PUB, `REG pw 5000 ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES", "those who are there stay");
  const many = Array.from({ length: limit("images of a registration") + 1 }, (_, i) => `${`${i}`.padStart(32, "0")},x`);
  strictEqual(bench.say("10.0.0.1", `REG pw 5000 ${many.join(";")}`, "tcp"), "ERR TOO_MANY_IMAGES");
  many.pop();
  strictEqual(bench.say("10.0.0.1", `REG pw 5000 ${many.join(";")}`, "tcp"), `OK ${many.length}_REGISTERED_IMAGES`);
  many.push(`${CAT},cat.png`);
  strictEqual(bench.say("10.0.0.1", `UPD pw 5000 ${many.join(";")}`, "tcp"), "ERR TOO_MANY_IMAGES");
});

Deno.test("a token bucket holds its size and fills at its rate", () => {
  const bucket = new TokenBucket(10, 20, 0);
  strictEqual(Array.from({ length: 30 }, () => bucket.take(1, 0)).filter(Boolean).length, 20);
  strictEqual(bucket.take(1, 99), true);
  strictEqual(bucket.take(1, 100), false);
  strictEqual(new TokenBucket(1, 1, 0).take(1_000, 0), true, "one large answer passes");
});

Deno.test("a peer on the tracker's machine is listed to each host with an address that it can reach", () => {
  const own = [
    { host: "127.0.0.1", prefix: 8 },
    { host: "192.168.7.1", prefix: 24 },
    { host: "10.9.0.1", prefix: 16 },
    { host: "fe80::1", prefix: 64 },
    { host: "fd00:7::1", prefix: 64 },
  ];
  const bench = new Bench({ own });
  bench.say("127.0.0.1", `REG pw 5000 ${CAT},cat.png`);
  bench.say("::1", `REG pw 6000 ${DOG},dog.png`);
  strictEqual(bench.say("127.0.0.1", "LST"), `${CAT},cat.png,127.0.0.1:5000`);
  strictEqual(bench.say("::1", "LST"), `${CAT},cat.png,127.0.0.1:5000;${DOG},dog.png,[::1]:6000`);
  strictEqual(
    bench.say("192.168.7.1", "LST"),
    `${CAT},cat.png,127.0.0.1:5000`,
    "the same machine, by its other address",
  );
  strictEqual(bench.say("192.168.7.9", "LST"), `${CAT},cat.png,192.168.7.1:5000`);
  strictEqual(bench.say("10.9.200.9", "LST"), `${CAT},cat.png,10.9.0.1:5000`);
  strictEqual(bench.say("172.16.0.9", "LST"), `${CAT},cat.png,192.168.7.1:5000`, "another network: the first address");
  strictEqual(bench.say("fd00:7::9", "LST"), `${CAT},cat.png,192.168.7.1:5000;${DOG},dog.png,[fd00:7::1]:6000`);
  bench.tracker.setOwn([{ host: "192.168.7.200", prefix: 24 }]);
  strictEqual(
    bench.say("192.168.7.9", "LST"),
    `${CAT},cat.png,192.168.7.200:5000`,
    "the machine has another address now",
  );
  deepStrictEqual(viewFor("10.0.0.1", []), { ipv6: false, here: { ipv4: null, ipv6: null } });
});

Deno.test("lists are the same however they were updated", () => {
  const bench = new Bench();
  const fresh = (): string => {
    const copy = new Bench();
    for (const block of bench.tracker.registry.blocks) {
      for (const image of block.images) {
        for (const { address } of image?.holders ?? []) {
          const images = bench.tracker.registry.at(address)!.announced();
          copy.say(address.host, `REG pw ${address.port} ${images.map(({ md5, name }) => `${md5},${name}`).join(";")}`);
        }
      }
    }
    return copy.say("10.0.0.9", "LST", "tcp")!;
  };
  const set = (list: string): string[] => list.split(";").map((it) => it.split(",").toSorted().join()).toSorted();
  let state = 7;
  const random = (below: number): number => (state = Math.imul(state, 48_271) >>> 0) % below;
  for (let step = 0; step < 600; step++) {
    const port = 5000 + random(40);
    const images = Array.from({ length: random(12) }, () => random(400)).map((i) =>
      `${`${i}`.padStart(32, "0")},${i}.png`
    );
    bench.say(
      "10.0.0.1",
      random(4) === 0 ? `END pw ${port}` : `${random(2) ? "REG" : "UPD"} pw ${port} ${images.join(";")}`,
    );
    if (step % 20 === 0) deepStrictEqual(set(bench.say("10.0.0.9", "LST", "tcp")!), set(fresh()), `step ${step}`);
  }
});
