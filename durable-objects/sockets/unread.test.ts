import { describe, expect, test } from "vitest";
import { VIEWER_MARK_SILENCE } from "../../protocol/limits";
import { MarkedUnread, PingedUnread, type Unread, type Waiting } from "./unread";

const KB = 1_024;
const MB = 1_024 * KB;
const START = 1_000_000;

interface Site {
  /** Bytes of each frame, ten a second. */
  frame: number;
  seconds: number;
  /** What is sent first: one, or some of several rooms. */
  picture?: number;
  pictures?: number;
}

interface Reader {
  /** Bytes a second that come through. */
  rate: number;
  /** Signs of life by `{"type":"ping"}`, milliseconds between them. */
  pings?: number;
}

/** One viewer of a site, over a link: how much of what it was sent waited at most, and when it was closed. */
class Simulated {
  readonly unread: Unread;
  readonly #reader: Reader;
  #queue: { bytes: number; mark: number | null }[] = [];
  #ping = 0;
  waiting = 0;
  most = 0;
  closedAfter: number | null = null;

  constructor(reader: Reader, marks: boolean, all: Waiting) {
    this.#reader = reader;
    this.unread = marks ? new MarkedUnread(all) : new PingedUnread(all, () => this.#ping);
  }

  send(bytes: number, now: number): void {
    if (this.closedAfter !== null) return;
    if (!this.unread.add(bytes, now)) {
      this.closedAfter = now - START;
      this.unread.forget();
      return;
    }
    this.#queue.push({ bytes, mark: this.unread.mark(now) });
    this.waiting += bytes;
    this.most = Math.max(this.most, this.waiting);
  }

  /** What comes through in a tenth of a second. */
  read(now: number): void {
    const { rate, pings } = this.#reader;
    if (pings !== undefined && (now - START) % pings === 0) this.#ping = now;
    if (this.closedAfter !== null) return;
    let through = rate / 10;
    for (let first = this.#queue[0]; first && through > 0; first = this.#queue[0]) {
      const part = Math.min(first.bytes, through);
      through -= part;
      this.waiting -= part;
      first.bytes -= part;
      if (first.bytes > 0) return;
      this.#queue.shift();
      if (first.mark !== null) expect(this.unread.markBack(first.mark, now)).toBe(true);
    }
  }
}

function watch(site: Site, readers: readonly Reader[], marks: boolean, all: Waiting = { bytes: 0 }): Simulated[] {
  const viewers = readers.map((reader) => new Simulated(reader, marks, all));
  const { picture, pictures = 1 } = site;
  for (const viewer of viewers) if (picture) for (let i = 0; i < pictures; i++) viewer.send(picture, START);
  for (let now = START; now < START + site.seconds * 1_000; now += 100) {
    for (const viewer of viewers) {
      viewer.send(site.frame, now);
      viewer.read(now);
    }
  }
  return viewers;
}

const watchAlone = (site: Site, reader: Reader, marks = true) => {
  const [viewer] = watch(site, [reader], marks);
  if (!viewer) throw new Error("nobody watched");
  return viewer;
};

describe("VIEWER-5 one that sends marks back", () => {
  test("and stops reading is closed soon, however little it is sent", () => {
    const busy = watchAlone({ frame: 15 * KB, seconds: 60 }, { rate: 0 });
    expect(busy.closedAfter).toBeLessThan(33_000);
    expect(busy.most).toBeLessThan(5 * MB);
    const calm = watchAlone({ frame: 20, seconds: 120 }, { rate: 0 });
    expect(calm.closedAfter).toBeLessThan(91_000);
    expect(calm.most).toBeLessThan(20 * KB);
  });

  test.each([
    ["a fast reader of a busy site", { frame: 30 * KB, seconds: 300 }, { rate: 10 * MB }],
    [
      "a megabit for a picture of 2 MB while frames come",
      { frame: 3 * KB, seconds: 300, picture: 2 * MB },
      { rate: 125 * KB },
    ],
    ["a minute for a picture of 10 MB", { frame: 3 * KB, seconds: 300, picture: 10 * MB }, { rate: 200 * KB }],
    ["a fast link for a picture of 10 MB", { frame: 15 * KB, seconds: 300, picture: 10 * MB }, { rate: MB }],
    [
      "several pictures, the second as slow as the first",
      { frame: 1 * KB, seconds: 300, picture: 5 * MB, pictures: 2 },
      { rate: 175 * KB },
    ],
    ["a slow reader of a calm site", { frame: 200, seconds: 600, picture: 200 * KB }, { rate: 16 * KB }],
  ])("and reads is never closed: %s", (_, site, reader) => {
    expect(watchAlone(site, reader).closedAfter).toBeNull();
  });

  test("and reads less than comes, for good, is closed before much waits", () => {
    const { closedAfter, most } = watchAlone({ frame: 30 * KB, seconds: 300 }, { rate: 125 * KB });
    expect(closedAfter).not.toBeNull();
    expect(most).toBeLessThan(10 * MB);
  });

  test.each([10, 50, 400])("%i that stop reading are closed while little waits for all together", (count) => {
    // What an object sends in a second is bounded over all of them.
    const frame = Math.floor(Math.min(30 * KB, (8 * MB) / 10 / count));
    const all = { bytes: 0 };
    const viewers = watch({ frame, seconds: 90 }, Array(count).fill({ rate: 0 }), true, all);
    expect(viewers.every(({ closedAfter }) => closedAfter !== null)).toBe(true);
    expect(viewers.reduce((sum, { most }) => sum + most, 0)).toBeLessThan(100 * MB);
    expect(all.bytes).toBe(0);
  });

  test("beside those that stopped goes on", () => {
    const readers = [...Array<Reader>(20).fill({ rate: 0 }), ...Array<Reader>(20).fill({ rate: MB })];
    const viewers = watch({ frame: 15 * KB, seconds: 90 }, readers, true);
    expect(viewers.map(({ closedAfter }) => closedAfter === null)).toEqual(readers.map(({ rate }) => rate > 0));
  });

  test("cannot send back what was not sent, or twice", () => {
    const all = { bytes: 0 };
    const unread = new MarkedUnread(all);
    expect(unread.markBack(1, START)).toBe(false);
    unread.add(MB, START);
    expect(unread.mark(START)).toBe(MB);
    expect(unread.mark(START)).toBeNull();
    expect(all.bytes).toBe(MB);
    expect(unread.markBack(MB + 1, START)).toBe(false);
    expect(unread.markBack(MB, START)).toBe(true);
    expect(unread.markBack(MB, START)).toBe(false);
    expect(all.bytes).toBe(0);
    unread.add(MB, START);
    unread.mark(START);
    unread.forget();
    expect(all.bytes).toBe(0);
  });

  test("settles with a mark those before it, and with any other number nothing", () => {
    const all = { bytes: 0 };
    const unread = new MarkedUnread(all);
    for (let i = 0; i < 4; i++) {
      unread.add(MB, START);
      expect(unread.mark(START)).toBe((i + 1) * MB);
    }
    const later = START + VIEWER_MARK_SILENCE;
    for (const at of [1, MB - 1, MB + 1, 4 * MB - 1]) expect(unread.markBack(at, later)).toBe(false);
    expect(all.bytes).toBe(4 * MB);
    expect(unread.markBack(2 * MB, START + 1)).toBe(true);
    expect(all.bytes).toBe(2 * MB);
    for (const at of [MB, 2 * MB, 2 * MB + 1]) expect(unread.markBack(at, later)).toBe(false);
    expect(unread.markBack(4 * MB, START + 2)).toBe(true);
    expect(all.bytes).toBe(0);
  });

  test("is not heard by numbers that were never out", () => {
    const unread = new MarkedUnread({ bytes: 0 });
    unread.add(MB, START);
    expect(unread.mark(START)).toBe(MB);
    let open = true;
    for (let second = 1; open && second < 60; second++) {
      const now = START + second * 1_000;
      unread.markBack(second, now);
      open = unread.add(100, now);
    }
    expect(open).toBe(false);
  });

  test("of before a sleep gets a mark with the first message", () => {
    const unread = MarkedUnread.restored({ bytes: 0 });
    unread.add(100, START);
    expect(unread.mark(START)).toBe(100);
    unread.add(100, START + 1);
    expect(unread.mark(START + 1)).toBeNull();
    const fresh = new MarkedUnread({ bytes: 0 });
    fresh.add(100, START);
    expect(fresh.mark(START)).toBeNull();
  });
});

describe("VIEWER-5 one that sends no marks back", () => {
  test("and says nothing is closed with 8 MB and 90 s, or with 32 MB", () => {
    const slow = watchAlone({ frame: 10 * KB, seconds: 200 }, { rate: 0 }, false);
    expect(slow.closedAfter).toBeGreaterThan(90_000);
    expect(slow.closedAfter).toBeLessThan(95_000);
    const rush = watchAlone({ frame: 200 * KB, seconds: 60 }, { rate: 0 }, false);
    expect(rush.most).toBeLessThan(33 * MB);
    expect(rush.closedAfter).not.toBeNull();
    expect(watchAlone({ frame: 500, seconds: 600 }, { rate: 0 }, false).closedAfter).toBeNull();
  });

  test("and pings every 30 s is never closed, also among many", () => {
    const readers = Array<Reader>(50).fill({ rate: 10 * MB, pings: 30_000 });
    const viewers = watch({ frame: 15 * KB, seconds: 300 }, readers, false);
    expect(viewers.every(({ closedAfter }) => closedAfter === null)).toBe(true);
  });

  test("and reads, but never pings, has a minute on a busy site, however many there are", () => {
    for (const count of [1, 50]) {
      const viewers = watch({ frame: 30 * KB, seconds: 65 }, Array(count).fill({ rate: 10 * MB }), false);
      expect(viewers.every(({ closedAfter }) => closedAfter === null)).toBe(true);
    }
  });

  test("is closed earlier where many are silent, until little waits for all together", () => {
    const all = { bytes: 0 };
    const viewers = watch({ frame: 5 * KB, seconds: 80 }, Array(20).fill({ rate: 0 }), false, all);
    const closed = viewers.flatMap(({ closedAfter }) => closedAfter ?? []);
    expect(Math.min(...closed)).toBeGreaterThan(60_000);
    expect(closed.length).toBeGreaterThan(10);
    expect(all.bytes).toBeLessThan(20 * MB);
  });
});
