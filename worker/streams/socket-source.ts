import { isMark } from "../../protocol/mark";
import type { StreamOut, StreamSource } from "./hold-stream";

export interface SocketReader {
  /** A message of the object. */
  heard(message: string, out: StreamOut): void;
  /** At each heartbeat. */
  beat(out: StreamOut): void;
}

/** A stream fed by a socket to an object: the socket sleeps with the object, and ends with the stream, either way. */
export function socketSource(socket: WebSocket, { heard, beat }: SocketReader): (out: StreamOut) => StreamSource {
  return (out) => {
    const attempt = (act: () => void) => {
      try {
        act();
      } catch {
        // The socket is ending, and its close event has not come yet.
        out.end();
      }
    };
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return;
      // What is read here and not there is bounded by the stream.
      if (isMark(data)) attempt(() => socket.send(data));
      else heard(data, out);
    });
    socket.addEventListener("close", () => out.end());
    socket.addEventListener("error", () => out.end());
    socket.accept();
    return {
      beat: () => attempt(() => beat(out)),
      stop: () => {
        try {
          socket.close(1000);
        } catch {
          // The object was first.
        }
      },
    };
  };
}
