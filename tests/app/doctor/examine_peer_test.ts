/** What is wrong with a peer is found by asking it for an image that it is listed with. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Peer } from "../../../lib/peer/peer.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { doctorExit, type Finding, type FindingCode } from "../../../lib/app/doctor/finding.ts";
import { say } from "../../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../../fake/baseline_peer.ts";
import { BaselineTracker } from "../../fake/baseline_tracker.ts";
import { image, tempDir } from "../../support.ts";
import { examineHere } from "./support.ts";

const { bytes, md5 } = image(1, 100_000);
const TIMEOUTS = { peer: 60_000, image: 60_000 };

/** Those that are silent at some time: for so long a busy machine may not keep them from giving the image. */
const SILENT = ["never-closes", "holds-unknown", "needs-line-end"];

const sends = async (conn: Deno.TcpConn, what: Uint8Array): Promise<void> => {
  for (let done = 0; done < what.length;) done += await conn.write(what.subarray(done));
};
const stays = async (conn: Deno.TcpConn): Promise<void> => void await conn.read(new Uint8Array(1)).catch(() => null);

/** Peers by what is found: what each does when it is asked for the image, and for one that it does not have. */
const PEERS: [FindingCode, readonly string[], ConstructorParameters<typeof BaselinePeer>[0]][] = [
  ["peer-fine", [], async (conn, asked) => void (asked === md5 && await sends(conn, bytes))],
  ["peer-dialect", ["never-closes"], async (conn, asked) => {
    if (asked !== md5) return;
    await sends(conn, bytes);
    await stays(conn);
  }],
  ["peer-dialect", ["answers-unknown"], ANSWERS.sends(bytes)],
  [
    "peer-dialect",
    ["holds-unknown"],
    async (conn, asked) => asked === md5 ? await sends(conn, bytes) : await stays(conn),
  ],
  ["peer-dialect", ["needs-line-end"], async (conn, asked) => {
    if (asked === md5) await stays(conn);
    else if (asked === `${md5}\n`) await sends(conn, bytes);
  }],
  ["peer-silent", [], stays],
  ["peer-empty", [], async () => {}],
  ["peer-wrong", [], async (conn) => {
    await sends(conn, new TextEncoder().encode("OK\n"));
    await sends(conn, bytes);
  }],
];

async function examined(
  peer: { host: string; port?: number },
  trackerPort: number,
  timeouts = {},
): Promise<[Finding, number]> {
  const findings = await examineHere({ trackerPort, peer, timeouts: { ...TIMEOUTS, ...timeouts } });
  return [findings.find(({ check }) => check === "peer")!, doctorExit(findings)];
}

for (const [code, deviations, answer] of PEERS) {
  Deno.test(`the findings for a peer are: ${[code, ...deviations].join(", ")}`, async () => {
    using tracker = new BaselineTracker();
    await using peer = new BaselinePeer(answer);
    await say(tracker.port, `REG pw ${peer.address.port} ${md5},cat.gif`);
    const isSilent = deviations.some((it) => SILENT.includes(it));
    const timeouts = code === "peer-silent" ? { peer: 200 } : isSilent ? { peer: 1_500 } : {};
    const [found, exit] = await examined(peer.address, tracker.port, timeouts);
    strictEqual(found.code, code, JSON.stringify(found));
    deepStrictEqual((found.values as { deviations?: unknown }).deviations ?? [], deviations);
    strictEqual(exit, { well: 0, warning: 7, fault: 1, unknown: 0 }[found.verdict]);
  });
}

Deno.test("a peer that is not listed, or not running, is reported", async () => {
  using tracker = new BaselineTracker();
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  strictEqual((await examined(peer.address, tracker.port))[0].code, "peer-not-listed");
  strictEqual((await examined({ host: "127.0.0.1" }, tracker.port))[0].code, "peer-not-listed");
  const port = deadPort();
  await say(tracker.port, `REG pw ${port} ${md5},cat.gif`);
  const [found, exit] = await examined({ host: "127.0.0.1", port }, tracker.port);
  deepStrictEqual([found.code, exit], ["peer-unreachable", 1]);
});

Deno.test("without a tracker a peer is contacted at its given port, and the report says what was not examined", async () => {
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  const [unused, SILENT] = [deadPort(), { udp: [50], tcp: 1_000 }];
  const cases: [{ host: string; port?: number }, FindingCode][] = [
    [peer.address, "peer-reached"],
    [{ host: "127.0.0.1", port: deadPort() }, "peer-unreachable"],
    [{ host: "127.0.0.1" }, "peer-untried"],
  ];
  for (const [address, code] of cases) strictEqual((await examined(address, unused, SILENT))[0]?.code, code);
});

Deno.test("a peer of ours has no deviation, and is found by its host alone", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dir = await tempDir({ "cat.gif": bytes });
  const at = { tracker: tracker.address, host: "127.0.0.1" };
  const peer = await Peer.start({ ...at, directory: dir.path });
  await peer.tracker.register();
  const [found, exit] = await examined({ host: "127.0.0.1" }, tracker.address.port);
  deepStrictEqual(found.values, { peer: `127.0.0.1:${peer.port}`, name: "cat.gif", bytes: bytes.length });
  deepStrictEqual([found.code, exit], ["peer-fine", 0]);
  await peer.close();
  await tracker.close();
});
