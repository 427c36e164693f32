import { connect, type Socket } from "node:net";

/** All streams read into the same memory: each looks before the next one reads. */
const SHARED = Buffer.alloc(64 * 1024);
const DATA = Buffer.from("data:");

/** A stream of server-sent events that costs its process as little as it can. */
export class RawStream {
  readonly #socket: Socket;
  /** Called with each piece that came; a short message comes in one. */
  look: (piece: Buffer) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves when the first message is there. `onEnd` is called when the server ends the stream. */
  static open(
    { url, path, headers }: { url: string; path: string; headers: Record<string, string> },
    onEnd: (stream: RawStream) => void,
  ): Promise<RawStream> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      let begun = false;
      const take = (piece: Buffer) => {
        if (begun) stream.look(piece);
        else if (piece.includes(DATA)) {
          begun = true;
          resolve(stream);
        } else if (piece.includes("HTTP/1.1") && !piece.includes("HTTP/1.1 200")) {
          reject(new Error(`The stream was answered:\n${piece}`));
          socket.destroy();
        }
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
      const stream = new RawStream(socket);
      const lines = [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        "Accept: text/event-stream",
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      socket.on("error", reject);
      socket.on("close", () => onEnd(stream));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
