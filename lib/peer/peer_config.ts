/**
 * How a peer is started, and what it tells while it runs.
 *
 * @module
 */
import type { ScanProgress } from "../folder/scan.ts";
import type { FolderEvent, WatchWaits } from "../folder/watch.ts";
import type { RegistrationEvent, RenewalWaits } from "../announce/renewal.ts";
import type { TrackerPlace } from "../announce/tracker_place.ts";
import type { ServedEvent } from "./peer_server.ts";

/** How a peer is started. What its callbacks throw goes to standard error, and stops nothing. */
export interface PeerConfig {
  /** The tracker: `host`, `host:port` or `[ipv6]:port`, or the address of a running one. */
  readonly tracker: TrackerPlace;
  /** The directory whose images are shared and into which others are saved. */
  readonly directory: string;
  /** The TCP port for other peers; a free one when left out. */
  readonly port?: number;
  /** The address on which other peers are answered; all of them when left out. */
  readonly host?: string;
  /** The word that protects the registration; made up when left out. */
  readonly password?: string;
  /** Told of each conversation with another peer. */
  readonly onServed?: (event: ServedEvent) => void;
  /** Told when the tracker is lost, found again, or had forgotten us. */
  readonly onTracker?: (event: RegistrationEvent) => void;
  /**
   * When the registration is renewed and retried; each minute, a third of the lease, when left out.
   *
   * @ignore Tests have no minute.
   */
  readonly renewalWaits?: RenewalWaits;
  /** Bytes per second sent to all other peers together, more than 0; no limit when left out. */
  readonly uploadLimit?: number;
  /** Bytes per second taken from all other peers together, more than 0; no limit when left out. */
  readonly downloadLimit?: number;
  /** Whether directories within the directory are shared too, as they are when this is left out. */
  readonly recursive?: boolean;
  /** Whether images that say where they were taken are left out. */
  readonly skipLocated?: boolean;
  /** The file in which it is kept what was read of files, so that unchanged ones are not read again; none when left out. */
  readonly cache?: string;
  /** Whether changes of the directory are noticed and announced; they are when this is left out. */
  readonly watch?: boolean;
  /**
   * When the directory is looked at.
   *
   * @ignore Tests are in a hurry.
   */
  readonly watchWaits?: WatchWaits;
  /** Told when the directory changed and the tracker is told of it, and when it cannot be looked at. */
  readonly onFolder?: (event: FolderEvent) => void;
  /** Told how the first scan goes on. */
  readonly onScan?: (progress: ScanProgress) => void;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

/** 16 hexadecimal digits, as the reference client makes them. */
export function makePassword(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
