import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** A WebSocket client that can stop reading, as no library's can: frames of RFC 6455 over a TCP socket. */
export class RawSocket {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #open = false;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<number>();
  /** Texts that came, in order; each once. */
  onText: (text: string) => void = () => {};
  isClosed = false;
  /** Bytes read so far. */
  received = 0;

  /** Resolves after the 101. */
  static async open(url: string, path: string, headers: Record<string, string>): Promise<RawSocket> {
    const raw = new RawSocket(url, path, headers);
    await raw.#opened.promise;
    return raw;
  }

  private constructor(url: string, path: string, headers: Record<string, string>) {
    const { hostname, port, host } = new URL(url);
    this.#socket = connect(Number(port), hostname);
    const lines = Object.entries({
      Host: host,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Version": "13",
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    this.#socket.on("data", (bytes) => this.#take(bytes));
    const end = () => this.#end(1006);
    this.#socket.on("error", end).on("close", end);
    // Who does not wait for it must not be told of it either.
    this.#opened.promise.catch(() => {});
  }

  /** The close code; 1006 when the connection ended without one. */
  get closed(): Promise<number> {
    return this.#closed.promise;
  }

  /** Stops reading: what comes stays in the kernel's buffers, then at the sender. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  send(text: string): void {
    this.#write(1, Buffer.from(text));
  }

  close(): void {
    if (this.isClosed) return;
    this.#write(8, Buffer.from([0x03, 0xe8]));
    this.#socket.destroySoon();
    this.#end(1000);
  }

  #end(code: number): void {
    this.isClosed = true;
    this.#opened.reject(new Error("The socket was closed before it was open."));
    this.#closed.resolve(code);
  }

  #write(opcode: number, payload: Buffer): void {
    const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
    // A mask of zeros leaves the bytes as they are.
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), payload]));
  }

  #take(bytes: Buffer): void {
    this.received += bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#open) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.#bytes.subarray(0, end).toString();
      this.#bytes = this.#bytes.subarray(end + 4);
      if (!head.startsWith("HTTP/1.1 101")) {
        this.#opened.reject(new Error(head.split("\r\n", 1)[0]));
        this.#socket.destroy();
        return;
      }
      this.#open = true;
      this.#opened.resolve();
    }
    for (let frame = this.#next(); frame !== null; frame = this.#next()) {
      if (frame.opcode === 1) this.onText(frame.payload.toString());
      else if (frame.opcode === 9) this.#write(10, frame.payload);
      else if (frame.opcode === 8) {
        this.#write(8, frame.payload.subarray(0, 2));
        this.#end(frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005);
        this.#socket.destroySoon();
      }
    }
  }

  /** The next whole frame; the server sends no fragments. */
  #next(): { opcode: number; payload: Buffer } | null {
    const bytes = this.#bytes;
    if (bytes.length < 2) return null;
    const short = bytes.readUInt8(1) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head) return null;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < head + length) return null;
    this.#bytes = bytes.subarray(head + length);
    return { opcode: bytes.readUInt8(0) & 15, payload: bytes.subarray(head, head + length) };
  }
}
