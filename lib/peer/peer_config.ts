/** The configuration of a peer, and the events that it reports. */
import type { ScanProgress } from "../folder/folder_options.ts";
import type { FolderEvent, WatchIntervals } from "../folder/watch.ts";
import type { RegistrationEvent, RenewalWaits } from "../announce/renewal.ts";
import type { FindAgain } from "../announce/network_trackers.ts";
import type { TrackerPlace } from "../announce/tracker_place.ts";
import type { ServedEvent } from "./served_event.ts";
import type { MakeThumbnail } from "./thumbnail_queue.ts";

/** The configuration of a peer. Exceptions in its callbacks go to standard error, and stop nothing. */
export interface PeerConfig {
  /**
   * `host`, `host:port` or `[ipv6]:port`, where the host may be a name; several trackers of one network separated by
   * commas; or the address of a running tracker. Default port: 13377.
   */
  readonly tracker: TrackerPlace;
  /** The trackers of further networks in which the peer shares and lists too, each as `tracker`; none by default. */
  readonly also?: readonly TrackerPlace[];
  /**
   * Finds the addresses of `tracker`, or of one of `also`, when none of its trackers answered; by default their names are
   * looked up again.
   */
  readonly findAgain?: ReadonlyMap<TrackerPlace, FindAgain>;
  /** The directory whose images are shared and into which others are saved. */
  readonly directory: string;
  /** The TCP port for other peers; a free one by default. */
  readonly port?: number;
  /** The address on which it answers other peers; all of this machine by default. */
  readonly host?: string;
  /** The password that protects the registration; a random one by default. Further networks get others. */
  readonly password?: string;
  /** Called after each request of another peer. */
  readonly onServed?: (event: ServedEvent) => void;
  /** Makes the thumbnails that other peers ask for; without it, they get none. */
  readonly thumbnails?: MakeThumbnail;
  /** Called when a tracker is lost, is found again, or had forgotten this peer, with the name of its network. */
  readonly onTracker?: (event: RegistrationEvent, network: string) => void;
  /**
   * When the registration is renewed and retried; default: each minute, a third of the lease.
   *
   * @ignore For tests.
   */
  readonly renewalWaits?: RenewalWaits;
  /** Bytes per second sent to all other peers together, more than 0; no limit by default. */
  readonly uploadLimit?: number;
  /** Bytes per second fetched from all other peers together, more than 0; no limit by default. */
  readonly downloadLimit?: number;
  /** Whether downloads get the times of their peers' files; default: `true`. */
  readonly keepTimes?: boolean;
  /** Whether subdirectories are shared too, and images saved into them; default: `true`. */
  readonly recursive?: boolean;
  /** Whether images are announced and saved without the folders in their names; default: `false`. */
  readonly flat?: boolean;
  /** Whether downloads are shared; by default what the user chose for the directory, initially `true`. */
  readonly reshare?: boolean;
  /** The only files of the directory that are shared, by their paths within it; all by default. */
  readonly only?: readonly string[];
  /** Whether images that contain GPS coordinates are not shared; default: `false`. */
  readonly skipLocated?: boolean;
  /** The file of the cache, which avoids reading unchanged images again at the next start; none by default. */
  readonly cache?: string;
  /** The file in which downloads and uploads are recorded; none by default. */
  readonly history?: string;
  /** Whether changes of the directory are noticed and announced; default: `true`. */
  readonly watch?: boolean;
  /**
   * When the directory is scanned.
   *
   * @ignore For tests.
   */
  readonly watchIntervals?: WatchIntervals;
  /** Called when the directory changed, which is announced too, and when it cannot be read. */
  readonly onFolder?: (event: FolderEvent) => void;
  /** Called with the progress of the first scan. */
  readonly onScan?: (progress: ScanProgress) => void;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

/** 16 hexadecimal digits, as the reference client makes them. */
export function makePassword(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
