/**
 * The status of a tracker, also in the text format of Prometheus, version 0.0.4. It is written without prom-client, the
 * library for it, which breaks `deno compile`.
 */
import type { RunningTracker } from "../../server/tracker_server.ts";
import type { Totals } from "../../tracker/stats.ts";

/** The status of a tracker at one time; the JSON of `/status` has exactly this shape. */
export interface Snapshot extends ReturnType<RunningTracker["counts"]>, Totals {
  /** The version of the program. */
  readonly version: string;
  /** Seconds since the start. */
  readonly uptime: number;
  /** Resident memory of the process, in bytes. */
  readonly memory: number;
}

export function metrics(snapshot: Snapshot): string {
  const { peers, images, bytes, bytesAllowed, dialling, events, refusals, memory, uptime, version } = snapshot;
  return [
    metric("idp2pi_info", "gauge", "Version of the program.", [[{ version }, 1]]),
    metric("idp2pi_peers", "gauge", "Registered peers.", [[{}, peers]]),
    metric("idp2pi_images", "gauge", "Distinct images that they share.", [[{}, images]]),
    metric("idp2pi_registry_bytes", "gauge", "Estimated memory of the registrations.", [[{}, bytes]]),
    metric("idp2pi_registry_bytes_allowed", "gauge", "The most memory that they may take.", [[{}, bytesAllowed]]),
    metric("idp2pi_dialling", "gauge", "Peers being dialled or waiting for it.", [[{}, dialling]]),
    ...registryMetrics(snapshot.registry),
    metric("idp2pi_events_total", "counter", "Events, by kind.", labelled("kind", events)),
    metric("idp2pi_refusals_total", "counter", "Refused requests, by reason.", labelled("reason", refusals)),
    metric("idp2pi_uptime_seconds", "gauge", "Time since the start of the tracker.", [[{}, uptime]]),
    metric("process_resident_memory_bytes", "gauge", "Resident memory of the process.", [[{}, memory]]),
  ].join("");
}

function registryMetrics(registry: Snapshot["registry"]): string[] {
  if (!registry) return [];
  const { connected, pending, lost, trackers } = registry;
  const name = (end: string): string => `idp2pi_shared_registry_${end}`;
  return [
    metric(name("connected"), "gauge", "Whether the shared registry can be reached.", [[{}, Number(connected)]]),
    metric(name("pending"), "gauge", "Changes that it has not confirmed.", [[{}, pending]]),
    metric(name("lost_total"), "counter", "Changes given up while it was away for too long.", [[{}, lost]]),
    metric(name("trackers"), "gauge", "Trackers that share it; 0 while it is away.", [[{}, trackers]]),
  ];
}

type Sample = [labels: Readonly<Record<string, string>>, value: number];

function labelled(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([key, value]) => [{ [label]: key }, value]);
}

function metric(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`).join(",");
    return `${name}${pairs === "" ? "" : `{${pairs}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escape(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
