import * as z from "zod";

/** How many have the public counter of a site open. Field names are as a page reads them. */
export interface CounterCounts {
  /** Open streams. */
  totalConnections: number;
  /** Browsers that hold them. */
  uniqueVisitors: number;
}

/** One message of `GET /events`, and the reply of `GET /counter.json`. */
export interface CounterMessage extends CounterCounts {
  /** ISO 8601. */
  timestamp: string;
}

/** Who holds a counter stream: passed from the Worker at the upgrade. */
export const CounterSeat = z.object({
  /** The id of the visitor's cookie; of a browser without one, the stream's. */
  visitor: z.string(),
  /** Made by the page for each load of it: a stream that comes back under it takes the place of the one before. */
  stream: z.string(),
  /** A hash of the address, for as long as the stream is open; none of streams that were opened before there was one. */
  from: z.string().optional(),
});
export type CounterSeat = z.infer<typeof CounterSeat>;

/** The same as it is kept with the socket. `at` orders openings of one stream, in whichever object they are; given by the site's object. */
export const HeldSeat = CounterSeat.extend({ at: z.number().default(0) });
export type HeldSeat = z.infer<typeof HeldSeat>;

/**
 * Streams beyond those that the site's object holds are held by leaves: objects in front of it, numbered from 0. The site's
 * object answers an upgrade for which it has no room with 421 and this as JSON in `LEAF_HEADER`.
 */
export const LeafPlace = z.object({
  /** The first leaf to ask; one that is full answers 503, and the next may have room, up to `last`. */
  index: z.int(),
  last: z.int(),
  at: z.number(),
});
export type LeafPlace = z.infer<typeof LeafPlace>;
export const LEAF_HEADER = "x-footfall-leaf";

/** What the Worker tells a leaf at the upgrade, and what the leaf keeps with the socket. */
export const LeafSeat = HeldSeat.extend({ site_id: z.string(), index: z.int() });
export type LeafSeat = z.infer<typeof LeafSeat>;

/** What a leaf tells the site's object of its streams. Each stream is in it once, as it is now. */
export interface LeafNews {
  /** Begins with each `whole`, and only grows. Milliseconds since 1970, or more. */
  epoch: number;
  /** The number of this call within the epoch. */
  call: number;
  /** `joined` are all streams of the leaf; otherwise those that came since the call before. */
  whole: boolean;
  joined: HeldSeat[];
  /** Streams that went since the call before. */
  left: string[];
}

export interface LeafReply {
  /** Null: taken. Otherwise the whole is needed, in an epoch above this. */
  again: number | null;
  /** With these news; null while the site's object does not know all its leaves yet. */
  counts: CounterCounts | null;
}

/** A stream that is to be closed unless it was opened after `at`. */
export interface StreamEnd {
  stream: string;
  at: number;
}

/** What the site's object tells a leaf. The answer is null, or the whole where it does not know the leaf's epoch. */
export interface LeafOrder {
  /** For the leaf's streams; null: nothing new to tell them. */
  message: CounterMessage | null;
  close: StreamEnd[];
  /** The epoch that it knows. */
  known: number | null;
}
