/** Each deviation from the specification is found, and none where there is none. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Heard } from "../../../lib/app/doctor/probe_socket.ts";
import { deviationsOf, type Talk } from "../../../lib/app/doctor/dialect.ts";
import { type Deviation, DEVIATIONS } from "../../../lib/app/doctor/deviation.ts";
import { doctorExit } from "../../../lib/app/doctor/finding.ts";
import { BaselineTracker, type Dialect } from "../../fake/baseline_tracker.ts";
import { say } from "../../fake/baseline_client.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";
import { examineHere, faultsAre, SHORT, valuesOf } from "./support.ts";

const TRACKER_PORT = 13_377;
const OTHER = "0".repeat(32);

const heard = (text: string, port = TRACKER_PORT): Heard => ({ bytes: new TextEncoder().encode(text), port });

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
function talk(
  others: Partial<Record<keyof typeof SPECIFIED, string | null>> = {},
  more: Partial<Talk> = {},
): Talk {
  const said = { ...SPECIFIED, ...others };
  const answer = (text: string | null): Heard | null => text === null ? null : heard(text);
  const answers = {
    first: heard(said.first!),
    registered: answer(said.registered),
    listed: answer(said.listed),
    updated: answer(said.updated),
    relisted: answer(said.relisted),
    finished: answer(said.finished),
  };
  const all = Object.values(answers).filter((it) => it !== null);
  return { trackerPort: TRACKER_PORT, onTcp: false, port: 5000, md5s: [CAT, DOG], heard: all, ...answers, ...more };
}

/** A list in which the second holder is. */
const HELD = `${DOG},a.gif,10.0.0.1:5000,10.0.0.1:4001`;

const TABLE: [Deviation, Talk][] = [
  ["colours", talk({ finished: "\x1b[32mOK CLIENT_FINISHED\x1b[0m" })],
  ["padding", talk({ registered: "OK 1_REGISTERED_IMAGES\n" })],
  ["padding", talk({ listed: `${SPECIFIED.listed}\0` })],
  ["end-marker", talk({}, { heard: [heard("OK 1_REGISTERED_IMAGES"), heard("END")] })],
  ["other-port", talk({}, { heard: [heard("OK 1_REGISTERED_IMAGES", 40_000)] })],
  ["not-utf8", talk({}, { heard: [{ bytes: Uint8Array.of(0x4f, 0xff), port: TRACKER_PORT }] })],
  ["reg-word", talk({ registered: "OK 1_REGISTERED_FILES" })],
  ["reg-word", talk({ registered: "ok 1_registered_images" })],
  ["reg-count", talk({ registered: "OK 0_REGISTERED_IMAGES" })],
  ["upd-word", talk({ updated: "OK 1_REGISTERED_IMAGES" })],
  ["upd-word", talk({ updated: "OK 1_REGISTERED_WHATEVER" })],
  ["upd-refused", talk({ updated: "ERR INVALID_MESSAGE_FORMAT" })],
  ["upd-silent", talk({ updated: null })],
  ["upd-adds", talk({ updated: "OK 2_REGISTERED_FILES" })],
  ["upd-adds", talk({ relisted: `${SPECIFIED.listed};${DOG},a.gif,10.0.0.1:5000` })],
  ["upd-changes-nothing", talk({ relisted: SPECIFIED.listed })],
  ["upd-drops-others", talk({}, { beside: { ports: [4001], before: heard(HELD), after: heard(SPECIFIED.relisted) } })],
  ["upd-drops-others", talk({ relisted: `${DOG},a.gif,10.0.0.1:5000` })],
  ["end-word", talk({ finished: "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD" })],
  ["end-silent", talk({ finished: null })],
  ["list-silent", talk({ listed: null })],
  ["empty-list", talk({ first: "" })],
  ["empty-list", talk({ first: "Nenhuma imagem." })],
  ["not-listed", talk({ listed: `${OTHER},x.png,10.0.0.2:4000` })],
  ["udp-port-listed", talk({ listed: `${CAT},a.gif,10.0.0.1:40000` }, { udpPort: 40_000 })],
  ["wrong-port-listed", talk({ listed: `${CAT},a.gif,10.0.0.1:40001` }, { udpPort: 40_000 })],
  ["quoted-entries", talk({ listed: `'${OTHER},x.png',10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
  ["quoted-entries", talk({ listed: `x.png','${OTHER},10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
  ["swapped-fields", talk({ listed: `a.gif,${CAT},10.0.0.1:5000` })],
  ["port-first", talk({ listed: `${CAT},a.gif,5000:10.0.0.1` })],
  ["line-per-image", talk({ listed: `[ ${CAT} - a.gif - clientes: 10.0.0.1:5000 ]` })],
  ["line-per-image", talk({ listed: SPECIFIED.listed.replace(";", "\n") })],
  ["semicolon-at-end", talk({ listed: `${SPECIFIED.listed};` })],
  ["entry-per-peer", talk({ listed: `${CAT},a.gif,10.0.0.2:4000;${CAT},a.gif,10.0.0.1:5000` })],
];

Deno.test("each deviation is found by what shows it, alone", () => {
  deepStrictEqual(deviationsOf(talk()), []);
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

Deno.test("a list is not blamed for what is no deviation", () => {
  const fine: [string, Talk][] = [
    [
      "a name with an escape sequence, that its owner gave it",
      talk({ listed: `${OTHER},\x1b[31m,10.0.0.2:4000;${CAT},a,10.0.0.1:5000` }),
    ],
    ["the images of others at the first", talk({ first: `${OTHER},x.png,10.0.0.2:4000` })],
    ["an IPv6 address", talk({ listed: `${OTHER},x.png,10.0.0.2:4000;${CAT},a.gif,[fd00::1]:5000` })],
    [
      "one of ours lists a public peer when it was reached",
      talk({ listed: "ERR NO_IMAGES_AVAILABLE" }, { onTcp: true }),
    ],
    [
      "one of ours sends END after its replies when it was asked to",
      talk({}, { onTcp: true, heard: [heard("OK 1_REGISTERED_IMAGES"), heard("END")] }),
    ],
    ["a second holder that stays", talk({}, { beside: { ports: [4001], before: heard(HELD), after: heard(HELD) } })],
    ["one of ours gives long lists on TCP", talk({ listed: null }, { onTcp: true })],
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
  Deno.test(`a tracker of this dialect is told so: ${what}`, async () => {
    using tracker = new BaselineTracker(dialect);
    const waits = dialect.losesFirst ? { udp: [50, 15_000] } : dialect.update === "silent" ? SHORT : {};
    const findings = await examineHere({ trackerPort: tracker.port, waits });
    faultsAre(findings);
    const address = `127.0.0.1:${tracker.port}`;
    strictEqual(doctorExit(findings), deviations.length === 0 ? 0 : 7);
    if (deviations.length === 0) deepStrictEqual(valuesOf(findings, "dialect-none"), { address });
    else deepStrictEqual(valuesOf(findings, "dialect"), { address, deviations });
    strictEqual(findings.some(({ code }) => code === "tracker-cuts"), false);
    ok(tracker.requests.at(-1)!.startsWith("END"), "it was taken back");
  });
}

Deno.test("a tracker whose UPD drops others' images is told so", async () => {
  using tracker = new BaselineTracker({ update: "drops others" });
  await say(tracker.port, `REG pw 6000 ${CAT},cat.png`);
  const findings = await examineHere({ trackerPort: tracker.port });
  deepStrictEqual(valuesOf(findings, "dialect").deviations, ["upd-word", "upd-drops-others"]);
});

Deno.test("entries that another client registered in quotes are told, and counted as what they are", async () => {
  using tracker = new BaselineTracker({ keepsQuotes: true, list: "brackets" });
  await say(tracker.port, `REG pw 6000 '${CAT},cat.png';'${DOG},dog.png'`);
  const findings = await examineHere({ trackerPort: tracker.port });
  deepStrictEqual(valuesOf(findings, "dialect").deviations, ["quoted-entries", "line-per-image"]);
  deepStrictEqual(valuesOf(findings, "tracker-lists"), { images: 2, peers: 1, complete: true });
  strictEqual(doctorExit(findings), 7);
});

Deno.test("one MD5 in several entries is told", async () => {
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
  Deno.test(`a tracker that ${what} long requests is told so`, async () => {
    using tracker = new BaselineTracker(dialect);
    const findings = await examineHere({ trackerPort: tracker.port, waits: SHORT });
    faultsAre(findings);
    valuesOf(findings, "dialect-none");
    const { bytes, offered, accepted } = valuesOf(findings, "tracker-cuts");
    ok(bytes > 4_096 && accepted < offered, JSON.stringify({ bytes, offered, accepted }));
    ok(tracker.requests.at(-1)!.startsWith("END"), "it was taken back");
  });
}
