import { fields } from "./parse-frame";

/** The number of a room's last frame, as a `hello` tells it; null for other messages, and where it tells none. */
export function helloSeq(text: string, room: string): number | null {
  const message = fields(JSON.parse(text));
  if (message.type !== "hello") return null;
  const { seq } = fields(message.data);
  const number = seq === undefined ? undefined : fields(seq)[room];
  return typeof number === "number" ? number : null;
}
