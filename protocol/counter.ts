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

/** Who holds a counter stream: passed from the Worker at the upgrade, kept in the socket's attachment. */
export const CounterSeat = z.object({
  /** The id of the visitor's cookie; of a browser without one, the stream's. */
  visitor: z.string(),
  /** Made by the page for each load of it: a stream that comes back under it takes the place of the one before. */
  stream: z.string(),
});
export type CounterSeat = z.infer<typeof CounterSeat>;
