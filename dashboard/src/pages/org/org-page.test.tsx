import { MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import OrgSocket from "../../shell/OrgSocket";
import { siteOf } from "../../site.fixture";
import { liveCount } from "../../state/live-count";
import { SessionProvider } from "../../state/session";
import OrgPage from "./OrgPage";

const NAMES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota"];
const siteRow = (name: string, i: number) => siteOf(name.toLowerCase(), { name, group_id: i < 2 ? "g" : null });
const today = { date: "2026-11-21", page_views: 7, visitors: 1, sessions: 1, events: 1, errors: 0 };
const told = (site_id: string, now: number, events = 0) => ({
  site_id,
  group_id: null,
  report: {
    at: Date.now(),
    now,
    connections: now,
    active: now,
    today,
    first_event_at: 1,
    last_event_at: 1,
    seconds: events > 0 ? [[Math.floor(Date.now() / 1_000) * 1_000, events, 0]] : [],
  },
});

let sockets: EventTarget[] = [];

class FakeSocket extends EventTarget {
  readyState = 1;
  constructor() {
    super();
    sockets.push(this);
  }
  send() {}
  close() {
    this.readyState = 3;
  }
}

const say = (type: string, seq: number, sites: object[]) => {
  const data = JSON.stringify({ type, room: "org:o", seq, data: { at: Date.now(), sites } });
  sockets.at(-1)?.dispatchEvent(new MessageEvent("message", { data }));
};

const bodies: Record<string, unknown> = {
  "/api/auth/me": {
    user: { userId: "u", organizationId: "o", role: "owner", email: "a@b.c", name: "A" },
    organization: { id: "o", name: "O" },
  },
  "/api/sites": NAMES.map(siteRow),
  "/api/groups": [
    { id: "g", name: "Group" },
    { id: "unused", name: "Unused" },
  ],
};

beforeEach(() => {
  sockets = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open() {
  const request = createRequest(
    async (input) => Response.json({ success: true, data: bodies[new URL(String(input), "http://x").pathname] }),
    () => {},
  );
  const view = render(() => (
    <MemoryRouter>
      <Route
        path="*"
        component={() => (
          <SessionProvider api={createApi(request)}>
            <OrgSocket org="o" />
            <OrgPage />
          </SessionProvider>
        )}
      />
    </MemoryRouter>
  ));
  await waitFor(() => expect(sockets).toHaveLength(1));
  await waitFor(() => expect(view.container.querySelectorAll(".tile")).toHaveLength(NAMES.length));
  const names = () => [...view.container.querySelectorAll(".tile-name")].map((node) => node.textContent);
  const total = () => view.container.querySelector(".org-now strong")?.textContent;
  return { view, names, total };
}

test("shows every site before the first picture, then what moves first; the shell hears the counts", async () => {
  const { view, names, total } = await open();
  expect(view.getByRole("heading", { level: 1 }).textContent).toBe("All sites");
  expect(names()[0]).toBe("Alpha");
  expect(total()).toBe("–");
  say("snapshot", 5, [told("beta", 2), told("eta", 1, 20), ...["alpha", "gamma"].map((id) => told(id, 0))]);
  await waitFor(() => expect(total()).toBe("3"));
  await waitFor(() => expect(names().slice(0, 2)).toEqual(["Eta", "Beta"]));
  expect(liveCount("eta")).toBe(1);
  expect(
    view.getByRole("link", { name: /^Eta: 1 visitors now, 20 events in the last minute, 7 page views/ }),
  ).toBeTruthy();
});

test("nothing moves under the pointer; numbers do", async () => {
  const { view, names, total } = await open();
  say("snapshot", 5, [told("beta", 2)]);
  await waitFor(() => expect(names()[0]).toBe("Beta"));
  const list = view.container.querySelector(".tiles");
  if (!list) throw new Error("No tiles.");
  fireEvent.pointerEnter(list);
  say("delta", 6, [told("zeta", 40, 90)]);
  await waitFor(() => expect(total()).toBe("42"));
  await new Promise((done) => setTimeout(done, 1_200));
  expect(names()[0]).toBe("Beta");
  fireEvent.pointerLeave(list);
  await waitFor(() => expect(names()[0]).toBe("Zeta"));
});

test("nothing moves while the focus goes from site to site", async () => {
  const { view, names, total } = await open();
  say("snapshot", 5, [told("beta", 2)]);
  await waitFor(() => expect(names()[0]).toBe("Beta"));
  const links = () => [...view.container.querySelectorAll<HTMLElement>(".tile a")];
  links()[0]?.focus();
  say("delta", 6, [told("zeta", 40, 90)]);
  await waitFor(() => expect(total()).toBe("42"));
  links()[1]?.focus();
  expect(names()[0]).toBe("Beta");
  links()[1]?.blur();
  await waitFor(() => expect(names()[0]).toBe("Zeta"));
});

test("groups and words narrow it, also the sums, and lead back", async () => {
  const { view, names, total } = await open();
  say("snapshot", 5, [{ ...told("beta", 2), group_id: "g" }, { ...told("alpha", 0), group_id: "g" }, told("zeta", 4)]);
  await waitFor(() => expect(total()).toBe("6"));
  expect(view.queryByRole("button", { name: /Unused/ })).toBeNull();
  fireEvent.click(view.getByRole("button", { name: /Group/ }));
  await waitFor(() => expect(names()).toEqual(["Beta", "Alpha"]));
  expect(total()).toBe("2");
  fireEvent.input(view.getByRole("searchbox"), { target: { value: "zet" } });
  await waitFor(() => expect(view.getByText("No site matches.")).toBeTruthy());
  fireEvent.click(view.getByRole("button", { name: "Show all sites" }));
  await waitFor(() => expect(names()).toHaveLength(NAMES.length));
});
