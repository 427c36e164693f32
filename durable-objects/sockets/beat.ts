import type { Frame } from "../../protocol/frame";
import type { BeatPart, PassedBeat } from "../../protocol/org";
import { ROOM_MESSAGES, type RoomMessage } from "../../protocol/room-messages";

type Numbered = Exclude<Extract<Frame, { seq?: number }>, { seq?: undefined }>;

/** A message of a beat of a site's room before it has its room and number. */
export type Told = Numbered extends infer F
  ? F extends { type: infer Type; data: infer Data }
    ? { type: Type; data: Data }
    : never
  : never;

/** The same of any room. */
export interface Message {
  type: string;
  data: unknown;
}

/** As what a viewer chooses messages of a type; null: it is for everybody in the room. */
export const kindOf = (type: string): RoomMessage | null => ROOM_MESSAGES.find((kind) => kind === type) ?? null;

/** What the viewers of a room are told at once, encoded: what it was made of may change afterwards. */
export class Beat {
  readonly room: string;
  readonly seq: number;
  readonly parts: readonly BeatPart[];

  /** The last of `messages` is the `delta` or `snapshot`. */
  constructor(
    room: string,
    seq: number,
    messages: readonly Message[],
    parts = messages.map((message) => encode(room, message)),
  ) {
    this.room = room;
    this.seq = seq;
    this.parts = parts;
  }

  /** One that another object made. */
  static heard(room: string, { seq, parts }: PassedBeat): Beat {
    return new Beat(room, seq, [], parts);
  }

  /** For another object, which passes it on; `asked`: to those alone who wait for a picture. */
  passed(asked: boolean): PassedBeat {
    return { seq: this.seq, parts: [...this.parts], asked };
  }

  /** Whether it has the whole picture. */
  get isPicture(): boolean {
    return this.parts.at(-1)?.type === "snapshot";
  }

  /** The messages for one who takes these; whoever got the last one, with the number, got the whole beat. */
  textsFor(takes: ReadonlySet<RoomMessage>): string[] {
    const parts = this.parts.filter(({ type }) => {
      const kind = kindOf(type);
      return kind === null || takes.has(kind);
    });
    return parts.map(({ head, tail }, i) => (i < parts.length - 1 ? head + tail : `${head}"seq":${this.seq},${tail}`));
  }

  /** Characters of all its messages. */
  get length(): number {
    return this.parts.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0);
  }
}

function encode(room: string, { type, data }: Message): BeatPart {
  return {
    type,
    head: `{"type":"${type}","room":${JSON.stringify(room)},`,
    tail: `"data":${JSON.stringify(data)}}`,
  };
}
