import type { EVENT_BYTES, TEXT } from "../protocol/limits";

/** In a file of their own, as the bundler writes imported numbers where they are used, and the file's own into variables. */

/** Type-checked against the limit; importing the object would cost the script all of its numbers. */
export const URL_CHARACTERS: typeof TEXT.url = 2_048;
/** Characters in place of bytes: the collector measures exactly, and what gets by here still fits into a batch. */
export const EVENT_CHARACTERS: typeof EVENT_BYTES = 16_384;
/** More than these, which is what the part reports, are not kept for it: it may never come. */
export const EARLY_ERRORS = 20;
/** The delay before another try stops doubling here, at about four minutes. */
export const MOST_DOUBLINGS = 7;
/** A beacon tells nobody when it has arrived; after this time, in milliseconds, it is held to have. */
export const BEACON_TIME = 5_000;
/** Batches that may wait for an acknowledgement over the socket; what comes then goes by beacon or waits. */
export const SOCKET_BATCHES = 3;
/** A socket that answers nothing for so long, in milliseconds, is broken. */
export const SOCKET_PATIENCE = 10_000;
