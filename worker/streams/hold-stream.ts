import { HEARTBEAT } from "../../protocol/limits";
import { streamCounts } from "../observe/stream-meter";
import { HEARTBEAT_TEXT, RETRY_TEXT } from "./sse";

const encoder = new TextEncoder();

export type StreamKind = "stats" | "issues" | "heatmap" | "counter";

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
export function holdStream(
  kind: StreamKind,
  begin: (out: StreamOut) => StreamSource,
  unread_most: number,
): ReadableStream<Uint8Array> {
  const counts = streamCounts(kind);
  counts.open++;
  counts.opened++;
  let open = true;
  let source: StreamSource | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    if (!open) return;
    open = false;
    counts.open--;
    clearInterval(timer);
    source?.stop();
  };
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const out: StreamOut = {
      send(text) {
        if (!open) return;
        if ((controller.desiredSize ?? 0) < 0) {
          counts.errors++;
          stop();
          controller.error(new Error("The client does not read."));
          return;
        }
        const bytes = encoder.encode(text);
        counts.messages++;
        counts.bytes += bytes.byteLength;
        controller.enqueue(bytes);
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
