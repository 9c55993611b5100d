/** The limits on data read from and written to the wire, each with its reason. */

/** The most bytes of a UDP datagram over IPv4: 65,535 less 20 (IP header) less 8 (UDP header). RFC 768, RFC 791. */
export const MAX_DATAGRAM_BYTES = 65_507;

/** The longest password, in UTF-8 bytes. Known programs generate 16; an unlimited one would only fill memory. */
export const MAX_PASSWORD_BYTES = 128;

/** The longest image name, in UTF-16 units: no common file system (NTFS, APFS, ext4) can hold a longer one. */
export const MAX_NAME_LENGTH = 255;

/**
 * The longest image name on the wire, in characters: each unit is at most 3 bytes of UTF-8, each of these `%XX`. A
 * longer one is not decoded.
 */
export const MAX_ENCODED_NAME_LENGTH = MAX_NAME_LENGTH * 9;

/** The longest request that a peer reads, in bytes: `GET ` and a name, which some clients send percent-encoded. */
export const MAX_PEER_REQUEST_BYTES = 4 + MAX_ENCODED_NAME_LENGTH + 2;

/** The most addresses read for one image in a list: clients try a few, and a hostile list must not take hours. */
export const MAX_PEERS_PER_IMAGE = 1_000;

/** The most images read from a list: the 64 MiB of the longest list hold fewer, with names of typical length. */
export const MAX_LISTED_IMAGES = 500_000;

/**
 * The most addresses read from a list, over all images: ten thousand images with a hundred holders each; some 100 MB of
 * memory if all are different.
 */
export const MAX_LISTED_ADDRESSES = 1_000_000;

/** The largest image fetched, in bytes: except for JPEG, the shared formats have 32-bit lengths. */
export const MAX_IMAGE_BYTES = 2 ** 32;

/** The most bytes of a thumbnail: one of 1,024 pixels with much detail, at a low quality. */
export const MAX_THUMBNAIL_BYTES = 256 << 10;

/** The longer side of a thumbnail, in pixels: an icon in a list. */
export const MIN_THUMBNAIL_PIXELS = 16;

/** The longer side of a thumbnail, in pixels: a large tile on a sharp screen. Whoever wants more fetches the image. */
export const MAX_THUMBNAIL_PIXELS = 1_024;

/** The most images of a registration: the largest libraries of one person. Other trackers accept far fewer. */
export const MAX_IMAGES_ANNOUNCED = 50_000;

/** The longest timer, in milliseconds, 24 days: a longer one fires at once (HTML, "timers"). */
export const MAX_TIMER_MS = 2 ** 31 - 1;
