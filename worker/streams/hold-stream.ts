import { HEARTBEAT } from "../../protocol/limits";
import { HEARTBEAT_TEXT, RETRY_TEXT } from "./sse";

const encoder = new TextEncoder();

/** Where a source writes to. */
export interface StreamOut {
  send(text: string): void;
  /** Nothing more will come; the client is to connect again. */
  end(): void;
}

/** Where a stream's messages come from. */
export interface StreamSource {
  /** Called at each heartbeat. */
  beat(): void;
  /** The client is gone, or was cut off. Called once. */
  stop(): void;
}

/**
 * A stream that this Worker holds: what `begin` sends, and a heartbeat, by which alone a client that died is noticed. A
 * client that leaves more than `unread_most` bytes unread is cut off, so that what waits for it stays bounded.
 */
export function holdStream(begin: (out: StreamOut) => StreamSource, unread_most: number): ReadableStream<Uint8Array> {
  let open = true;
  let source: StreamSource | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    source?.stop();
  };
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const out: StreamOut = {
      send(text) {
        if (!open) return;
        if ((controller.desiredSize ?? 0) < 0) {
          stop();
          controller.error(new Error("The client does not read."));
        } else controller.enqueue(encoder.encode(text));
      },
      end() {
        if (!open) return;
        stop();
        controller.close();
      },
    };
    out.send(RETRY_TEXT);
    source = begin(out);
    timer = setInterval(() => {
      out.send(HEARTBEAT_TEXT);
      if (open) source?.beat();
    }, HEARTBEAT);
  };
  return new ReadableStream({ start, cancel: stop }, { highWaterMark: unread_most, size: (chunk) => chunk.byteLength });
}
