import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { type JSX, Suspense } from "solid-js";
import { afterEach, describe, expect, it } from "vitest";
import type { Site } from "../../../../protocol/management";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { SessionProvider } from "../../state/session";
import { emptySite } from "../sites/site-values";
import OverviewPage from "./OverviewPage";

afterEach(cleanup);

const site: Site = {
  ...emptySite("UTC"),
  id: "shop",
  org_id: "o",
  name: "Shop",
  domain: "shop.example",
  domains: ["shop.example"],
  created_at: "2026-01-01T00:00:00Z",
};

const days = { from: "2026-11-01", to: "2026-11-03", timezone: "UTC" };
const figures = (visitors: number) => ({
  visitors,
  sessions: visitors * 2,
  page_views: visitors * 3,
  bounce_rate: visitors === 0 ? 0 : 0.25,
  session_duration: visitors * 1_000,
});

/** A server with 40 visitors in the days asked for and 20 in those before. */
function server(visitors: number, asked: string[] = []): typeof fetch {
  return async (path) => {
    const url = new URL(String(path), "http://test");
    asked.push(url.pathname + url.search);
    const before = url.searchParams.get("to") === "2026-10-31";
    if (url.pathname.endsWith("/aggregate")) {
      return Response.json({ ...days, data: [figures(before ? visitors / 2 : visitors)] });
    }
    if (url.pathname.endsWith("/timeseries")) {
      const data = ["2026-11-01", "2026-11-02", "2026-11-03"].map((date) => ({ date, ...figures(visitors / 4) }));
      return Response.json({ ...days, interval: "day", data });
    }
    if (url.pathname.endsWith("/breakdown")) {
      return Response.json({ ...days, data: [{ value: `first ${url.searchParams.get("dimension")}`, visitors }] });
    }
    return Response.json({ success: false, error: { code: "not_found", message: "No." } }, { status: 404 });
  };
}

function setUp(call: typeof fetch, at = "/overview") {
  const history = createMemoryHistory();
  history.set({ value: at });
  render(() => (
    <MemoryRouter history={history}>
      <Route
        component={(props: { children?: JSX.Element }) => (
          <SessionProvider api={createApi(createRequest(call, () => {}))}>
            <a href="/overview">To the overview</a>
            <Suspense>{props.children}</Suspense>
          </SessionProvider>
        )}
      >
        <Route path="/overview" component={() => <OverviewPage site={site} />} />
        <Route path="/other" component={() => <p>Other page</p>} />
      </Route>
    </MemoryRouter>
  ));
  return history;
}

describe("the overview", () => {
  it("shows figures with their change, and the chart", async () => {
    setUp(server(40));
    await screen.findByRole("button", { name: "Visitors: 40 visitors. Show by day" });
    await screen.findByRole("slider", { name: "Visitors by day" });
    expect((await screen.findAllByText("+100 %", { exact: false })).length).toBe(4);
  });

  it("shows them also when it is come to from another page", async () => {
    const history = setUp(server(40), "/other");
    await screen.findByText("Other page");
    history.set({ value: "/overview" });
    await screen.findByRole("slider", { name: "Visitors by day" });
  });

  it("draws the figure that is chosen", async () => {
    setUp(server(40));
    fireEvent.click(await screen.findByRole("button", { name: /^Bounce rate: 25\.0 % of sessions/ }));
    const chart = await screen.findByRole("slider", { name: "Bounce rate by day" });
    fireEvent.keyDown(chart, { key: "Home" });
    expect(chart.getAttribute("aria-valuetext")).toBe("Sun, Nov 1: 25.0 % of sessions");
  });

  it("asks for the days of the address", async () => {
    const asked: string[] = [];
    setUp(server(40, asked), "/overview?from=2026-11-01&to=2026-11-03");
    await screen.findByRole("slider");
    expect(asked.filter((path) => path.includes("/aggregate?")).map((path) => path.split("&metrics")[0])).toEqual([
      "/api/v1/stats/aggregate?site=shop&from=2026-11-01&to=2026-11-03",
      "/api/v1/stats/aggregate?site=shop&from=2026-10-29&to=2026-10-31",
    ]);
  });

  it("breaks down by the chosen tab", async () => {
    setUp(server(40));
    await screen.findByText("first page");
    fireEvent.click(screen.getByRole("tab", { name: "Exit pages" }));
    await screen.findByText("first exit");
  });

  it("says what to do where nothing is", async () => {
    setUp(server(0));
    await screen.findByText("No visits in these days. Import server logs or choose other days.");
    expect(screen.queryByRole("slider")).toBeNull();
  });

  it("offers another try after a failure", async () => {
    let fails = true;
    const good = server(40);
    setUp(async (path, init) => {
      if (!fails) return good(path, init);
      return Response.json(
        { success: false, error: { code: "internal", message: "That went wrong." } },
        { status: 500 },
      );
    });
    await screen.findAllByText("That went wrong.");
    fails = false;
    fireEvent.click(screen.getAllByRole("button", { name: "Try again" })[0] ?? document.body);
    await screen.findByRole("slider", { name: "Visitors by day" });
  });
});
