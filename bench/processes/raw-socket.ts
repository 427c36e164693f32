import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { FrameReader, type ReceivedFrame } from "../frame-reader.ts";

/** All sockets read into the same memory: each reads and looks before the next one does. */
const SHARED = Buffer.alloc(256 * 1024);
const HEADER_END = "\r\n\r\n";
const CLOSE = 8;
const MASKED_TEXT = 0x81;

/** A WebSocket that costs its process as little as it can. */
export class RawSocket {
  readonly reader: FrameReader;
  readonly #socket: Socket;

  private constructor(socket: Socket, reader: FrameReader) {
    this.#socket = socket;
    this.reader = reader;
  }

  /** `onClose` is called when the server ends it, with the close code if one was said. */
  static open(
    { url, path, headers }: { url: string; path: string; headers: Record<string, string> },
    onFrame: (frame: ReceivedFrame, socket: RawSocket) => void,
    onClose: (code: number | null, socket: RawSocket) => void,
  ): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      let upgraded = false;
      let head = "";
      let code: number | null = null;
      const reader = new FrameReader((frame) => {
        if (frame.opcode !== CLOSE) {
          onFrame(frame, opened);
          return;
        }
        code = frame.length < 2 ? null : Buffer.from(frame.start, "latin1").readUInt16BE(0);
        // The server waits for an answer; that the connection ends is one.
        socket.destroy();
      });
      const take = (bytes: Buffer) => {
        if (upgraded) {
          reader.push(bytes);
          return;
        }
        head += bytes.toString("latin1");
        const end = head.indexOf(HEADER_END);
        if (end < 0) return;
        if (!head.startsWith("HTTP/1.1 101")) {
          reject(new Error(`The upgrade was answered:\n${head}`));
          socket.destroy();
          return;
        }
        upgraded = true;
        resolve(opened);
        reader.push(Buffer.from(head.slice(end + HEADER_END.length), "latin1"));
      };
      const socket = connect({
        host: hostname,
        port: Number(port),
        noDelay: true,
        onread: {
          buffer: SHARED,
          callback: (length) => {
            take(SHARED.subarray(0, length));
            return true;
          },
        },
      });
      const opened = new RawSocket(socket, reader);
      const lines = [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ];
      socket.write(lines.join("\r\n") + HEADER_END);
      socket.on("error", reject);
      socket.on("close", () => onClose(code, opened));
    });
  }

  /** Sends a short text, below 126 bytes, masked by zeros. */
  send(text: string): void {
    this.#socket.write(Buffer.concat([Buffer.from([MASKED_TEXT, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  }

  /** Reads nothing any more, as a client behind a dead network. */
  stall(): void {
    this.#socket.pause();
  }

  wake(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }
}
