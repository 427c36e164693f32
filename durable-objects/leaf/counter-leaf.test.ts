import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LeafNews, LeafReply, LeafSeat } from "../../protocol/counter";
import { COUNTER_REPORT_INTERVAL } from "../../protocol/limits";
import { CounterLeaf } from "./counter-leaf";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A leaf that woke with so many streams. `answer` says what becomes of a report. */
function asleep(count: number, answer: (news: LeafNews) => Promise<LeafReply>) {
  const reports: { at: number; news: LeafNews }[] = [];
  const sent: string[] = [];
  const closed: string[] = [];
  const sockets = Array.from({ length: count }, (_, n) => {
    const seat: LeafSeat = { visitor: `v${n}`, stream: `s${n}`, at: 10 + n, site_id: "site", index: 2 };
    return {
      deserializeAttachment: () => seat,
      send: (text: string) => sent.push(`${seat.stream} ${JSON.parse(text).totalConnections}`),
      close: () => closed.push(seat.stream),
    };
  });
  // Only what the class uses of a socket.
  const all = sockets as unknown as WebSocket[];
  const leaf = new CounterLeaf(
    {
      sockets: () => all,
      hibernate: () => {},
      tell: (site_id, index, news) => {
        expect([site_id, index]).toEqual(["site", 2]);
        reports.push({ at: Date.now(), news });
        return answer(news);
      },
      log: () => {},
    },
    10,
  );
  const end = (n: number) => {
    const socket = all[n];
    if (socket) leaf.gone(socket, 1000, Date.now());
  };
  return { leaf, reports, sent, closed, end };
}

const taken = async (): Promise<LeafReply> => ({ again: null, counts: null });
const streams = ({ joined }: LeafNews) => joined.map(({ stream }) => stream);

test("COUNTER-10 the first change is told at once, what follows at most four times a second, gathered and in order", async () => {
  const { reports, end } = asleep(60, taken);
  for (let n = 0; n < 40; n++) {
    end(n);
    await vi.advanceTimersByTimeAsync(25);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  // Awake for the first time, it tells the whole.
  expect(reports[0]?.news).toMatchObject({ whole: true, joined: { length: 59 } });
  expect(reports.length).toBeLessThanOrEqual(1 + 1_000 / COUNTER_REPORT_INTERVAL);
  const gaps = reports.slice(1).map(({ at }, n) => at - (reports[n]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(COUNTER_REPORT_INTERVAL);
  const left = reports.slice(1).flatMap(({ news }) => news.left);
  expect(left).toEqual(Array.from({ length: 39 }, (_, n) => `s${n + 1}`));
  expect(reports.slice(1).map(({ news }) => news.call)).toEqual(reports.slice(1).map((_, n) => n + 1));
  expect(vi.getTimerCount()).toBe(0);
});

test("COUNTER-9 a report that was lost is told again, with what came since", async () => {
  let lost = false;
  const { reports, end } = asleep(5, async () => {
    if (lost) throw new Error("Network connection lost.");
    return { again: null, counts: null };
  });
  end(0);
  await vi.advanceTimersByTimeAsync(1_000);
  lost = true;
  end(1);
  await vi.advanceTimersByTimeAsync(0);
  end(2);
  lost = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reports.map(({ news }) => news.left)).toEqual([[], ["s1"], ["s1", "s2"]]);
});

test("COUNTER-9 a site's object that knows nothing of the leaf is told the whole", async () => {
  const { leaf, reports, end } = asleep(4, async ({ whole, epoch }) => ({ again: whole ? null : epoch, counts: null }));
  end(0);
  await vi.advanceTimersByTimeAsync(1_000);
  end(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reports.map(({ news }) => news.whole)).toEqual([true, false, true]);
  expect(reports.slice(2).flatMap(({ news }) => streams(news))).toEqual(["s2", "s3"]);
  const epoch = reports[2]?.news.epoch ?? 0;
  expect(leaf.obey({ message: null, close: [], known: epoch }, Date.now())).toBeNull();
  expect(leaf.obey({ message: null, close: [], known: null }, Date.now())).toMatchObject({ whole: true });
});

test("COUNTER-8 an order closes what was opened before, and tells all others", () => {
  const { leaf, sent, closed } = asleep(3, taken);
  const message = { totalConnections: 7, uniqueVisitors: 5, timestamp: "" };
  const close = [
    { stream: "s0", at: 10 },
    { stream: "s1", at: 10 },
    { stream: "unknown", at: 10 },
  ];
  leaf.obey({ message, close, known: null }, Date.now());
  expect(closed).toEqual(["s0"]);
  expect(sent).toEqual(["s1 7", "s2 7"]);
});
