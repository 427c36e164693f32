import type { Frame } from "../../protocol/frame";
import { ROOM_MESSAGES, type RoomMessage } from "../../protocol/room-messages";

type Numbered = Exclude<Extract<Frame, { seq?: number }>, { seq?: undefined }>;

/** A message of a beat before it has its room and number. */
export type Told = Numbered extends infer F
  ? F extends { type: infer Type; data: infer Data }
    ? { type: Type; data: Data }
    : never
  : never;

/** As what a viewer chooses messages of a type; null: it is for everybody in the room. */
export const kindOf = (type: string): RoomMessage | null => ROOM_MESSAGES.find((kind) => kind === type) ?? null;

export interface EncodedFrame {
  type: string;
  text: string;
}

interface Part {
  type: string;
  kind: RoomMessage | null;
  head: string;
  tail: string;
}

/** What the viewers of a room are told at once, encoded: what it was made of may change afterwards. */
export class Beat {
  readonly room: string;
  readonly seq: number;
  readonly #parts: readonly Part[];

  /** The last of `messages` is the `delta` or `snapshot`. */
  constructor(room: string, seq: number, messages: readonly Told[]) {
    this.room = room;
    this.seq = seq;
    this.#parts = messages.map(({ type, data }) => ({
      type,
      kind: kindOf(type),
      head: `{"type":"${type}","room":${JSON.stringify(room)},`,
      tail: `"data":${JSON.stringify(data)}}`,
    }));
  }

  /** The messages for one who takes these; whoever got the last one, with the number, got the whole beat. */
  textsFor(takes: ReadonlySet<RoomMessage>): string[] {
    return this.#texts(this.#parts.filter(({ kind }) => kind === null || takes.has(kind)));
  }

  /** All its messages. */
  parts(): EncodedFrame[] {
    const texts = this.#texts(this.#parts);
    return this.#parts.map(({ type }, i) => ({ type, text: texts[i] ?? "" }));
  }

  #texts(parts: readonly Part[]): string[] {
    return parts.map(({ head, tail }, i) => (i < parts.length - 1 ? head + tail : `${head}"seq":${this.seq},${tail}`));
  }

  /** Characters of all its messages. */
  get length(): number {
    return this.#parts.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0);
  }
}
