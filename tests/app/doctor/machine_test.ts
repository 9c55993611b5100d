/** Findings about this machine's addresses and clock. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { examineAddresses, examineClock } from "../../../lib/app/doctor/machine.ts";
import {
  DOCTOR_EXIT,
  doctorExit,
  type Finding,
  finding,
  type FindingCode,
  FINDINGS,
} from "../../../lib/app/doctor/finding.ts";
import { BaselineTracker } from "../../fake/baseline_tracker.ts";
import { tempDir } from "../../support.ts";
import { examineHere, NOW, valuesOf } from "./support.ts";

const LOOPBACK = [{ host: "127.0.0.1", prefix: 8 }, { host: "::1", prefix: 128 }];
const WLAN = { host: "192.168.7.9", prefix: 24 };
const VPN = { host: "10.8.0.2", prefix: 16 };
const SIX = { host: "2001:db8::9", prefix: 64 };

Deno.test("one address is good; several networks, no network and a translated address are reported", () => {
  const found = (own: typeof LOOPBACK, seen: string, tracker: string | null = "192.168.7.1"): unknown => {
    const { code, values } = examineAddresses([...LOOPBACK, ...own], tracker, seen);
    return [code, values];
  };
  deepStrictEqual(found([WLAN], WLAN.host), ["one-address", { address: WLAN.host }]);
  deepStrictEqual(found([WLAN], ""), ["one-address", { address: WLAN.host }], "the tracker did not say");
  deepStrictEqual(found([WLAN], "127.0.0.1", "127.0.0.1"), ["one-address", { address: WLAN.host }], "beside it");
  deepStrictEqual(found([WLAN, SIX, { host: "fe80::1", prefix: 64 }], WLAN.host), ["one-address", {
    address: WLAN.host,
  }], "each family has one");
  deepStrictEqual(
    found([WLAN, { host: "192.168.7.10", prefix: 24 }], "192.168.7.10"),
    ["one-address", { address: "192.168.7.10" }],
    "two in one network",
  );
  const both = { addresses: [WLAN.host, VPN.host], seen: VPN.host };
  deepStrictEqual(found([WLAN, VPN], VPN.host), ["several-addresses", both]);
  deepStrictEqual(found([WLAN, VPN], "", null), ["several-addresses", { ...both, seen: "" }]);
  const elsewhere = { addresses: [WLAN.host], seen: "203.0.113.7" };
  deepStrictEqual(found([WLAN], "203.0.113.7"), ["address-translated", elsewhere]);
  deepStrictEqual(found([WLAN, SIX], SIX.host, "2001:db8::1"), ["one-address", { address: SIX.host }]);
  deepStrictEqual(found([], "127.0.0.1", "127.0.0.1"), ["no-address", {}]);
});

Deno.test("a clock before this program's year, and a disk with another clock, are reported", () => {
  const codes = (now: number, ahead: number | null): FindingCode[] =>
    examineClock(now, ahead === null ? null : { path: "/shared", ahead }).map(({ code }) => code);
  deepStrictEqual(codes(NOW, 0), ["clock-fine"]);
  deepStrictEqual(codes(NOW, null), ["clock-fine"]);
  deepStrictEqual(codes(NOW, 1_900), ["clock-fine"]);
  deepStrictEqual(codes(NOW, -2_100), ["clock-drive"]);
  deepStrictEqual(codes(0, null), ["clock-off"]);
  deepStrictEqual(codes(Date.UTC(2025, 11, 31), 3_000), ["clock-off", "clock-drive"]);
  const [drive] = examineClock(NOW, { path: "/shared", ahead: -59_700 });
  deepStrictEqual(drive.values, { path: "/shared", seconds: -60 });
});

Deno.test("an examination compares the clocks of the machine and of the disk", async () => {
  using tracker = new BaselineTracker();
  await using dir = await tempDir();
  const at = { trackerPort: tracker.port, directory: dir.path };
  const fast = await examineHere({ ...at, clock: () => Date.now() + 3_600_000 });
  strictEqual(valuesOf(fast, "clock-drive").seconds, -3_600);
  const old = await examineHere({ ...at, clock: () => 1_000 });
  deepStrictEqual(valuesOf(old, "clock-off"), {
    now: "1970-01-01T00:00:01.000Z",
    earliest: "2026-01-01T00:00:00.000Z",
  });
});

Deno.test("the exit code is that of the worst finding: no tracker, another fault, a deviation", () => {
  const well = finding("tracker-answers", { address: "10.0.0.1:13377" });
  const warning = finding("no-images", { path: "/shared", files: 0, whole: true });
  const unknown = finding("disk-unknown", { path: "/shared", reason: "no permission" });
  const fault = finding("directory-missing", { path: "/shared" });
  const unreached = ["name-unknown", "tracker-not-found", "tracker-odd", "tracker-silent", "udp-blocked"] as const;
  const table: [Finding[], number][] = [
    [[], DOCTOR_EXIT.well],
    [[well, warning, unknown], 0],
    [[well, fault], 1],
    [[finding("port-unreachable", { port: 5000, host: "", seconds: 6 })], 1],
    [[finding("name-unknown", { host: "x" })], 3],
    [[finding("tracker-not-found", {})], 3],
    [[finding("udp-blocked", { address: "10.0.0.1:13377", seconds: 4 }), fault], 3],
    [[finding("tracker-odd", { address: "10.0.0.1:80", reply: "HTTP/1.1 400" })], 3],
    [[warning, finding("dialect", { address: "10.0.0.1:13377", deviations: ["upd-adds"] })], 7],
    [[fault, finding("tracker-cuts", { bytes: 5_400, offered: 100, accepted: 20 })], 1],
    [[fault, finding("tracker-silent", { address: "10.0.0.1:13377", seconds: 4, tcp: "refused" })], 3],
  ];
  for (const [findings, code] of table) strictEqual(doctorExit(findings), code, JSON.stringify(findings));
  const asFaults = Object.entries(FINDINGS).filter(([, { check, verdict }]) =>
    verdict === "fault" && (check === "name" || check === "tracker")
  );
  deepStrictEqual(asFaults.map(([code]) => code), [...unreached]);
});
