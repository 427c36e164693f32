import { expect } from "vitest";

/** A frame as it comes, unread. */
export interface Received {
  type: string;
  room?: string;
  seq?: number;
  /** Looked into as a program of somebody else would. */
  data: any;
}

/** A socket that keeps its frames; `next` waits for one that fits among those not yet taken. */
export function listen(response: Response) {
  const socket = response.webSocket;
  if (!socket) throw new Error(`No socket: ${response.status}`);
  const frames: Received[] = [];
  const looking = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(String(data)));
    for (const look of [...looking]) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    socket.addEventListener("close", ({ code, reason }) => done({ code, reason }));
  });
  socket.accept();

  function next(fits: (frame: Received) => boolean, what = fits.toString()): Promise<Received> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        looking.delete(look);
        failed(new Error(`No frame for ${what} among ${JSON.stringify(frames).slice(0, 3_000)}`));
      }, 10_000);
      const look = () => {
        const found = frames.find(fits);
        if (!found) return;
        clearTimeout(timer);
        looking.delete(look);
        done(found);
      };
      looking.add(look);
      look();
    });
  }

  const say = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    frames,
    closed,
    say,
    next,
    /** Joins rooms and waits for their pictures, which come after everything that was sent before. */
    join: async (...rooms: string[]) => {
      const from = frames.length;
      say({ type: "subscribe", rooms });
      for (const room of rooms)
        await next((f) => frames.indexOf(f) >= from && f.type === "snapshot" && f.room === room);
    },
    /** Waits until everything that was sent before has been followed. */
    settle: async () => {
      const from = frames.length;
      say({ type: "subscribe", rooms: ["site:"] });
      await next((f) => frames.indexOf(f) >= from && f.type === "error" && f.data.rooms?.includes("site:"));
    },
    /** What a reader of the room knows after all its frames; fails where a number is missing or came twice. */
    picture: (room: string) => pictureOf(frames, room),
  };
}

export type Listener = ReturnType<typeof listen>;

function pictureOf(frames: readonly Received[], room: string) {
  let seq: number | null = null;
  const sites = new Map<string, Received["data"]>();
  for (const frame of frames.filter((f) => f.room === room && (f.type === "snapshot" || f.type === "delta"))) {
    if (frame.type === "snapshot") {
      if (seq !== null) expect(frame.seq).toBeGreaterThanOrEqual(seq);
      sites.clear();
    } else expect(frame.seq, `of a delta of ${room}`).toBe((seq ?? 0) + 1);
    seq = frame.seq ?? null;
    for (const site of frame.data.sites) sites.set(site.site_id, site);
  }
  return sites;
}
