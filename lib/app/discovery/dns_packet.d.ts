/** As much of the types of dns-packet as is used: those on npm bring the types of Node.js for the whole program. */

export interface PacketRecord {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly ttl?: number;
  readonly flush?: boolean;
  readonly data?: unknown;
}

export interface Packet {
  readonly id?: number;
  readonly type?: "query" | "response";
  readonly flags?: number;
  readonly questions?: readonly { readonly name: string; readonly type: string; readonly class: string }[];
  readonly answers?: readonly PacketRecord[];
  readonly authorities?: readonly PacketRecord[];
  readonly additionals?: readonly PacketRecord[];
}

declare const dnsPacket: {
  readonly AUTHORITATIVE_ANSWER: number;
  /** Throws for bytes that are no message. */
  decode(bytes: Uint8Array): Packet;
  encode(packet: Packet): Uint8Array;
};
export default dnsPacket;
