import * as z from "zod";

/** What a stream needs of a frame. */
const FrameHead = z.object({ type: z.string(), room: z.string(), seq: z.int() });
export type FrameHead = z.infer<typeof FrameHead>;

/** How objects write a numbered frame (`Beat`): what is asked for here comes first. */
const WRITTEN = /^\{"type":"([\w:]+)","room":"([^"\\]*)","seq":(\d{1,15}),/;

/**
 * Type, room and number of a frame, or null where it has no number. A stream is one request for as long as it is open, and
 * all that it reads counts against that request's CPU time: a frame is not read in full where its beginning says enough.
 */
export function frameHead(text: string): FrameHead | null {
  const [, type, room, seq] = WRITTEN.exec(text) ?? [];
  if (type !== undefined && room !== undefined) return { type, room, seq: Number(seq) };
  return FrameHead.safeParse(JSON.parse(text)).data ?? null;
}
