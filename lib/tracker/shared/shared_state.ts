/** What trackers that share a registry say to each other: registrations, changes, and what became of them. */

/** MD5 and name of one image after the other, as the engine has them: an object for each would cost every change. */
export type SharedImages = readonly string[];

/** One part of a list is replaced by other images. */
export interface ImageEdit {
  /** How many images before the part stay. */
  readonly kept: number;
  /** How many images the part has. */
  readonly dropped: number;
  readonly added: SharedImages;
}

/** A registration as all trackers know it. */
export interface SharedPeer {
  readonly password: string;
  readonly listed: boolean;
  readonly verified: boolean;
  /** When its lease ends, in whole milliseconds by the clock of the engine; `Infinity` if never. */
  readonly endsAt: number;
  /** The number of the change that registered it last. */
  readonly sequence: number;
  readonly images: SharedImages;
  /** The entry of the stream that set its images; 0 while none did. */
  readonly imagesAt: number;
}

/**
 * What one tracker asks of the registration at an address (`ip:port`). It has no effect on a registration with another
 * password: then the peer registered anew elsewhere.
 */
export type Change =
  /** A `REG`; has no effect if the peer left after it at another tracker, see {@link LEFT_MS}. */
  | { readonly kind: "put"; readonly address: string; peer: SharedPeer }
  /** A registration that the engine has lost: has no effect if it has one with the number `before` or a later one. */
  | { readonly kind: "restore"; readonly address: string; readonly peer: SharedPeer; readonly before: number }
  | {
    readonly kind: "update";
    readonly address: string;
    readonly password: string;
    readonly images: SharedImages;
    /** Has no effect on images that another entry set: it belongs where an {@link Edit} of this tracker did not fit. */
    base?: number;
  }
  /** An update that moves the peer here from another port; has no effect if this one is taken, or if it left it since. */
  | { readonly kind: "move"; readonly address: string; readonly from: string; readonly peer: SharedPeer }
  | { readonly kind: "list"; readonly address: string; readonly password: string; readonly listed: boolean }
  | Renewal
  | {
    readonly kind: "remove";
    readonly address: string;
    readonly password: string;
    /** Has no effect on a lease that ends later. */
    endedBy?: number;
    /** Has no effect on a registration with this number or a later one. */
    readonly before?: number;
  };

/**
 * A registration whose lease ends so much earlier than a removal that had an effect assumed is older than it: it was on
 * the way for longer, as when the engine was away. In milliseconds; leaves room for differences of clocks.
 */
export const LEFT_MS = 400;

/** A lease that ends later. It never shortens one, so that a late renewal does no harm. */
export interface Renewal {
  readonly kind: "renew";
  readonly address: string;
  readonly password: string;
  endsAt: number;
  readonly verified: boolean;
}

/**
 * An update as it is sent, if its list is long: what is different from the images that the entry `base` set. Has no
 * effect on others; then the tracker sends the whole list.
 */
export interface Edit {
  readonly kind: "edit";
  readonly address: string;
  readonly password: string;
  readonly base: number;
  readonly edit: ImageEdit;
}

/** Changes that are sent together under one number, so that the engine makes them once if they are sent twice. */
export interface SentChanges {
  readonly number: number;
  readonly changes: readonly (Change | Edit)[];
}

/** What a change made of one registration: it is assigned, whatever was there. */
export interface Result {
  readonly address: string;
  /** The address from which the peer moved, where it is no more. */
  readonly from?: string;
  /** The registration without its images; `null` if it is gone. */
  readonly peer: Omit<SharedPeer, "images" | "imagesAt"> | null;
  /** Reads its images, if they may have changed; `before` are those that it had. */
  readonly images?: (before: () => SharedImages) => SharedImages;
  /** Whether a tracker restored it, since the engine had lost it. */
  readonly restored?: boolean;
}

/** An entry of the stream: the changes that a tracker sent under one number, in the order of the engine. */
export interface RegistryEntry {
  /** Microseconds by the clock of the engine, but later than the entry before. */
  readonly id: number;
  /** The tracker that sent the changes. */
  readonly origin: string;
  /** Counts what that tracker sent, from 1. */
  readonly number: number;
  /** What they made of the registrations; nothing if they had no effect. */
  readonly results: readonly Result[];
  /** The entry that set the images to which an {@link Edit} did not fit. */
  readonly unfit?: number;
}

/** All registrations at one position of the stream, or later ones: then the entries that follow say so too. */
export interface RegistrySnapshot {
  readonly position: number;
  readonly peers: ReadonlyMap<string, SharedPeer>;
}

/** The addresses that a change is about. */
export function addressesOf(change: Change): readonly string[] {
  return change.kind === "move" ? [change.from, change.address] : [change.address];
}

/** The images that a change sets, if it does. */
export function imagesOf(change: Change): SharedImages | undefined {
  return change.kind === "update" ? change.images : "peer" in change ? change.peer.images : undefined;
}

/** Assigns what an entry of the stream made of a registration. */
export function assignIn(peers: Map<string, SharedPeer>, { address, from, peer, images }: Result, id: number): void {
  if (from !== undefined) peers.delete(from);
  const known = peers.get(address);
  if (peer === null) peers.delete(address);
  // The registration may have been read after later entries: these come too, and an edit fits only once.
  else if (known && (!images || known.imagesAt >= id)) peers.set(address, { ...known, ...peer });
  else if (images) peers.set(address, { ...peer, images: images(() => known?.images ?? []), imagesAt: id });
}

/** What a change makes of a registration, as the script of the engine has it. */
export function changed(peer: SharedPeer | null, change: Change, address: string): SharedPeer | null {
  switch (change.kind) {
    case "put":
      return change.peer;
    case "restore":
      return peer && peer.sequence >= change.before ? peer : change.peer;
    case "move":
      if (address === change.address) return peer ?? change.peer;
      return peer?.password === change.peer.password ? null : peer;
  }
  if (peer?.password !== change.password) return peer;
  switch (change.kind) {
    case "update":
      return peer.imagesAt === (change.base ?? peer.imagesAt) ? { ...peer, images: change.images } : peer;
    case "list":
      return { ...peer, listed: change.listed };
    case "renew":
      return {
        ...peer,
        endsAt: Math.max(peer.endsAt, change.endsAt),
        verified: peer.verified || change.verified,
      };
    case "remove":
      return peer.endsAt <= (change.endedBy ?? Infinity) && peer.sequence < (change.before ?? Infinity) ? null : peer;
  }
}
