/**
 * The text format of Prometheus, version 0.0.4, by hand: the library for it, prom-client, breaks `deno compile`.
 *
 * @module
 */
import type { Snapshot } from "./snapshot.ts";

/** The numbers of `snapshot` as Prometheus reads them. */
export function metrics(snapshot: Snapshot): string {
  const { peers, images, bytes, dialling, events, refusals, memory, uptime, version } = snapshot;
  return [
    metric("idp2pi_info", "gauge", "The program.", [[{ version }, 1]]),
    metric("idp2pi_peers", "gauge", "Peers that are registered.", [[{}, peers]]),
    metric("idp2pi_images", "gauge", "Different images that they share.", [[{}, images]]),
    metric("idp2pi_registry_bytes", "gauge", "Memory that registrations take, estimated.", [[{}, bytes]]),
    metric("idp2pi_dialling", "gauge", "Peers whose ports are being tried, or wait for it.", [[{}, dialling]]),
    metric("idp2pi_events_total", "counter", "What happened, by kind.", labelled("kind", events)),
    metric("idp2pi_refusals_total", "counter", "Requests that were refused, by reason.", labelled("reason", refusals)),
    metric("idp2pi_uptime_seconds", "gauge", "Time since the start.", [[{}, uptime]]),
    metric("process_resident_memory_bytes", "gauge", "Memory that the process takes.", [[{}, memory]]),
  ].join("");
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
