/** The limits of what is read from and written to the wire, each with its reason. */

/** Most bytes that one UDP datagram carries over IPv4: 65,535 less 20 (IP header) less 8 (UDP header). RFC 768, RFC 791. */
export const MAX_DATAGRAM_BYTES = 65_507;

/** Longest password, in UTF-8 bytes. Programs in the wild generate 16; an endless one would only fill memory. */
export const MAX_PASSWORD_BYTES = 128;

/** Longest image name, in UTF-16 units: no common file system (NTFS, APFS, ext4) can hold a longer one. */
export const MAX_NAME_LENGTH = 255;

/** Longest image name on the wire, in characters: each unit is at most 3 bytes of UTF-8, each of these `%XX`. A longer one is not decoded. */
export const MAX_ENCODED_NAME_LENGTH = MAX_NAME_LENGTH * 9;

/** Longest request that a peer reads, in bytes: `GET `, and a name that a lax client may send percent-encoded. */
export const MAX_PEER_REQUEST_BYTES = 4 + MAX_ENCODED_NAME_LENGTH + 2;

/** Most addresses read of one image in a list: a client tries a handful, a hostile list must not make it try for hours. */
export const MAX_PEERS_PER_IMAGE = 1_000;

/** Most images read of one list: with names of typical length more than the 64 MiB hold that are read of one. */
export const MAX_LISTED_IMAGES = 500_000;

/** Most addresses read of one list, all images together: ten thousand images with a hundred holders each; some 100 MB of memory when all are different. */
export const MAX_LISTED_ADDRESSES = 1_000_000;

/** Largest image fetched, in bytes: JPEG aside, the formats shared here count their length in 32 bits. */
export const MAX_IMAGE_BYTES = 2 ** 32;

/** Most images of one registration: the largest libraries of one person. Trackers in the wild take far fewer. */
export const MAX_IMAGES_ANNOUNCED = 50_000;

/** Longest wait of a timer, in milliseconds, 24 days: one that is set to more fires at once (HTML, "timers"). */
export const MAX_TIMER_MS = 2 ** 31 - 1;
