import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, expect, it, vi } from "vitest";
import type { DropCount } from "../../../protocol/live";
import type { Role } from "../../../protocol/management";
import { createApi } from "../api/api";
import { createRequest } from "../api/request";
import { siteOf } from "../site.fixture";
import { SessionProvider, useSession } from "../state/session";
import { DropReasons } from "./DropReasons";

afterEach(cleanup);

const site = siteOf("shop", { name: "Shop" });
const drop: DropCount = { reason: "foreign_origin", count: 1_204, last_at: 0, example: "www.other.example" };

function Who() {
  const { me } = useSession();
  return <p>signed in as {me.latest?.user.role}</p>;
}

/** A server that knows one member and one site. */
function setUp(role: Role, drops: DropCount[] = [drop]) {
  const sent = vi.fn();
  const call: typeof fetch = async (path, init) => {
    if (init?.method === "PATCH") {
      sent(path, init.body);
      return Response.json({ success: true, data: { ...site, domains: ["shop.example", "www.other.example"] } });
    }
    const user = { userId: "u", organizationId: "o", role, email: "a@example.com", name: "A" };
    return Response.json({
      success: true,
      data: path === "/api/sites" ? [site] : { user, organization: { id: "o", name: "O" } },
    });
  };
  render(() => (
    <SessionProvider api={createApi(createRequest(call, () => {}))}>
      <DropReasons drops={drops} site={site} />
      <Who />
    </SessionProvider>
  ));
  return sent;
}

it("says what was dropped and how often", () => {
  setUp("owner");
  expect(screen.getByText("1,204")).toBeTruthy();
  expect(screen.getByText(/Pages of www\.other\.example send to this site/)).toBeTruthy();
});

it("warns only of what is not as it should be", () => {
  const bots: DropCount = { reason: "bot", count: 3, last_at: 0, example: "Googlebot" };
  setUp("owner", [bots]);
  expect(screen.getByRole("region", { name: "Left out today" }).classList.contains("warn")).toBe(false);
  cleanup();
  setUp("owner", [bots, drop]);
  expect(screen.getByRole("region", { name: "Left out today" }).classList.contains("warn")).toBe(true);
});

it("shows nothing where nothing was dropped", () => {
  setUp("owner", []);
  expect(screen.queryByText("Left out today")).toBeNull();
});

it("adds the domain to those the site has", async () => {
  const sent = setUp("admin");
  fireEvent.click(await screen.findByRole("button", { name: "Add www.other.example" }));
  await waitFor(() =>
    expect(sent).toHaveBeenCalledWith("/api/sites/shop", '{"domains":["shop.example","www.other.example"]}'),
  );
});

it("offers a viewer nothing to change", async () => {
  setUp("viewer");
  await screen.findByText("signed in as viewer");
  expect(screen.queryByRole("button")).toBeNull();
});
