/** Trackers that announce themselves on hosts of a test, and clients there. */
import { programCommand } from "../support.ts";
import type { Network } from "../support_network.ts";

/** A program of ours that announces itself, which tests do not otherwise. */
export const announcing = (...args: string[]): [string, ...string[]] => [
  "env",
  "--unset=IDP2PI_SERVER_NO_ANNOUNCE",
  ...programCommand("server"),
  ...args,
];

export const ANNOUNCED = /"event":"announced","name":"/;

/** A unique local address of IPv6 beside that of IPv4; others may have it at once, since it is not tried. */
export async function addIpv6(network: Network, host: string, address: string, device = "eth0"): Promise<void> {
  await network.run(host, "ip", "addr", "add", `${address}/64`, "dev", device, "nodad");
}

/** What a command of the client says as JSON, and its exit code. */
export async function client(
  network: Network,
  host: string,
  ...args: string[]
): Promise<{ code: number; said: Record<string, unknown> }> {
  const { code, text } = await network.result(host, ...programCommand("client"), ...args, "--json", "--lang", "en");
  return { code, said: JSON.parse(text) };
}

/** A client that shares a directory. */
export const share = (
  ...args: string[]
): [string, ...string[]] => [...programCommand("client"), "share", ...args, "--json"];

/** What is listed by a tracker: the names of the images, each with the hosts of its peers. */
export async function listed(network: Network, host: string, tracker: string): Promise<Record<string, string[]>> {
  const { said } = await client(network, host, "list", tracker);
  const images = (said.images ?? []) as { name: string; peers: string[] }[];
  return Object.fromEntries(images.map(({ name, peers }) => [name, peers.map((it) => it.replace(/:\d+$/, ""))]));
}
