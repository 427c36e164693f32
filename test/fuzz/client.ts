import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Ask {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Milliseconds to the end of the answer. */
  ms: number;
}

const IDLE_MS = 3_000;

/** HTTP over kept connections. It sends what it is told to, as `fetch` would not. */
export class Client {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: string, sockets: number) {
    this.#url = new URL(url);
    // The runtime closes a connection that is idle for 5 s; a request that meets that close is lost by nobody's fault.
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets, timeout: IDLE_MS });
  }

  async send({ method, path, headers, body }: Ask): Promise<Answer> {
    const begun = performance.now();
    const { hostname, port } = this.#url;
    const sent = request({ hostname, port, method, path, headers, agent: this.#agent });
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    if (body !== undefined && !("content-length" in headers)) sent.setHeader("content-length", length);
    const answered = once(sent, "response");
    sent.end(body);
    const [response] = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      chunks.push(chunk);
      // A stream does not end by itself.
      if (response.headers["content-type"]?.startsWith("text/event-stream")) break;
    }
    const text = Buffer.concat(chunks).toString();
    return { status: response.statusCode, headers: response.headers, text, ms: performance.now() - begun };
  }

  close(): void {
    this.#agent.destroy();
  }
}
