/** What firewalls, routes and several networks do to a peer is found from its own host. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import type { Finding } from "../../../lib/app/doctor/finding.ts";
import { needing } from "../../needs.ts";
import { taskFlags } from "../../../scripts/task_flags.ts";
import { programCommand } from "../../support.ts";
import { Network } from "../../support_network.ts";
import { faultsAre, valuesOf } from "./support.ts";

const DENO = Deno.execPath();

/** The permissions that the client has. */
const FLAGS = taskFlags("client");

/** What is found from the host `peer`. */
async function examined(network: Network, tracker: string, port = 5000): Promise<Finding[]> {
  const script = join("tests", "app", "doctor", "examine_here.ts");
  return JSON.parse(await network.run("peer", DENO, "run", ...FLAGS, script, tracker, `${port}`));
}

/** Has a host drop what these rules name, and nothing else. */
async function drop(network: Network, host: string, ...rules: string[]): Promise<void> {
  const chains = rules.map((rule) => `    ${rule} drop\n`).join("");
  const table = ["input", "output"].map((hook) =>
    `  chain ${hook} {\n    type filter hook ${hook} priority 0;\n${chains}  }\n`
  ).join("");
  await network.run(host, "nft", `flush ruleset; table inet firewall {\n${table}}\n`);
}

/** The log of a tracker that is started on the host `tracker`. */
async function startTracker(network: Network): Promise<void> {
  await network.start("tracker", /listens on UDP and TCP/, ...programCommand("server"), "--lang", "en");
}

Deno.test(needing(["hosts", "nft"], "the findings are right in a private network", async (t) => {
  await using network = await Network.start(9, { tracker: "10.77.0.1/24", peer: "10.77.0.2/24" });
  const address = "10.77.0.1:13377";
  const here = { host: "10.77.0.2", port: 5000 };

  await t.step("a machine without a tracker refuses TCP", async () => {
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings, "tracker-silent");
    deepStrictEqual(valuesOf(findings, "tracker-silent"), { address, seconds: 4, tcp: "refused" });
  });

  await startTracker(network);

  await t.step("without a fault, the tracker reaches our port", async () => {
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings);
    deepStrictEqual(valuesOf(findings, "port-reachable"), { port: 5000, from: "10.77.0.1" });
    deepStrictEqual(valuesOf(findings, "one-address"), { address: "10.77.0.2" });
    valuesOf(findings, "dialect-none");
  });

  await t.step("a firewall before our port is noticed through the tracker, which lists us all the same", async () => {
    await drop(network, "peer", "tcp dport 5000");
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings, "port-unreachable");
    deepStrictEqual(valuesOf(findings, "port-unreachable"), { ...here, seconds: 6 });
    valuesOf(findings, "dialect-none");
  });

  await t.step("a firewall that blocks UDP is distinguished from a missing tracker", async () => {
    await drop(network, "peer", "udp dport 13377");
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings, "udp-blocked");
  });

  await t.step("a firewall that blocks only UDP answers is distinguished too", async () => {
    await drop(network, "peer", "udp sport 13377");
    faultsAre(await examined(network, "10.77.0.1"), "udp-blocked");
  });

  await t.step("TCP times out at a machine that drops everything", async () => {
    await drop(network, "tracker", "ip saddr 10.77.0.2");
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings, "tracker-silent");
    strictEqual(valuesOf(findings, "tracker-silent").tcp, "timed-out");
    await drop(network, "tracker");
  });

  await t.step("an address in another network has no route", async () => {
    await drop(network, "peer");
    const findings = await examined(network, "10.99.0.1");
    faultsAre(findings, "tracker-silent");
    strictEqual(valuesOf(findings, "tracker-silent").tcp, "no-route");
  });

  await t.step("a tracker on UDP alone does not test our port", async () => {
    await drop(network, "peer", "meta l4proto tcp");
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings);
    deepStrictEqual(valuesOf(findings, "tracker-answers-udp"), { address, tcp: "timed-out" });
    deepStrictEqual(valuesOf(findings, "port-untried"), here);
    await drop(network, "peer");
  });

  await t.step("with several networks, that of the tracker is named", async () => {
    await network.run("peer", "ip", "addr", "add", "10.88.0.2/24", "dev", "eth0");
    const findings = await examined(network, "10.77.0.1");
    faultsAre(findings);
    const { addresses, seen } = valuesOf(findings, "several-addresses");
    deepStrictEqual(addresses.toSorted(), ["10.77.0.2", "10.88.0.2"]);
    strictEqual(seen, "10.77.0.2");
  });
}));

Deno.test(
  needing(
    ["hosts", "nft"],
    "the findings are right in a public network, where a peer is listed once it was reached",
    async (t) => {
      // Addresses of documentation (RFC 5737): nobody's, and public to the tracker.
      await using network = await Network.start(10, { tracker: "203.0.113.1/24", peer: "203.0.113.2/24" });
      await startTracker(network);

      await t.step("without a firewall there is no fault", async () => {
        const findings = await examined(network, "203.0.113.1");
        faultsAre(findings);
        deepStrictEqual(valuesOf(findings, "port-reachable"), { port: 5000, from: "203.0.113.1" });
        deepStrictEqual(valuesOf(findings, "one-address"), { address: "203.0.113.2" });
        valuesOf(findings, "dialect-none");
      });

      await t.step("a firewall before our port is the only fault", async () => {
        await drop(network, "peer", "tcp dport 5001");
        const findings = await examined(network, "203.0.113.1", 5001);
        faultsAre(findings, "port-unreachable");
        valuesOf(findings, "dialect-none");
      });
    },
  ),
);
