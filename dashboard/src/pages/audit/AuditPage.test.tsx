import { MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AuditEntry } from "../../../../protocol/audit";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { siteOf } from "../../site.fixture";
import { SessionProvider } from "../../state/session";
import AuditPage from "./AuditPage";

const line = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id: String(n),
  at: `2026-11-2${n}T12:00:00.000Z`,
  by: { id: "u1", kind: "member", name: "ann@example.com" },
  site: { id: "shop", name: "Shop" },
  action: "filter_applied",
  details: { filterType: "country", value: `C${n}` },
  ...more,
});

/** A server of a few lines: its log, and what was asked of it. */
let log: AuditEntry[];
let asked: URLSearchParams[];
let role: string;
let refusal: Response | null;

async function answer(path: string): Promise<Response> {
  const url = new URL(path, "https://stats.example");
  if (url.pathname === "/api/auth/me") {
    const user = { userId: "u1", organizationId: "o", role, email: "ann@example.com", name: "Ann" };
    return Response.json({ data: { user, organization: { id: "o", name: "Org" } } });
  }
  if (url.pathname === "/api/sites")
    return Response.json({ data: [siteOf("shop", { name: "Shop" }), siteOf("blog", { name: "Blog" })] });
  asked.push(url.searchParams);
  if (refusal) return refusal;
  const wanted = url.searchParams.get("site");
  const all = log.filter((entry) => wanted === null || entry.site?.id === wanted);
  const from = Number(url.searchParams.get("before") ?? 0);
  const next_before = from + 2 < all.length ? String(from + 2) : null;
  return Response.json({ success: true, data: all.slice(from, from + 2), next_before });
}

beforeEach(() => {
  log = [3, 2, 1].map((n) => line(n));
  asked = [];
  role = "owner";
  refusal = null;
});
afterEach(cleanup);

function open() {
  const api = createApi(createRequest((input) => answer(String(input)), vi.fn()));
  return render(() => (
    <MemoryRouter>
      <Route
        path="*"
        component={() => (
          <SessionProvider api={api}>
            <AuditPage />
          </SessionProvider>
        )}
      />
    </MemoryRouter>
  ));
}
const rows = () => screen.getAllByRole("listitem").map(({ textContent }) => textContent);

test("says who did what where, in words, and reads on", async () => {
  log[1] = line(2, {
    by: { id: "k1", kind: "key", name: "Robot" },
    site: null,
    action: "sorted",
    details: { by: "name", n: 3 },
  });
  log[2] = line(1, { by: { id: "gone", kind: "unknown", name: null }, site: { id: "old", name: null } });
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Older lines" }));
  await waitFor(() => expect(rows()).toHaveLength(3));
  const [first, second, third] = rows();
  expect(first).toMatch(/^\d\d:\d\d:00ann@example\.comFilter appliedcountry C3Shop$/);
  expect(second).toMatch(/Key RobotSortedby namen 3All sites$/);
  expect(third).toMatch(/Not known any more \(gone\)Filter applied.*old$/);
  expect(screen.queryByRole("button", { name: "Older lines" })).toBeNull();
});

test("is narrowed to a site, and begins anew there", async () => {
  log[0] = line(3, { site: { id: "blog", name: "Blog" } });
  open();
  await waitFor(() => expect(rows()).toHaveLength(2));
  fireEvent.change(await screen.findByLabelText("Of which site"), { target: { value: "blog" } });
  await waitFor(() => expect(rows()).toHaveLength(1));
  expect(asked.at(-1)?.toString()).toBe("site=blog");
});

test("says that nothing was done", async () => {
  log = [];
  open();
  await screen.findByText("Nothing was done in the last 90 days.");
});

test("tells a failure, and tries again", async () => {
  refusal = Response.json({ error: { code: "unavailable", message: "The database is away." } }, { status: 503 });
  open();
  await screen.findByText("The database is away.");
  refusal = null;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(rows()).toHaveLength(2));
});

test("who may not see it is told so, and nothing is asked for", async () => {
  role = "editor";
  open();
  await screen.findByText("Only admins and owners see what others did.");
  expect(asked).toEqual([]);
});
