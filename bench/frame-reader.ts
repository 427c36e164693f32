/** One frame of a WebSocket as a client receives it: not masked. */
export interface ReceivedFrame {
  opcode: number;
  /** Bytes of the payload. */
  length: number;
  /** The payload's first bytes, at most `START_BYTES`. */
  start: string;
  /** The whole payload, where the reader was told to keep it. */
  payload: Buffer | null;
}

/** A whole mark among them. */
const START_BYTES = 48;
const HEADER_BYTES = 10;

/** Cuts frames out of what a socket brings. Without `keep` it costs next to nothing, however large they are. */
export class FrameReader {
  keep = false;
  readonly #onFrame: (frame: ReceivedFrame) => void;
  #header = Buffer.alloc(0);
  #opcode = 0;
  #length = 0;
  #missing = 0;
  #start = "";
  #parts: Buffer[] | null = null;

  constructor(onFrame: (frame: ReceivedFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** `chunk` may be used again by the caller afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing === 0) {
        const had = this.#header.length;
        const head = Buffer.concat([this.#header, chunk.subarray(at, at + HEADER_BYTES - had)]);
        const size = headerSize(head);
        if (head.length < size) {
          this.#header = head;
          return;
        }
        this.#begin(head);
        at += size - had;
        if (this.#missing === 0) this.#end();
        continue;
      }
      const part = chunk.subarray(at, at + this.#missing);
      if (this.#start.length < START_BYTES) this.#start += part.toString("latin1", 0, START_BYTES - this.#start.length);
      // A copy: the caller's memory is used again.
      this.#parts?.push(Buffer.from(part));
      this.#missing -= part.length;
      at += part.length;
      if (this.#missing === 0) this.#end();
    }
  }

  #begin(head: Buffer): void {
    const short = (head[1] ?? 0) & 0x7f;
    this.#opcode = (head[0] ?? 0) & 0x0f;
    this.#length = short === 127 ? Number(head.readBigUInt64BE(2)) : short === 126 ? head.readUInt16BE(2) : short;
    this.#missing = this.#length;
    this.#start = "";
    this.#header = Buffer.alloc(0);
    this.#parts = this.keep ? [] : null;
  }

  #end(): void {
    const payload = this.#parts ? Buffer.concat(this.#parts) : null;
    this.#parts = null;
    this.#onFrame({ opcode: this.#opcode, length: this.#length, start: this.#start, payload });
  }
}

function headerSize(head: Buffer): number {
  const short = (head[1] ?? 0) & 0x7f;
  return short === 127 ? 10 : short === 126 ? 4 : 2;
}
