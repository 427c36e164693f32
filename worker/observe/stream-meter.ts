/** Streams that this isolate holds, of one kind. Everything but `open` is counted since its first stream. */
export interface StreamCounts {
  open: number;
  opened: number;
  messages: number;
  bytes: number;
  /** Clients that did not read and were cut off. */
  errors: number;
}

const kinds = new Map<string, StreamCounts>();

/** The counts of a kind, to be counted up. */
export function streamCounts(kind: string): StreamCounts {
  let counts = kinds.get(kind);
  if (!counts) {
    counts = { open: 0, opened: 0, messages: 0, bytes: 0, errors: 0 };
    kinds.set(kind, counts);
  }
  return counts;
}

export const allStreams = (): ReadonlyMap<string, Readonly<StreamCounts>> => kinds;
