import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type HttpReply, ReplyReader } from "../http-reply.ts";

/** A keep-alive connection that carries one request at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  #answer: ((reply: HttpReply) => void) | null = null;
  #fail: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      const reply = this.#reader.push(chunk);
      if (!reply) return;
      const answer = this.#answer;
      this.#answer = null;
      answer?.(reply);
    });
    const failed = (error?: Error) => this.#fail(error ?? new Error("The server closed a connection under load."));
    socket.on("error", failed);
    socket.on("close", () => this.#answer && failed());
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    return new Connection(socket);
  }

  get busy(): boolean {
    return this.#answer !== null;
  }

  /** Writes a request; `answer` is called with its reply. */
  send(request: Buffer, answer: (reply: HttpReply) => void, fail: (error: Error) => void): void {
    this.#answer = answer;
    this.#fail = fail;
    this.#socket.write(request);
  }

  close(): void {
    this.#answer = null;
    this.#socket.destroy();
  }
}
