/** A request under steady load: when it was due, and how many events had been answered with it. Times in milliseconds. */
export interface PacedBatch {
  due: number;
  events: number;
}

/** What a frame said: when it was there, and how many events it counts today. */
export interface CountedFrame {
  at: number;
  events: number;
}

/**
 * How long each batch took to be on a screen: until the first frame that counts it. An object takes batches in the order
 * in which it answers them, so a batch is counted when as many events are as had been answered with it.
 * Throws when a batch was never shown.
 */
export function shownAfter(batches: readonly PacedBatch[], frames: readonly CountedFrame[], before: number): number[] {
  let next = 0;
  return batches.map(({ due, events }) => {
    for (let frame = frames[next]; frame !== undefined; frame = frames[++next]) {
      if (frame.events >= before + events) return frame.at - due;
    }
    throw new Error(`No frame counted ${events} events; midnight (UTC) begins the count anew.`);
  });
}
