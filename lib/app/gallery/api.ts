/**
 * What the gallery's server and its page say to each other, as JSON. Times are in seconds since 1970 and sizes in bytes;
 * 0 stands for an unknown number and "" for an unknown text. Addresses are `ip:port`. A `reason` is a sentence for people,
 * in the language of the client.
 *
 * | request                                   | body, and answer                                                            |
 * | ----------------------------------------- | --------------------------------------------------------------------------- |
 * | `GET /api/state`                          | {@link GalleryState}                                                        |
 * | `GET /api/images`                         | {@link GalleryImages}                                                       |
 * | `GET /api/image/<md5>`                    | {@link ImageDetails}                                                        |
 * | `GET /api/history?before=<id>`            | {@link HistoryPage}                                                         |
 * | `GET /api/find?text=<text>&from=<next>`   | {@link FoundPage}; the images follow as `images`                            |
 * | `GET /api/events?last=<id>`               | an event stream: the keys of {@link GalleryEvents}, each with JSON as data  |
 * | `GET /thumb/<md5>?size=<pixels>`          | a picture; 404 with {@link GalleryRefusal} where none can be made                  |
 * | `GET /image/<md5>`                        | the whole picture as browsers show it, other formats as WebP of 4,096 pixels at most; 404 with {@link GalleryRefusal} |
 * | `GET /image/<md5>?original`               | the file's own bytes, as an attachment: saving it with the browser          |
 * | `POST /api/download`, `/cancel`           | {@link ImageSelection}; 204                                                      |
 * | `POST /api/pause`, `/resume`              | {@link ImageSelection}, or `{}` for the whole queue; 204                         |
 * | `POST /api/retry`                         | `{}`: downloads failed images again; 204                                    |
 * | `POST /api/share`, `/api/unshare`         | {@link ImageSelection}; 204                                                      |
 * | `POST /api/reshare`                       | {@link Reshare}: share downloaded images or not; 204                        |
 * | `PUT /api/files/<encoded name>`           | an image's bytes; {@link StoredFile}                                        |
 *
 * Of a picture whose file is here, one `Range` of bytes may be requested: 206 or 416. Any other answer is 4xx or 5xx with
 * {@link GalleryRefusal}.
 */

/** What an image is to this client: bits of {@link ImageRow}'s flags. */
export const IMAGE_FLAG = {
  /** This client offers it to others. */
  shared: 1,
  /** Its file is in the client's directory. */
  here: 2,
  /** It is being downloaded, or waits for that. */
  fetching: 4,
  /** Its user decided not to share it. */
  unshared: 8,
  /** It appeared after the client had started. */
  recent: 16,
} as const;

/** An image of the network or of the directory; an array, since there may be 100,000 of them. */
export type ImageRow = readonly [
  md5: string,
  /** Its name or path, `lisboa/DSC_0001.jpg`: text of strangers. */
  name: string,
  size: number,
  /** Its MIME type. */
  type: string,
  width: number,
  height: number,
  taken: number,
  modified: number,
  /** When this client saw it first; 0 if it was found in a network of which not all images are held. */
  seen: number,
  /** Bits of {@link IMAGE_FLAG}. */
  flags: number,
  /** Who has it: indices in the table of peers. */
  peers: readonly number[],
  /** A thumbhash of the picture, in base64. */
  hash: string,
  /** Which networks list it, if there are several: indices in {@link GalleryState.networks}. */
  networks: readonly number[],
];

/**
 * All images. Its JSON has lines, so that a page can parse it as it arrives: the first ends with the `[` of the images,
 * each of the others has whole rows, separated by commas and with one at its end, and the last is `]}`.
 */
export interface GalleryImages {
  /** Increased with each change. */
  readonly at: number;
  /** The table of peers: addresses. Changes only append to it. */
  readonly peers: readonly string[];
  readonly images: readonly ImageRow[];
}

/** Images that were found in a large network, by words in their names. */
export interface FoundPage {
  /** Where to go on with the same text; "" if nothing is left to look at. */
  readonly next: string;
  /** The MD5 of one of them; "" if nothing was found yet. */
  readonly first: string;
}

/** What changed since the version before. */
export interface ImagesChange {
  /** One more than before; a page that has another version loads everything again. */
  readonly at: number;
  /** Addresses to append to the table of peers. */
  readonly peers: readonly string[];
  /** New images, and whole rows of changed ones. */
  readonly images: readonly ImageRow[];
  /** The MD5s of those that are neither on the network nor here any more. */
  readonly removed: readonly string[];
}

/** A network in which the client shares and lists. */
export interface GalleryNetwork {
  /** Its first tracker, as the user named it. */
  readonly name: string;
  /** The addresses of its trackers, that of the one that is asked first. */
  readonly trackers: readonly string[];
  readonly registered: boolean;
  /** Why the last request failed; "" if it did not. */
  readonly lost: string;
}

export interface GalleryState {
  /** The version of idp2pi. */
  readonly version: string;
  readonly language: "en" | "pt";
  /** At least one; others than the first may come and go. */
  readonly networks: readonly GalleryNetwork[];
  /** The name of the directory, for display. */
  readonly directory: string;
  /** What this client shares. */
  readonly own: { readonly images: number; readonly bytes: number };
  /** Other peers of the network. */
  readonly peers: number;
  /** About how many images there are, if not all of the network are held but those that were found; else 0. */
  readonly total: number;
  /** Whether images may be missing, since a list was as long as a tracker can send it. */
  readonly mayBeCut: boolean;
  /** Whether the page that gets this may change anything; else each POST and PUT is refused. */
  readonly canControl: boolean;
  /** Whether downloaded images are shared. */
  readonly reshare: boolean;
  /** Whether the whole queue is paused. */
  readonly paused: boolean;
  readonly queue: readonly QueuedDownload[];
}

export interface QueuedDownload {
  readonly md5: string;
  readonly name: string;
  /** `asking`: the peer has not sent anything yet; `waiting`: no peer is asked yet, or not again yet. */
  readonly status: "active" | "asking" | "waiting" | "paused" | "failed";
  readonly received: number;
  readonly size: number;
  /** Bytes per second. */
  readonly rate: number;
  /** Who sends it, or is asked. */
  readonly peer: string;
  /** Why it failed, or waits. */
  readonly reason: string;
}

/** The progress of an active download. */
export type TransferProgress = Pick<QueuedDownload, "md5" | "received" | "size" | "rate" | "peer">;

/** The end of a download. */
export interface DownloadOutcome {
  readonly md5: string;
  readonly name: string;
  readonly kind: "saved" | "here" | "failed" | "cancelled";
  readonly reason: string;
}

/** The events of the stream, and the data of each. A stream that starts anew with `Last-Event-ID`, or `last`, gets what it missed. */
export interface GalleryEvents {
  readonly state: GalleryState;
  readonly images: ImagesChange;
  readonly progress: readonly TransferProgress[];
  readonly outcome: DownloadOutcome;
  /** Too much was missed: the page requests everything again. */
  readonly reload: null;
  /** The client is there, although nothing happens. */
  readonly beat: null;
  /** The client ends. */
  readonly bye: null;
}

export interface ImageDetails {
  readonly md5: string;
  readonly name: string;
  /** Its path in the directory; "" if it is not here. */
  readonly path: string;
  readonly size: number;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly taken: number;
  readonly modified: number;
  /** Make and model, by EXIF. */
  readonly camera: string;
  /** Whether it says where it was taken; `null` if that is not known. */
  readonly hasLocation: boolean | null;
  readonly peers: readonly string[];
  /** The names of the networks that list it, if there are several. */
  readonly networks: readonly string[];
}

/** A finished download or upload. */
export interface HistoryEntry {
  readonly id: number;
  readonly at: number;
  readonly direction: "download" | "upload";
  readonly md5: string;
  readonly name: string;
  readonly size: number;
  /** Bytes per second. */
  readonly rate: number;
  readonly peer: string;
}

/** The newest entries first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly hasMore: boolean;
}

export interface ImageSelection {
  readonly md5s: readonly string[];
}

export interface Reshare {
  readonly on: boolean;
}

/** A dropped file that is in the directory now. */
export interface StoredFile {
  readonly md5: string;
  readonly name: string;
  /** Why it is not shared all the same; "" if it is. */
  readonly reason: string;
}

export interface GalleryRefusal {
  readonly reason: string;
}
