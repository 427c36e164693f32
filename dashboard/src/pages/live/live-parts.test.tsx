import { cleanup, fireEvent, render, waitFor } from "@solidjs/testing-library";
import { createComputed, createRoot, createSignal, For } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LIVE_SESSIONS_SHOWN } from "../../../../protocol/limits";
import type { LiveFilter, LiveSession } from "../../../../protocol/live";
import { feedItem, liveSession, windowPoint } from "../../../live/pictures.fixture";
import { beatsAfter, tint } from "../../map/WorldMap";
import { BarList } from "./BarList";
import { createKeyed } from "./create-keyed";
import { createLive } from "./create-live";
import { createPaced } from "./create-paced";
import { Feed, newSince } from "./Feed";
import { journeyPieces } from "./Journey";
import { usersLately } from "./NowPanel";
import { byPresence, Sessions, settledAt } from "./Sessions";

beforeEach(() => {
  // happy-dom has no animations; reduced motion asks for none.
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("createKeyed keeps an entry while its item is replaced", () => {
  const [items, setItems] = createSignal([
    { id: 1, text: "a" },
    { id: 2, text: "b" },
  ]);
  const view = render(() => {
    const entries = createKeyed(items, (item) => item.id);
    return <For each={entries()}>{(entry) => <p>{entry.item().text}</p>}</For>;
  });
  const [first] = view.container.querySelectorAll("p");
  setItems([
    { id: 2, text: "B" },
    { id: 1, text: "A" },
    { id: 3, text: "C" },
  ]);
  const after = view.container.querySelectorAll("p");
  expect([...after].map((element) => element.textContent)).toEqual(["B", "A", "C"]);
  expect(after[1]).toBe(first);
});

test("createPaced takes the first change at once, the rest together, an urgent one at once, and ends", () => {
  vi.useFakeTimers();
  const [source, setSource] = createSignal(0);
  const [urgent, setUrgent] = createSignal("");
  const seen: number[] = [];
  const dispose = createRoot((end) => {
    const [paced] = createPaced(source, 250, urgent);
    createComputed(() => seen.push(paced()));
    return end;
  });
  setSource(1);
  setSource(2);
  setSource(3);
  expect(seen).toEqual([0, 1]);
  vi.advanceTimersByTime(250);
  expect(seen).toEqual([0, 1, 3]);
  setSource(4);
  setUrgent("country");
  expect(seen).toEqual([0, 1, 3, 4]);
  setSource(5);
  dispose();
  expect(vi.getTimerCount()).toBe(0);
  expect(seen).toEqual([0, 1, 3, 4]);
  vi.useRealTimers();
});

describe("Feed", () => {
  const lines = (view: { container: HTMLElement }) =>
    [...view.container.querySelectorAll(".line b")].map((element) => element.textContent);

  test("stands still under the pointer, counts what came, and goes on", async () => {
    const [feed, setFeed] = createSignal([feedItem(1, { path: "/one" })]);
    const view = render(() => <Feed feed={feed()} second={5_000} filter={{}} />);
    const section = view.getByLabelText("What just happened");
    await fireEvent(section, Object.assign(new Event("pointerenter"), { pointerType: "mouse" }));
    setFeed([feedItem(3, { path: "/three" }), feedItem(2, { path: "/two" }), ...feed()]);
    expect(lines(view)).toEqual(["/one"]);
    const button = view.getByRole("button", { name: "2 new" });
    button.click();
    expect(lines(view)).toEqual(["/three", "/two", "/one"]);
    await fireEvent(section, new Event("pointerleave"));
    setFeed([feedItem(4, { path: "/four" }), ...feed()]);
    await waitFor(() => expect(lines(view)).toEqual(["/four", "/three", "/two", "/one"]));
  });

  test("a feed that began empty counts from its first item", () => {
    expect(newSince([feedItem(2), feedItem(1)], 0)).toBe(2);
    expect(newSince([feedItem(2)], null)).toBe(0);
  });
});

describe("BarList", () => {
  test("numbers change at once, the order at the next second and not under the pointer", async () => {
    const [rows, setRows] = createSignal([
      { value: "AT", visitors: 2 },
      { value: "DE", visitors: 1 },
    ]);
    const [second, setSecond] = createSignal(1_000);
    const [filter, setFilter] = createSignal<LiveFilter>({});
    const picked = vi.fn();
    const view = render(() => (
      <BarList
        title="Countries"
        explain="Where"
        rows={rows()}
        limit={5}
        second={second()}
        selected={undefined}
        filter={filter()}
        empty="None"
        nameOf={(value) => value}
        onPick={picked}
      />
    ));
    const shown = () => [...view.container.querySelectorAll(".bar")].map((row) => row.textContent);
    expect(shown()).toEqual(["AT2", "DE1"]);
    setRows([
      { value: "DE", visitors: 9 },
      { value: "AT", visitors: 2 },
    ]);
    expect(shown()).toEqual(["AT2", "DE9"]);
    const list = view.container.querySelector("ul");
    if (list) await fireEvent(list, new Event("pointerenter"));
    setSecond(2_000);
    expect(shown()).toEqual(["AT2", "DE9"]);
    if (list) await fireEvent(list, new Event("pointerleave"));
    expect(shown()).toEqual(["DE9", "AT2"]);
    setRows([{ value: "AT", visitors: 2 }]);
    expect(shown()).toEqual(["DE0", "AT2"]);
    setFilter({ device: "mobile" });
    expect(shown()).toEqual(["AT2"]);
    view.container.querySelector<HTMLElement>(".bar")?.click();
    expect(picked).toHaveBeenCalledWith("AT");
  });

  test("holds its order while the focus goes from row to row, and settles when it has left", () => {
    const [rows, setRows] = createSignal([
      { value: "AT", visitors: 2 },
      { value: "DE", visitors: 1 },
    ]);
    const view = render(() => (
      <BarList
        title="Countries"
        explain="Where"
        rows={rows()}
        limit={5}
        second={1_000}
        selected={undefined}
        filter={{}}
        empty="None"
        nameOf={(value) => value}
        onPick={() => {}}
      />
    ));
    const bars = () => [...view.container.querySelectorAll<HTMLElement>(".bar")];
    const shown = () => bars().map((row) => row.textContent);
    bars()[0]?.focus();
    setRows([
      { value: "DE", visitors: 9 },
      { value: "AT", visitors: 2 },
    ]);
    bars()[1]?.focus();
    expect(shown()).toEqual(["AT2", "DE9"]);
    bars()[1]?.blur();
    expect(shown()).toEqual(["DE9", "AT2"]);
  });
});

describe("Sessions", () => {
  test("arrow keys move, Enter opens the whole journey", async () => {
    const sessions = [liveSession("a", { last_activity: 9_000 }), liveSession("b", { city: "Graz" })];
    const view = render(() => (
      <Sessions sessions={sessions} active={2} second={10_000} filter={{}} onPage={() => {}} />
    ));
    const rows = [...view.container.querySelectorAll<HTMLElement>(".session")];
    rows[0]?.focus();
    await fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
    expect(document.activeElement).toBe(rows[1]);
    rows[1]?.click();
    expect(rows[1]?.getAttribute("aria-expanded")).toBe("true");
    expect(view.container.querySelectorAll(".journey-list li")).toHaveLength(1);
  });

  test("rows stay where they are while the focus goes from one to the next", async () => {
    const [sessions, setSessions] = createSignal([
      liveSession("a", { city: "Linz", last_activity: 9_000 }),
      liveSession("b", { city: "Graz", last_activity: 8_000 }),
    ]);
    const view = render(() => (
      <Sessions sessions={sessions()} active={3} second={10_000} filter={{}} onPage={() => {}} />
    ));
    const shown = () => [...view.container.querySelectorAll(".who b")].map((who) => who.textContent);
    view.container.querySelector<HTMLElement>(".session")?.focus();
    setSessions((all) => [...all, liveSession("c", { city: "Wels", last_activity: 9_500 })]);
    setSessions((all) => all.map((one) => ({ ...one, last_activity: 18_000 - one.last_activity })));
    const before = shown();
    await fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
    expect(shown()).toEqual(before);
    expect(document.activeElement).toBe(view.container.querySelectorAll(".session")[1]);
  });

  test("who comes while the list is held stands below", async () => {
    const [sessions, setSessions] = createSignal([liveSession("a", { city: "Linz", last_activity: 1_000 })]);
    const [second, setSecond] = createSignal(10_000);
    const view = render(() => (
      <Sessions sessions={sessions()} active={2} second={second()} filter={{}} onPage={() => {}} />
    ));
    const shown = () => [...view.container.querySelectorAll(".who b")].map((who) => who.textContent);
    const list = view.container.querySelector("ol");
    if (list) await fireEvent(list, new Event("pointerenter"));
    setSessions((all) => [...all, liveSession("b", { city: "Graz", last_activity: 9_000 })]);
    setSecond(11_000);
    expect(shown()).toEqual(["Linz", "Graz"]);
    if (list) await fireEvent(list, new Event("pointerleave"));
    expect(shown()).toEqual(["Graz", "Linz"]);
  });

  test("the first sessions show at once, also on a busy site", () => {
    const [sessions, setSessions] = createSignal<LiveSession[]>([]);
    const view = render(() => (
      <Sessions sessions={sessions()} active={50} second={8_000} filter={{}} onPage={() => {}} />
    ));
    setSessions(Array.from({ length: 50 }, (_, index) => liveSession(`s${index}`)));
    const shown = () => [...view.container.querySelectorAll(".who b")].map((who) => who.textContent);
    expect(shown()).toHaveLength(20);
    setSessions((all) => [liveSession("late", { city: "Graz", last_activity: 9_000 }), ...all]);
    expect(shown()).not.toContain("Graz");
  });

  test("those who are here come first, a long list settles every fourth second", () => {
    const gone = liveSession("gone", { now: false, last_activity: 9_999 });
    const here = liveSession("here", { last_activity: 5 });
    expect([gone, here].sort(byPresence)).toEqual([here, gone]);
    expect([settledAt(7_000, 5), settledAt(7_000, 50), settledAt(8_000, 50)]).toEqual([7_000, 4_000, 8_000]);
  });
});

test("a journey in one line: pages, errors and custom events, nothing small", () => {
  const step = (type: string, name?: string) => ({ at: 1, type, path: "/x", ...(name ? { name } : {}) });
  const pieces = journeyPieces([
    step("pageview"),
    step("scroll"),
    step("error", "TypeError"),
    step("custom", "Signup"),
    step("leave"),
  ]);
  expect(pieces).toEqual([
    { kind: "page", path: "/x", at: 1 },
    { kind: "error", name: "TypeError", at: 1 },
    { kind: "event", name: "Signup", at: 1 },
  ]);
});

test("visitors of the last seconds are those of the running window or of the one before", () => {
  const points = [
    windowPoint(0, { users: 900 }),
    windowPoint(60_000, { users: 712 }),
    windowPoint(120_000, { users: 5 }),
  ];
  expect(usersLately(points, 60_000, 130_000)).toBe(712);
  expect(usersLately(points, 60_000, 190_000)).toBe(5);
  expect(usersLately(points, 60_000, 250_000)).toBe(0);
});

describe("map", () => {
  test("beats are what came since, oldest first, where a place is known", () => {
    const feed = [
      feedItem(5),
      feedItem(4, { latitude: null, country: null }),
      feedItem(3, { type: "error" }),
      feedItem(2),
    ];
    expect(beatsAfter(feed, 2).map(({ n, error }) => [n, error])).toEqual([
      [3, true],
      [5, false],
    ]);
  });
  test.each([
    [0, 10, 0],
    [10, 10, 80],
    [1, 100, 21],
  ])("%i of at most %i visitors tint by %i %%", (visitors, most, share) => expect(tint(visitors, most)).toBe(share));
});

test("createLive stops its clock, its frames and its connection when it is disposed", async () => {
  vi.useFakeTimers();
  const opened = vi.fn();
  class Silent extends EventTarget {
    readyState = 0;
    close = vi.fn();
    constructor() {
      super();
      opened(this);
    }
  }
  await createRoot(async (dispose) => {
    createLive({ url: "http://localhost", site: "demo", WebSocket: Silent, fetch: vi.fn() });
    await vi.advanceTimersByTimeAsync(50);
    dispose();
  });
  expect(opened.mock.calls[0]?.[0].close).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
