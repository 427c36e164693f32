import { REPLAY_BYTES, REPLAY_FRAMES } from "../../protocol/limits";
import type { Beat } from "./beat";

/** The last beats of a room, for viewers that come back. In memory alone: after a wake-up there are none. */
export class Replay {
  #beats: Beat[] = [];
  #length = 0;
  /** One who has seen this number has missed nothing but `#beats`. */
  #from: number | null = null;

  /** What was told before `seq` cannot be continued. */
  restart(seq: number): void {
    this.#beats = [];
    this.#length = 0;
    this.#from = seq;
  }

  clear(): void {
    this.restart(0);
    this.#from = null;
  }

  /** The number of the last beat; null where nothing can be continued. */
  get last(): number | null {
    return this.#beats.at(-1)?.seq ?? this.#from;
  }

  /** `beat` follows the last one. Of all that is kept there are at most `bytes` characters. */
  add(beat: Beat, bytes = REPLAY_BYTES): void {
    if (this.#from === null) return;
    this.#beats.push(beat);
    this.#length += beat.length;
    this.trim(bytes);
  }

  /** Keeps at most `bytes` characters, the newest. */
  trim(bytes: number): void {
    while (this.#beats.length > REPLAY_FRAMES || this.#length > bytes) {
      const oldest = this.#beats.shift();
      if (!oldest) break;
      this.#length -= oldest.length;
      this.#from = oldest.seq;
    }
  }

  /** The beats after `seq`, if all of them are here and they are at most `length` characters. */
  since(seq: number, length: number): readonly Beat[] | null {
    const { last } = this;
    if (this.#from === null || last === null || seq < this.#from || seq > last) return null;
    const missed = this.#beats.filter((beat) => beat.seq > seq);
    return missed.reduce((sum, beat) => sum + beat.length, 0) <= length ? missed : null;
  }
}
