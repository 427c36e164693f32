import { MemoryRouter, Route } from "@solidjs/router";
import { cleanup, render, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PING_TEXT } from "../../../../protocol/viewer-request";
import { alertOf, feedItem, liveSession, snapshotOf } from "../../../live/pictures.fixture";
import { siteOf } from "../../site.fixture";
import { liveCount } from "../../state/live-count";
import LivePage from "./LivePage";

// Chart.js needs a canvas, which happy-dom has not; the charts are tested by themselves.
vi.mock("./LiveCharts", () => ({ default: () => null }));

const site = siteOf("demo", { name: "Demo" });

const picture = snapshotOf({
  now: 3,
  active: 3,
  countries: [
    { value: "AT", visitors: 2 },
    { value: "DE", visitors: 1 },
  ],
  sessions: [liveSession("a"), liveSession("b"), liveSession("c", { country: "DE", city: "Berlin" })],
  feed: [feedItem(1)],
});

let sockets: EventTarget[] = [];
/** What was said to the server. */
let told: string[] = [];

class FakeSocket extends EventTarget {
  readyState = 1;
  constructor() {
    super();
    sockets.push(this);
  }
  send(text: string) {
    told.push(text);
  }
  close() {
    this.readyState = 3;
  }
}

const isPing = (message: unknown) => JSON.stringify(message) === PING_TEXT;

const say = (type: string, seq: number, data: object) =>
  sockets
    .at(-1)
    ?.dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ type, room: "site:demo", seq, data }) }));

beforeEach(() => {
  sockets = [];
  told = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open() {
  const view = render(() => (
    <MemoryRouter>
      <Route path="*" component={() => <LivePage site={site} />} />
    </MemoryRouter>
  ));
  await waitFor(() => expect(sockets).toHaveLength(1));
  const number = () => view.container.querySelector(".now-number strong")?.textContent;
  return { view, number };
}

test("shows the first picture, follows the frames and tells the shell", async () => {
  const { view, number } = await open();
  expect(view.container.querySelector(".live")?.getAttribute("aria-busy")).toBe("true");
  expect(view.getByRole("heading", { level: 1 }).textContent).toBe("Connecting…");
  say("snapshot", 1, picture);
  await waitFor(() => expect(number()).toBe("3"));
  expect(view.getByRole("heading", { level: 1 }).textContent).toBe("Live");
  say("delta", 2, { at: 11_000, now: 4 });
  await waitFor(() => expect(number()).toBe("4"));
  expect(liveCount("demo")).toBe(4);
});

test("a click on a country narrows everything, its chip takes that back", async () => {
  const { view, number } = await open();
  say("snapshot", 1, picture);
  const germany = await view.findByTitle("Germany");
  germany.click();
  await waitFor(() => expect(number()).toBe("1"));
  expect([...view.container.querySelectorAll(".session .who b")].map((who) => who.textContent)).toEqual(["Berlin"]);
  view.getByRole("button", { name: "Remove the filter country Germany" }).click();
  await waitFor(() => expect(number()).toBe("3"));
});

test("VIEWER-10 the audit log is told which filter was set, once", async () => {
  const { view, number } = await open();
  say("snapshot", 1, picture);
  (await view.findByTitle("Germany")).click();
  await waitFor(() => expect(number()).toBe("1"));
  view.getByTitle("Germany").click();
  await waitFor(() => expect(number()).toBe("3"));
  expect(told.map((text): unknown => JSON.parse(text)).filter((message) => !isPing(message))).toEqual([
    { type: "track_dashboard_action", action: "filter_applied", details: { filterType: "country", value: "DE" } },
  ]);
});

test("an alert is shown as it comes, and goes when it is closed", async () => {
  const { view } = await open();
  say("snapshot", 1, { ...picture, at: Date.now() });
  say("alert", 0, alertOf("1", { at: new Date().toISOString(), name: "Busy shop" }));
  const link = await view.findByRole("link", { name: /Busy shop.*12 visitors/ });
  expect(link.getAttribute("href")).toBe("/sites/demo/alerts");
  view.getByRole("button", { name: "Close Busy shop" }).click();
  await waitFor(() => expect(view.queryByText("Busy shop")).toBeNull());
});

test("an alert of a while ago is not shown, unless it is critical", async () => {
  const { view } = await open();
  say("snapshot", 1, { ...picture, at: Date.now() });
  const at = new Date(Date.now() - 60_000).toISOString();
  say("alert", 0, alertOf("1", { at, name: "Old warning" }));
  say("alert", 0, alertOf("2", { at, name: "Still critical", level: "critical" }));
  await view.findByText("Still critical");
  expect(view.queryByText("Old warning")).toBeNull();
});

test("a site without visits says so and leads to its set-up", async () => {
  const { view } = await open();
  say("snapshot", 1, snapshotOf({ now: 0, first_event_at: null, sessions: [], countries: [] }));
  const link = await view.findByRole("link", { name: "Set up the snippet" });
  expect(link.getAttribute("href")).toBe("/sites/demo/setup");
});

test("signed out is final and offers the way back in", async () => {
  const { view } = await open();
  sockets.at(-1)?.dispatchEvent(Object.assign(new Event("close"), { code: 4401, reason: "" }));
  const alert = await view.findByRole("alert");
  expect(alert.textContent).toContain("You are signed out");
  expect(view.container.querySelector(".now")).toBeNull();
});
