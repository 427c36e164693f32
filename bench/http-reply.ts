/** One HTTP/1.1 reply, as far as a load client looks at it. */
export interface HttpReply {
  status: number;
  body: string;
}

const HEADER_END = "\r\n\r\n";

/** Cuts replies with `Content-Length` out of what a keep-alive connection brings, one request at a time. */
export class ReplyReader {
  #had: Buffer | null = null;

  /** The reply once it is whole, else null. */
  push(chunk: Buffer): HttpReply | null {
    const bytes = this.#had ? Buffer.concat([this.#had, chunk]) : chunk;
    const end = bytes.indexOf(HEADER_END);
    if (end >= 0) {
      const head = bytes.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (Number.isNaN(length)) throw new Error(`A reply without Content-Length:\n${head}`);
      const from = end + HEADER_END.length;
      if (bytes.length >= from + length) {
        this.#had = null;
        return { status: Number(head.slice(9, 12)), body: bytes.toString("utf8", from, from + length) };
      }
    }
    this.#had = bytes;
    return null;
  }
}
