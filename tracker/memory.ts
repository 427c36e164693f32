import { CLOCK_BACK } from "../protocol/limits";
import type { Core } from "./core";
import { isTransient } from "./retry";

const KEY = "footfall";
const LIFE = 30 * 86_400_000;
const RESEND_EVENTS = 50;
const RESEND_BYTES = 30_000;

/** Events that the collector did not take before their page went away. */
export interface Kept {
  /** Milliseconds since 1970. */
  at: number;
  events: string[];
}

export interface Stored {
  visitor: string;
  until: number;
  /** By the tab that counted them, which stays their name. */
  kept: Record<string, Kept>;
}

const bytesOf = (text: string) => new Blob([text]).size;

/** Takes the first events off the queue that fit into `room` bytes, at most `most`. */
export const take = (queue: string[], most: number, room: number): string[] => {
  let count = 0;
  while (count < most && count < queue.length && (room -= bytesOf(queue[count]!) + 1) > 0) count++;
  return queue.splice(0, count);
};

/** What is stored, if it can be read and its time is not over; without events that could no longer be dated. */
export const readStored = (text: string | null, now: number): Stored | undefined => {
  try {
    const stored: Partial<Stored> | null = JSON.parse(text ?? "null");
    if (typeof stored?.visitor !== "string" || !((stored.until ?? 0) > now)) return undefined;
    const kept = Object.entries(stored.kept ?? {}).filter(([, { at }]) => at > now - CLOCK_BACK);
    return { visitor: stored.visitor, until: stored.until ?? 0, kept: Object.fromEntries(kept) };
  } catch {
    // Somebody else's, or cut off: as if nothing were there.
    return undefined;
  }
};

/** The first-party id of a visitor who agreed, and what could not be sent, in the browser's storage. */
export const makeMemory = (core: Core, storage: Storage | undefined) => {
  const read = () => readStored(storage?.getItem(KEY) ?? null, Date.now());
  const write = (stored: Stored) => storage?.setItem(KEY, JSON.stringify(stored));
  const change = (act: (kept: Record<string, Kept>) => void) => {
    const stored = read();
    if (!stored) return;
    act(stored.kept);
    write(stored);
  };

  // The core listens longer and has sent what it could.
  const keep = () => {
    const { tab, visitor } = core.sender;
    if (!tab || !visitor) return;
    change((kept) => {
      delete kept[tab];
      if (core.waiting.length > 0) kept[tab] = { at: Date.now(), events: core.waiting };
    });
  };
  core.on("visibilitychange pagehide", keep);

  /** Sends what an earlier page left; what the collector does not take stays for the next page. */
  const resend = async (tab: string, { events }: Kept) => {
    const left = [...events];
    while (left.length > 0) {
      const batch = take(left, RESEND_EVENTS, RESEND_BYTES);
      const { site, visitor, dnt } = core.sender;
      const head = JSON.stringify({ site, tab, visitor, dnt, sent_at: Date.now(), visible: false });
      const body = `${head.slice(0, -1)},"events":[${batch}]}`;
      const reply = await fetch(new URL("/api/v1/track", core.options.api), {
        method: "POST",
        body,
        credentials: "omit",
      });
      if (isTransient(reply.status)) return;
    }
    change((kept) => {
      delete kept[tab];
    });
  };

  return {
    /** The id, while its 30 days last. */
    recall: () => read()?.visitor,
    begin: (visitor: string) => {
      write({ visitor, until: Date.now() + LIFE, kept: {} });
      return visitor;
    },
    forget: () => storage?.removeItem(KEY),
    resendAll: () => {
      for (const [tab, kept] of Object.entries(read()?.kept ?? {})) {
        if (tab !== core.sender.tab) resend(tab, kept).catch(() => {});
      }
    },
  };
};
