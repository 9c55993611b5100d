/** Each deviation from the specification is found, and none where there is none. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { ReceivedDatagram } from "../../../lib/app/doctor/probe_peer.ts";
import { deviationsOf, type Transcript } from "../../../lib/app/doctor/tracker_deviations.ts";
import { type Deviation, DEVIATIONS } from "../../../lib/app/doctor/deviation_codes.ts";
import { doctorExit } from "../../../lib/app/doctor/finding.ts";
import { BaselineTracker, type Dialect } from "../../fake/baseline_tracker.ts";
import { say } from "../../fake/baseline_client.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";
import { HeldTimers } from "../../support_timers.ts";
import { examineHere, faultsAre, valuesOf, waitsFor } from "./support.ts";

const TRACKER_PORT = 13_377;
const OTHER = "0".repeat(32);

const datagram = (text: string, port = TRACKER_PORT): ReceivedDatagram => ({
  bytes: new TextEncoder().encode(text),
  port,
});

/** The specification's answers. */
const SPECIFIED = {
  first: "ERR NO_IMAGES_AVAILABLE",
  registered: "OK 1_REGISTERED_IMAGES",
  listed: `${OTHER},x.png,10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000`,
  updated: "OK 1_REGISTERED_FILES",
  relisted: `${OTHER},x.png,10.0.0.2:4000;${DOG},a.gif,10.0.0.1:5000`,
  finished: "OK CLIENT_FINISHED",
};

/** A conversation in which some answers are others: `null` where none came. */
function transcript(
  others: Partial<Record<keyof typeof SPECIFIED, string | null>> = {},
  more: Partial<Transcript> = {},
): Transcript {
  const reply = { ...SPECIFIED, ...others };
  const answer = (text: string | null): ReceivedDatagram | null => text === null ? null : datagram(text);
  const answers = {
    first: datagram(reply.first!),
    registered: answer(reply.registered),
    listed: answer(reply.listed),
    updated: answer(reply.updated),
    relisted: answer(reply.relisted),
    finished: answer(reply.finished),
  };
  const all = Object.values(answers).filter((it) => it !== null);
  return { trackerPort: TRACKER_PORT, onTcp: false, port: 5000, md5s: [CAT, DOG], received: all, ...answers, ...more };
}

/** A list in which the second holder is. */
const HELD = `${DOG},a.gif,10.0.0.1:5000,10.0.0.1:4001`;

const TABLE: [Deviation, Transcript][] = [
  ["colours", transcript({ finished: "\x1b[32mOK CLIENT_FINISHED\x1b[0m" })],
  ["padding", transcript({ registered: "OK 1_REGISTERED_IMAGES\n" })],
  ["padding", transcript({ listed: `${SPECIFIED.listed}\0` })],
  ["end-marker", transcript({}, { received: [datagram("OK 1_REGISTERED_IMAGES"), datagram("END")] })],
  ["other-port", transcript({}, { received: [datagram("OK 1_REGISTERED_IMAGES", 40_000)] })],
  ["not-utf8", transcript({}, { received: [{ bytes: Uint8Array.of(0x4f, 0xff), port: TRACKER_PORT }] })],
  ["reg-word", transcript({ registered: "OK 1_REGISTERED_FILES" })],
  ["reg-word", transcript({ registered: "ok 1_registered_images" })],
  ["reg-count", transcript({ registered: "OK 0_REGISTERED_IMAGES" })],
  ["upd-word", transcript({ updated: "OK 1_REGISTERED_IMAGES" })],
  ["upd-word", transcript({ updated: "OK 1_REGISTERED_WHATEVER" })],
  ["upd-refused", transcript({ updated: "ERR INVALID_MESSAGE_FORMAT" })],
  ["upd-silent", transcript({ updated: null })],
  ["upd-adds", transcript({ updated: "OK 2_REGISTERED_FILES" })],
  ["upd-adds", transcript({ relisted: `${SPECIFIED.listed};${DOG},a.gif,10.0.0.1:5000` })],
  ["upd-changes-nothing", transcript({ relisted: SPECIFIED.listed })],
  [
    "upd-drops-others",
    transcript({}, { beside: { ports: [4001], before: datagram(HELD), after: datagram(SPECIFIED.relisted) } }),
  ],
  ["upd-drops-others", transcript({ relisted: `${DOG},a.gif,10.0.0.1:5000` })],
  ["end-word", transcript({ finished: "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD" })],
  ["end-silent", transcript({ finished: null })],
  ["list-silent", transcript({ listed: null })],
  ["empty-list", transcript({ first: "" })],
  ["empty-list", transcript({ first: "Nenhuma imagem." })],
  ["not-listed", transcript({ listed: `${OTHER},x.png,10.0.0.2:4000` })],
  ["udp-port-listed", transcript({ listed: `${CAT},a.gif,10.0.0.1:40000` }, { udpPort: 40_000 })],
  ["wrong-port-listed", transcript({ listed: `${CAT},a.gif,10.0.0.1:40001` }, { udpPort: 40_000 })],
  ["quoted-entries", transcript({ listed: `'${OTHER},x.png',10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
  ["quoted-entries", transcript({ listed: `x.png','${OTHER},10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
  ["swapped-fields", transcript({ listed: `a.gif,${CAT},10.0.0.1:5000` })],
  ["port-first", transcript({ listed: `${CAT},a.gif,5000:10.0.0.1` })],
  ["line-per-image", transcript({ listed: `[ ${CAT} - a.gif - clientes: 10.0.0.1:5000 ]` })],
  ["line-per-image", transcript({ listed: SPECIFIED.listed.replace(";", "\n") })],
  ["semicolon-at-end", transcript({ listed: `${SPECIFIED.listed};` })],
  ["entry-per-peer", transcript({ listed: `${CAT},a.gif,10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
];

Deno.test("each deviation is found by its own sign only", () => {
  deepStrictEqual(deviationsOf(transcript()), []);
  for (const [deviation, conversation] of TABLE) {
    const found = deviationsOf(conversation).filter((it) => !isConsequence(deviation, it));
    deepStrictEqual(found, [deviation]);
  }
  deepStrictEqual([...new Set(TABLE.map(([it]) => it))], [...DEVIATIONS], "the table has all");
});

/** A list in which others' images are missing seems to have lost them. */
function isConsequence(of: Deviation, other: Deviation): boolean {
  return of !== "upd-drops-others" && other === "upd-drops-others";
}

Deno.test("lists in any valid form show no deviation", () => {
  const fine: [string, Transcript][] = [
    [
      "a name with an escape sequence, that its owner gave it",
      transcript({ listed: `${OTHER},\x1b[31m,10.0.0.2:4000;${CAT},a,10.0.0.1:5000` }),
    ],
    ["the images of others at the first", transcript({ first: `${OTHER},x.png,10.0.0.2:4000` })],
    ["an IPv6 address", transcript({ listed: `${OTHER},x.png,10.0.0.2:4000;${CAT},a.gif,[fd00::1]:5000` })],
    [
      "one of ours lists a public peer when it was reached",
      transcript({ listed: "ERR NO_IMAGES_AVAILABLE" }, { onTcp: true }),
    ],
    [
      "one of ours sends END after its replies when it was asked to",
      transcript({}, { onTcp: true, received: [datagram("OK 1_REGISTERED_IMAGES"), datagram("END")] }),
    ],
    [
      "a second holder that stays",
      transcript({}, { beside: { ports: [4001], before: datagram(HELD), after: datagram(HELD) } }),
    ],
    ["one of ours gives long lists on TCP", transcript({ listed: null }, { onTcp: true })],
  ];
  for (const [what, conversation] of fine) deepStrictEqual(deviationsOf(conversation), [], what);
});

const DIALECTS: [string, Dialect, Deviation[]][] = [
  ["as specified", {}, []],
  ["fields swapped", { list: "swapped" }, ["swapped-fields"]],
  ["addresses as port:ip", { list: "port first" }, ["port-first"]],
  ["one image per line in brackets", { list: "brackets" }, ["line-per-image"]],
  ["a semicolon at the end", { list: "semicolon at the end" }, ["semicolon-at-end"]],
  ["an empty datagram for an empty list", { empty: "nothing" }, ["empty-list"]],
  ["a sentence for an empty list", { empty: "sentence" }, ["empty-list"]],
  ["another UDP port", { otherPort: true }, ["other-port"]],
  ["a second datagram END", { endMarker: true }, ["end-marker"]],
  ["colours", { colours: true }, ["colours", "padding"]],
  ["FILES for IMAGES", { otherWord: true }, ["reg-word"]],
  ["knows the UDP port", { knowsUdpPort: true }, []],
  ["UPD only adds", { update: "adds only" }, ["upd-adds"]],
  ["UPD is not known", { update: "unknown" }, ["upd-refused"]],
  ["UPD is not answered", { update: "silent" }, ["upd-silent"]],
  ["UPD changes nothing", { update: "changes nothing" }, ["upd-changes-nothing"]],
  ["UPD drops other holders", { update: "drops other holders" }, ["upd-drops-others"]],
  ["lists the UDP port", { listsUdpPort: true }, ["udp-port-listed"]],
  ["appends", { register: "appends" }, []],
  ["loses the first of each", { losesFirst: true }, []],
];

for (const [what, dialect, deviations] of DIALECTS) {
  Deno.test(`a tracker of this dialect is reported: ${what}`, async () => {
    using tracker = new BaselineTracker(dialect);
    using timers = new HeldTimers();
    const timeouts = waitsFor(tracker, timers);
    const findings = await examineHere({ trackerPort: tracker.port, timeouts });
    faultsAre(findings);
    const address = `127.0.0.1:${tracker.port}`;
    strictEqual(doctorExit(findings), deviations.length === 0 ? 0 : 7);
    if (deviations.length === 0) deepStrictEqual(valuesOf(findings, "dialect-none"), { address });
    else deepStrictEqual(valuesOf(findings, "dialect"), { address, deviations });
    strictEqual(findings.some(({ code }) => code === "tracker-cuts"), false);
    ok(tracker.requests.at(-1)!.startsWith("END"), "unregistered");
  });
}

Deno.test("a tracker whose UPD drops others' images is reported", async () => {
  using tracker = new BaselineTracker({ update: "drops others" });
  await say(tracker.port, `REG pw 6000 ${CAT},cat.png`);
  const findings = await examineHere({ trackerPort: tracker.port });
  deepStrictEqual(valuesOf(findings, "dialect").deviations, ["upd-word", "upd-drops-others"]);
});

Deno.test("entries registered in quotes by another client are reported, and counted as such", async () => {
  using tracker = new BaselineTracker({ keepsQuotes: true, list: "brackets" });
  await say(tracker.port, `REG pw 6000 '${CAT},cat.png';'${DOG},dog.png'`);
  const findings = await examineHere({ trackerPort: tracker.port });
  deepStrictEqual(valuesOf(findings, "dialect").deviations, ["quoted-entries", "line-per-image"]);
  deepStrictEqual(valuesOf(findings, "tracker-lists"), { images: 2, peers: 1, complete: true });
  strictEqual(doctorExit(findings), 7);
});

Deno.test("an MD5 in several entries is reported", async () => {
  using tracker = new BaselineTracker({ list: "entry per client" });
  for (const port of [6000, 6001]) await say(tracker.port, `REG pw${port} ${port} ${CAT},cat.png`);
  const findings = await examineHere({ trackerPort: tracker.port });
  deepStrictEqual(valuesOf(findings, "dialect").deviations, ["entry-per-peer"]);
});

for (
  const [what, dialect] of [["cuts", { buffer: 4_096 }], ["cuts much of", { buffer: 1_024 }], ["passes over", {
    ignoresAbove: 2_000,
  }]] as const
) {
  Deno.test(`a tracker that ${what} long requests is reported`, async () => {
    using tracker = new BaselineTracker(dialect);
    using timers = new HeldTimers();
    const findings = await examineHere({ trackerPort: tracker.port, timeouts: waitsFor(tracker, timers) });
    faultsAre(findings);
    valuesOf(findings, "dialect-none");
    const { bytes, offered, accepted } = valuesOf(findings, "tracker-cuts");
    ok(bytes > 4_096 && accepted < offered, JSON.stringify({ bytes, offered, accepted }));
    ok(tracker.requests.at(-1)!.startsWith("END"), "unregistered");
  });
}
