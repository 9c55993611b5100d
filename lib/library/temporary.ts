/**
 * The names of temporary files.
 *
 * @module
 */

/** Temporary files of this program start so: hidden, and never shared. */
export const TEMPORARY_PREFIX = ".idp2pi-";
