/** `CHG`: a list and what changed in it since give the list of now, whatever happened between. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { LiveList } from "../../lib/announce/list/live_list.ts";
import { parseChanges } from "../../lib/protocol/changes.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { parseList } from "../../lib/protocol/list.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import type { TrackerRules } from "../../lib/tracker/tracker_rules.ts";
import type { Dial, DialResult } from "../../lib/tracker/dials.ts";
import { bytes, CAT, DOG } from "../protocol/arbitraries.ts";

const LEASE_MS = 1_000;
const [ANA, BEN, PUBLIC, IPV6, HERE] = ["10.0.0.1", "10.0.0.2", "203.0.113.9", "fd00::7", "127.0.0.1"];
const HOSTS = [ANA, BEN, PUBLIC, IPV6, HERE];
const md5 = (i: number): string => i.toString(16).padStart(32, "0");
const image = (i: number, name = "a b"): string => `${md5(i)},${name}${i}.png`;
const isEmptyList = (text: string): boolean => text === "ERR NO_IMAGES_AVAILABLE";

/** A tracker that is asked over TCP. */
class Asked {
  readonly tracker: Tracker;
  now = 0;
  readonly #dials: Dial[] = [];

  constructor(rules: TrackerRules = {}) {
    this.tracker = new Tracker({ leaseMs: LEASE_MS, own: [{ host: "10.0.0.9", prefix: 24 }], ...rules });
  }

  ask(host: string, request: string): string {
    const { replies: [reply], dials } = this.tracker.handle(bytes(request), { host, port: 1 }, this.now, "tcp");
    this.#dials.push(...dials);
    return new TextDecoder().decode(reply?.bytes);
  }

  list(host: string): ListedImage[] {
    const text = this.ask(host, "LST");
    return isEmptyList(text) ? [] : parseList(text);
  }

  /** Lets time pass: leases end, and what is dialled answers so. */
  pass(ms: number, result: DialResult): void {
    this.now += ms;
    this.#dials.push(...this.tracker.due(this.now).dials);
    for (const dial of this.#dials.splice(0)) this.#dials.push(...this.tracker.dialled(dial, result, this.now).dials);
  }
}

/** A client that keeps its list by `CHG`, and beside it the images as its differences say. */
class Follower {
  readonly host: string;
  readonly list = new LiveList();
  readonly #images = new Map<string, ListedImage>();

  constructor(host: string) {
    this.host = host;
  }

  async follow(asked: Asked): Promise<string> {
    const text = asked.ask(this.host, `CHG ${this.list.version}`.trimEnd());
    const difference = await this.list.change(parseChanges(text)!);
    ok(difference, text);
    for (const md5 of difference.removed) ok(this.#images.delete(md5));
    for (const image of difference.changed) this.#images.set(image.md5, image);
    return text;
  }

  check(asked: Asked): void {
    const expected = asked.list(this.host);
    deepStrictEqual(this.list.listing, { images: expected, mayBeCut: false });
    deepStrictEqual(this.#images, new Map(expected.map((image) => [image.md5, image])));
  }
}

interface Step {
  readonly kind: "REG" | "UPD" | "END" | "pass" | "follow" | "move";
  readonly who: number;
  readonly from: number;
  readonly count: number;
  readonly flag: boolean;
}

function take(asked: Asked, { kind, who, from, count, flag }: Step): void {
  const host = HOSTS[who % HOSTS.length];
  const port = 5_000 + (who > HOSTS.length ? 1 : 0);
  const images = Array.from({ length: count }, (_, i) => image(from + i, flag ? "x" : "y")).join(";");
  if (kind === "END") asked.ask(host, `END p ${port}`);
  else if (kind === "pass") asked.pass(flag ? LEASE_MS : LEASE_MS / 4, who % 2 ? "accepted" : "refused");
  else if (kind === "move") {
    // The tracker's own addresses change: peers on its machine are seen elsewhere, though nobody announces anything.
    asked.tracker.setOwn([{ host: `10.0.0.${200 + who}`, prefix: 24 }]);
  } else asked.ask(host, `${kind} p ${port} ${images}`);
}

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("REG", "REG", "UPD", "UPD", "END", "pass", "follow", "follow", "move"),
  who: fc.nat(9),
  from: fc.nat(150),
  count: fc.oneof(fc.nat(3), fc.nat(150)),
  flag: fc.boolean(),
});

Deno.test("a list and its changes give the list of now, in its order, from every address", async () => {
  await fc.assert(fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 25 }), async (steps) => {
    const asked = new Asked();
    const followers = [...HOSTS, "10.0.0.50", "198.51.100.1"].map((host) => new Follower(host));
    for (const step of steps) {
      const follower = followers[(step.who + step.from) % followers.length];
      if (step.kind === "follow") {
        await follower.follow(asked);
        follower.check(asked);
      } else take(asked, step);
    }
    for (const follower of followers) {
      await follower.follow(asked);
      follower.check(asked);
    }
  }));
});

Deno.test("an answer has the entries that changed, and nothing when nothing did", async () => {
  const asked = new Asked({ run: "first" });
  const client = new Follower(BEN);
  match(await client.follow(asked), /^CHG [0-9a-f]{16}-0 0$/);
  asked.ask(ANA, `REG p 5000 ${image(1)};${image(2)};${image(3)}`);
  match(await client.follow(asked), /^CHG [0-9a-f]{16}-3 1 0:0{31}1,a%20b1\.png,10\.0\.0\.1:5000;[^;]+;[^;]+$/);
  strictEqual(await client.follow(asked), `CHG ${client.list.version} 1`);
  asked.ask(ANA, `UPD p 5000 ${image(1)};${image(3)};${image(4)}`);
  strictEqual(await client.follow(asked), `CHG ${client.list.version} 1 0:1;;1;${md5(4)},a%20b4.png,10.0.0.1:5000`);
  asked.ask(ANA, "END p 5000");
  strictEqual(await client.follow(asked), `CHG ${client.list.version} 1 0:;;;`);
  client.check(asked);
});

Deno.test("a list and its changes are as in the example of PROTOCOL.md", async () => {
  const text = await Deno.readTextFile(new URL("../../PROTOCOL.md", import.meta.url));
  const lines = [...text.matchAll(/^ {4}43 48 47 .*? {2,}(CHG.*)\\n$/gm)].map(([, line]) => line);
  strictEqual(lines.length, 6);
  const asked = new Asked();
  asked.ask(ANA, `REG p 5000 ${DOG},a.png`);
  asked.ask(BEN, `REG p 5000 ${md5(1)},cat.gif`);
  const [, id] = asked.ask(BEN, "CHG").split(/[ -]/);
  for (const [i, line] of lines.entries()) {
    if (i % 2 > 0) continue;
    const answer = asked.ask(BEN, line.replace(/ \w+-/, ` ${id}-`)).replace(id, "3f29c05be1a74d68");
    strictEqual(answer.replaceAll(/[0-9a-f]{32}/g, "…"), lines[i + 1].replaceAll(/[0-9a-f]+…/g, "…"));
    if (i === 0) asked.ask(BEN, `UPD p 5000 ${CAT},dog.gif`);
  }
});

Deno.test("an unknown version gets the whole list: of another run, another view, or the future", () => {
  const asked = new Asked({ run: "first" });
  asked.ask(ANA, `REG p 5000 ${CAT},cat.png`);
  asked.ask(HERE, `REG p 5000 ${DOG},dog.png`);
  const whole = asked.ask(BEN, "CHG");
  const [, version] = whole.split(" ");
  const next = version.replace(/\d+$/, (count) => `${Number(count) + 1}`);
  const other = new Asked({ run: "second" });
  other.ask(ANA, `REG p 5000 ${CAT},cat.png`);
  const [, foreign] = other.ask(BEN, "CHG").split(" ");
  const [, seenHere] = asked.ask(HERE, "CHG").split(" ");
  for (
    const unknown of [next, foreign, seenHere, "x", "-", version.split("-")[0], `${version}-1-`.replace(/^./, "z")]
  ) {
    strictEqual(asked.ask(BEN, `CHG ${unknown}`), whole, unknown);
  }
});

Deno.test("a client that meets a tracker after its restart has the new list, and knows what went", async () => {
  const first = new Asked();
  const client = new Follower(BEN);
  first.ask(ANA, `REG p 5000 ${Array.from({ length: 100 }, (_, i) => image(i)).join(";")}`);
  await client.follow(first);
  const second = new Asked();
  second.ask(ANA, `REG p 5000 ${image(7)};${image(500)}`);
  await client.follow(second);
  client.check(second);
});

Deno.test("on UDP, and in a wrong format, CHG is answered as any unknown request", () => {
  const asked = new Asked();
  asked.ask(ANA, `REG p 5000 ${CAT},cat.png`);
  for (const request of ["CHG  ", "CHG a b", "CHG A", `CHG ${"a".repeat(41)}`, "CHG a;b", "chg"]) {
    strictEqual(asked.ask(ANA, request), "ERR INVALID_MESSAGE_FORMAT", request);
  }
  const { replies: [reply] } = asked.tracker.handle(bytes("CHG"), { host: ANA, port: 1 }, 0, "udp");
  strictEqual(new TextDecoder().decode(reply.bytes), "ERR INVALID_MESSAGE_FORMAT");
});

Deno.test("a public source is limited in bytes by what it is sent, changes as lists", () => {
  const asked = new Asked();
  const images = Array.from({ length: 9_000 }, (_, i) => image(i, "n".repeat(240)));
  asked.ask(ANA, `REG p 5000 ${images.join(";")}`);
  const whole = asked.ask(PUBLIC, "CHG");
  const [, version] = whole.split(" ");
  ok(whole.length > 2_000_000);
  strictEqual(asked.ask(PUBLIC, `CHG ${version}`), "", "it has a debt");
  asked.now += 20_000;
  strictEqual(asked.ask(PUBLIC, `CHG ${version}`), `CHG ${version} 141`);
});
