import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { parseList } from "../../lib/protocol/list.ts";
import { bytes, CAT, DOG } from "../protocol/arbitraries.ts";

const FORMAT = "ERR INVALID_MESSAGE_FORMAT";
const PASSWORD = "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
const EMPTY = "ERR NO_IMAGES_AVAILABLE";
const [ANA, BEN] = ["10.0.0.1", "10.0.0.2"];

/** A tracker without a socket: gives the reply to a request from `host`, from a UDP port that never repeats. */
function tracker(): (host: string, request: string | Uint8Array) => string | null {
  const tracker = new Tracker();
  let port = 30_000;
  return (host, request) => {
    const asked = typeof request === "string" ? bytes(request) : request;
    const { replies: [reply] } = tracker.handle(asked, { host, port: ++port }, 0);
    return reply ? new TextDecoder().decode(reply.bytes) : null;
  };
}

/** A conversation: who says what, and what the tracker answers. */
function converse(...lines: [string, string, string][]): void {
  const say = tracker();
  for (const [host, request, reply] of lines) strictEqual(say(host, request), reply, `${host}: ${request}`);
}

Deno.test("registering and listing work as in the example of PROTOCOL.md", () => {
  converse(
    [ANA, `REG abc123 5000 ${DOG},a.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "LST", `${DOG},a.png,10.0.0.1:5000`],
  );
});

Deno.test("an image of several clients is one entry with the newest registration first, and entries keep their order", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},cat.png;${DOG},dog.png`, "OK 2_REGISTERED_IMAGES"],
    [BEN, `REG b 6000 ${DOG},hund.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, `REG c 6001 ${DOG},perro.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "LST", `${CAT},cat.png,10.0.0.1:5000;${DOG},dog.png,10.0.0.2:6001,10.0.0.2:6000,10.0.0.1:5000`],
    [ANA, `REG a 5000 ${CAT},cat.png;${DOG},dog.png`, "OK 2_REGISTERED_IMAGES"],
    [BEN, "LST", `${CAT},cat.png,10.0.0.1:5000;${DOG},hund.png,10.0.0.1:5000,10.0.0.2:6001,10.0.0.2:6000`],
    [ANA, "END a 5000", "OK CLIENT_FINISHED"],
    [BEN, "LST", `${DOG},hund.png,10.0.0.2:6001,10.0.0.2:6000`],
    [BEN, `UPD b 6000 ${DOG},perro.png`, "OK 1_REGISTERED_FILES"],
    [BEN, "LST", `${DOG},perro.png,10.0.0.2:6001,10.0.0.2:6000`],
    [BEN, "END b 6000", "OK CLIENT_FINISHED"],
    [BEN, "LST", `${DOG},perro.png,10.0.0.2:6001`],
  );
});

Deno.test("an image does not keep the name that a departed peer gave it", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, `REG b 6000 ${CAT},gato.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, `UPD b 6000 ${CAT},gato.png`, "OK 1_REGISTERED_FILES"],
    [BEN, "LST", `${CAT},cat.png,10.0.0.2:6000,10.0.0.1:5000`],
    [ANA, "END a 5000", "OK CLIENT_FINISHED"],
    [BEN, "LST", `${CAT},gato.png,10.0.0.2:6000`],
    [BEN, `UPD b 6000 ${CAT},gato.png`, "OK 1_REGISTERED_FILES"],
    [BEN, "LST", `${CAT},gato.png,10.0.0.2:6000`],
  );
});

Deno.test("REG replaces the registration at its address and port, whatever the password was", () => {
  converse(
    [ANA, `REG old 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `REG new 5000 ${DOG},dog.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, "LST", `${DOG},dog.png,10.0.0.1:5000`],
    [ANA, "END old 5000", PASSWORD],
    [ANA, "END new 5000", "OK CLIENT_FINISHED"],
    [ANA, "LST", EMPTY],
  );
});

Deno.test("UPD replaces the images, and moves the only registration with its password to another port", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `UPD a 5000 ${CAT},cat.png;${DOG},dog.png`, "OK 2_REGISTERED_FILES"],
    [ANA, `UPD a 5001 ${DOG},dog.png`, "OK 1_REGISTERED_FILES"],
    [ANA, "LST", `${DOG},dog.png,10.0.0.1:5001`],
    [ANA, "UPD a 5001 ", "OK 0_REGISTERED_FILES"],
    [ANA, "LST", EMPTY],
    [ANA, `UPD a 5001 ${CAT},cat.png`, "OK 1_REGISTERED_FILES"],
  );
});

Deno.test("UPD and END find the same port first, and no peer if several others match", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `REG a 5001 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `UPD a 5002 ${DOG},dog.png`, PASSWORD],
    [ANA, "END a 5002", PASSWORD],
    [ANA, "END a 5001", "OK CLIENT_FINISHED"],
    [ANA, "END a 5999", "OK CLIENT_FINISHED"],
    [ANA, "LST", EMPTY],
  );
});

Deno.test("UPD and END are refused with a wrong password, from another address, and without a registration", () => {
  converse(
    [ANA, "END a 5000", PASSWORD],
    [ANA, `UPD a 5000 ${CAT},cat.png`, PASSWORD],
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `UPD b 5000 ${DOG},dog.png`, PASSWORD],
    [ANA, "END A 5000", PASSWORD],
    [BEN, "END a 5000", PASSWORD],
    [BEN, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "END a 5000", "OK CLIENT_FINISHED"],
    [ANA, "LST", `${CAT},cat.png,10.0.0.1:5000`],
  );
});

Deno.test("UPD does not take a port from another registration", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `REG b 5001 ${DOG},dog.png`, "OK 1_REGISTERED_IMAGES"],
    [ANA, `UPD a 5001 ${CAT},cat.png`, PASSWORD],
    [ANA, "LST", `${CAT},cat.png,10.0.0.1:5000;${DOG},dog.png,10.0.0.1:5001`],
  );
});

Deno.test("a list of no images, with or without quotes, is a registration", () => {
  converse(
    [ANA, "REG a 5000 ", "OK 0_REGISTERED_IMAGES"],
    [ANA, "REG a 5000 ''", "OK 0_REGISTERED_IMAGES"],
    [ANA, "END a 5000", "OK CLIENT_FINISHED"],
    [ANA, "REG a 5000", FORMAT],
  );
});

Deno.test("a malformed request changes nothing", () => {
  const say = tracker();
  say(ANA, `REG a 5000 ${CAT},cat.png`);
  const before = say(BEN, "LST");
  for (const bad of [`REG a 5000 ${DOG}`, `UPD a 0 ${DOG},dog.png`, "END a", `REG a 5000 ${CAT},x.png;${DOG},`]) {
    strictEqual(say(ANA, bad), FORMAT, bad);
  }
  strictEqual(say(ANA, new Uint8Array(65_507).fill(200)), FORMAT);
  strictEqual(say(BEN, "LST"), before);
});

Deno.test("a list that does not fit a datagram is cut between entries", () => {
  const say = tracker();
  const images = Array.from({ length: 400 }, (_, i) => `${i.toString(16).padStart(32, "0")},${"é".repeat(60)}${i}.png`);
  for (let i = 0; i < images.length; i += 100) {
    match(say(ANA, `REG a ${5000 + i} ${images.slice(i, i + 100).join(";")}`)!, /^OK 100_/);
  }
  const list = say(BEN, "LST")!;
  const size = bytes(list).length;
  strictEqual(size <= 65_507 && size > 65_507 - 250, true, `${size} bytes`);
  const read = parseList(list);
  strictEqual(read.length, list.split(";").length);
  deepStrictEqual(read.map(({ md5, name }) => `${md5},${name}`), images.slice(0, read.length));
});

Deno.test("an image with more clients than a datagram can list is listed with the newest of them", () => {
  const say = tracker();
  for (let port = 1; port <= 4_096; port++) say("10.20.30.40", `REG a ${port} ${CAT},cat.png`);
  const [image] = parseList(say(BEN, "LST")!.replace(/^([^,]+,[^,]+)((?:,[^,]+){3}).*$/, "$1$2"));
  deepStrictEqual(image.peers.map(({ port }) => port), [4_096, 4_095, 4_094]);
  strictEqual(bytes(say(BEN, "LST")!).length <= 65_507, true);
  match(say(BEN, "LST")!, /,10\.20\.30\.40:\d+$/);
});

Deno.test("only clients that ask over IPv6 get IPv6 addresses", () => {
  converse(
    ["fd00::1", `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "LST", EMPTY],
    [ANA, `REG a 5000 ${CAT},cat.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "LST", `${CAT},cat.png,10.0.0.1:5000`],
    ["fd00::2", "LST", `${CAT},cat.png,10.0.0.1:5000,[fd00::1]:5000`],
  );
});

Deno.test("names that could leave a directory or break a list are listed encoded", () => {
  converse(
    [ANA, `REG a 5000 ${CAT},../../x y.png`, "OK 1_REGISTERED_IMAGES"],
    [BEN, "LST", `${CAT},..%2F..%2Fx%20y.png,10.0.0.1:5000`],
  );
});

Deno.test("the log distinguishes a wrong password from one of nobody; the reply does not", () => {
  const tracker = new Tracker();
  const handle = (request: string) => tracker.handle(bytes(request), { host: ANA, port: 1 }, 0);
  const refused = (request: string) => {
    const { replies: [reply], event } = handle(request);
    strictEqual(new TextDecoder().decode(reply.bytes), PASSWORD);
    return event?.kind === "refused" && event.reason;
  };
  strictEqual(refused(`UPD a 5000 ${CAT},cat.png`), "not registered");
  handle(`REG a 5000 ${CAT},cat.png`);
  strictEqual(refused(`UPD b 5000 ${CAT},cat.png`), PASSWORD.slice("ERR ".length));
});

Deno.test("no event contains a password", () => {
  const tracker = new Tracker();
  const requests = [
    `REG secret 5000 ${CAT},cat.png`,
    `UPD secret 5000 ${CAT},cat.png`,
    "UPD secret 5000",
    "END secretive 5000",
    "secret",
    `REG secret 0 ${CAT},cat.png`,
  ];
  for (const request of requests) {
    const { event } = tracker.handle(bytes(request), { host: ANA, port: 1 }, 0);
    strictEqual(JSON.stringify(event).includes("secret"), false, request);
  }
});

Deno.test("after any messages in any order, the list is that of a simple model", () => {
  const HOSTS = [ANA, BEN];
  const md5Of = (i: number): string => `${i}`.repeat(32);
  const step = fc.record({
    type: fc.constantFrom("REG", "UPD", "END"),
    host: fc.constantFrom(...HOSTS),
    port: fc.integer({ min: 5000, max: 5002 }),
    password: fc.constantFrom("a", "b"),
    images: fc.uniqueArray(fc.integer({ min: 0, max: 4 })),
    name: fc.constantFrom("cat", "gato", "Katze"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const say = tracker();
    const model = new Map<string, { password: string; images: number[]; name: string; sequence: number }>();
    for (const [sequence, { type, host, port, password, images, name }] of steps.entries()) {
      const field = images.map((i) => `${md5Of(i)},${name}${i}.png`).join(";");
      const reply = say(host, type === "END" ? `END ${password} ${port}` : `${type} ${password} ${port} ${field}`)!;
      const own = [...model].filter(([key, peer]) => key.startsWith(`${host}:`) && peer.password === password);
      const found = own.find(([key]) => key === `${host}:${port}`) ?? (own.length === 1 ? own[0] : undefined);
      const key = `${host}:${port}`;
      if (type === "REG") {
        model.set(key, { password, images, name, sequence });
        strictEqual(reply, `OK ${images.length}_REGISTERED_IMAGES`);
      } else if (!found || (type === "UPD" && found[0] !== key && model.has(key))) {
        strictEqual(reply, PASSWORD);
      } else {
        model.delete(found[0]);
        if (type === "UPD") model.set(key, { ...found[1], images, name });
        strictEqual(reply, type === "UPD" ? `OK ${images.length}_REGISTERED_FILES` : "OK CLIENT_FINISHED");
      }
    }
    const expected = new Map<string, { name: string; peers: string[] }>();
    for (const [key, { images, name }] of [...model].sort(([, a], [, b]) => b.sequence - a.sequence)) {
      for (const i of images) {
        const peers = [...expected.get(md5Of(i))?.peers ?? [], key];
        expected.set(md5Of(i), { name: `${name}${i}.png`, peers }); // The last one is the oldest, and names it.
      }
    }
    const listed = parseList(say(ANA, "LST")!);
    deepStrictEqual(
      new Map(listed.map(({ md5, name, peers }) => [md5, { name, peers: peers.map(formatAddress) }])),
      new Map([...expected].sort(([a], [b]) => a < b ? -1 : 1)),
      "the name and the holders of each image",
    );
  }));
});

Deno.test("a tracker with more memory keeps more, and with less it refuses what has no room", () => {
  const register = (memory: number): number => {
    const tracker = new Tracker({ memory });
    for (let i = 0; i < 100; i++) {
      const request = bytes(`REG a ${5_000 + i} ${`${i}`.padStart(32, "0")},cat.png`);
      tracker.handle(request, { host: ANA, port: 1 }, 100_000 * i);
      tracker.handle(
        bytes(new TextDecoder().decode(request).replace("REG", "UPD")),
        { host: ANA, port: 1 },
        40_000 + i,
      );
    }
    return tracker.registry.peers;
  };
  strictEqual(register(1_000_000), 100);
  const few = register(50_000);
  strictEqual(few > 20 && few < 60, true, `${few}`);
});
