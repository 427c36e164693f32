import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AlertRuleReply, LoggedAlert } from "../../../../protocol/alerts";
import { alertOf } from "../../../live/pictures.fixture";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { siteOf } from "../../site.fixture";
import { SessionProvider } from "../../state/session";
import AlertsPage from "./AlertsPage";

const site = siteOf("demo", { name: "Demo", time_zone: "Europe/Vienna" });

const errors: AlertRuleReply = {
  id: "r1",
  site: "demo",
  name: "Checkout errors",
  rule: { metric: "error_rate", above: 0.05, window: "60s" },
  level: "critical",
  cooldown_s: 900,
  webhook_url: "https://hooks.example.com/x",
  webhook_secret: "the-secret",
  email: null,
  enabled: true,
  created_at: "2026-11-21T00:00:00Z",
};
const common = {
  name: "Many visitors",
  rule: { metric: "visitors", above: 10, window: "60s" },
  level: "info",
  cooldown_s: 3600,
};

/** A server of a few lines: its rules and log, and what was asked of it. */
let rules: AlertRuleReply[];
let log: LoggedAlert[];
let asked: [method: string, path: string, body: unknown][];
let role: "viewer" | "owner";
/** What is answered in place of the next change. */
let refusal: Response | null;

const json = (body: object, status = 200) => Response.json(body, { status });

async function answer(path: string, init: RequestInit = {}): Promise<Response> {
  const method = init.method ?? "GET";
  const body: Partial<AlertRuleReply> = typeof init.body === "string" ? JSON.parse(init.body) : {};
  if (path === "/api/auth/me") {
    const user = { userId: "u", organizationId: "o", role, email: "ann@example.com", name: "Ann" };
    return json({ data: { user, organization: { id: "o", name: "Org" } } });
  }
  if (path === "/api/sites") return json({ data: [site] });
  asked.push([method, path, body]);
  if (path.startsWith("/api/alerts/log")) {
    const cursor = new URLSearchParams(path.split("?")[1]).get("cursor");
    const from = cursor === null ? 0 : Number(cursor);
    return json({ data: log.slice(from, from + 2), next_cursor: from + 2 < log.length ? String(from + 2) : null });
  }
  if (method !== "GET" && refusal) return refusal;
  const id = path.split("/")[3] ?? "";
  if (method === "POST") {
    const rule = { ...errors, ...body, id: `r${rules.length + 10}` };
    rules = [...rules, rule];
    return json({ data: rule }, 201);
  }
  if (method === "PATCH") {
    rules = rules.map((rule) => (rule.id === id ? { ...rule, ...body } : rule));
    return json({ data: rules.find((rule) => rule.id === id) });
  }
  if (method === "DELETE") {
    rules = rules.filter((rule) => rule.id !== id);
    return new Response(null, { status: 204 });
  }
  const own = rules.some(({ rule }) => rule.metric === "visitors");
  return json({ data: rules, default_rule: own ? null : common, email_ready: false });
}

beforeEach(() => {
  rules = [errors];
  log = [];
  asked = [];
  role = "owner";
  refusal = null;
});
afterEach(cleanup);

function open() {
  const api = createApi(createRequest((input, init) => answer(String(input), init), vi.fn()));
  return render(() => (
    <SessionProvider api={api}>
      <AlertsPage site={site} />
    </SessionProvider>
  ));
}

const changes = () => asked.filter(([method]) => method !== "GET");

test("rules stand there as sentences, the built-in one too", async () => {
  open();
  await screen.findByText("Checkout errors");
  screen.getByText("More than 5 % errors over a minute · webhook to hooks.example.com");
  screen.getByText("More than 10 visitors in the last minute · built in");
  await screen.findByText(/^No alert yet\./);
});

test("a new rule is sent as it was typed, named after what it says, and takes the built-in one's place", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "New rule" }));
  const form = within(screen.getByRole("region", { name: "New rule" }));
  fireEvent.input(form.getByLabelText("Number"), { target: { value: "75" } });
  fireEvent.change(form.getByLabelText("Level"), { target: { value: "critical" } });
  fireEvent.click(form.getByRole("button", { name: "Save" }));
  await screen.findByText("More than 75 visitors in the last minute");
  expect(changes()).toEqual([
    [
      "POST",
      "/api/alerts",
      {
        site: "demo",
        name: "More than 75 visitors in the last minute",
        rule: { metric: "visitors", above: 75, window: "60s" },
        level: "critical",
        cooldown_s: 900,
        webhook_url: null,
        email: null,
        enabled: true,
      },
    ],
  ]);
  await waitFor(() => expect(screen.queryByText(/built in/)).toBeNull());
  await waitFor(() => expect(screen.queryByRole("region", { name: "New rule" })).toBeNull());
});

test("what is no number is said at the field without a call", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "New rule" }));
  fireEvent.input(screen.getByLabelText("Number"), { target: { value: "many" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByLabelText("Number").getAttribute("aria-invalid")).toBe("true"));
  expect(changes()).toEqual([]);
});

test("an address that the server refuses is said at its field, and nothing that was typed is lost", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "New rule" }));
  fireEvent.change(screen.getByLabelText("When"), { target: { value: "event" } });
  fireEvent.input(screen.getByLabelText("Event"), { target: { value: "signup" } });
  fireEvent.input(screen.getByLabelText("Webhook"), { target: { value: "http://127.0.0.1/" } });
  refusal = json({ error: { code: "invalid", message: "Wrong.", fields: { webhook_url: "Not called." } } }, 400);
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Not called.");
  expect(screen.getByLabelText<HTMLInputElement>("Event").value).toBe("signup");
});

test("without a way to send e-mail the form says so", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "New rule" }));
  expect(screen.getByLabelText<HTMLInputElement>("E-mail").disabled).toBe(true);
  screen.getByText(/not set up on this installation/);
});

test("a rule is changed with its secret in sight, paused, resumed, deleted and brought back", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Pause Checkout errors" }));
  fireEvent.click(await screen.findByRole("button", { name: "Resume Checkout errors" }));
  await screen.findByRole("button", { name: "Pause Checkout errors" });
  fireEvent.click(screen.getByRole("button", { name: "Change Checkout errors" }));
  screen.getByText("the-secret");
  fireEvent.input(screen.getByLabelText("Number"), { target: { value: "7" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText(/More than 7 % errors/);
  fireEvent.click(screen.getByRole("button", { name: "Change Checkout errors" }));
  fireEvent.click(screen.getByRole("button", { name: "Delete the rule" }));
  const undo = await screen.findByRole<HTMLButtonElement>("button", { name: "Undo" });
  expect(screen.queryByText(/More than 7 % errors/)).toBeNull();
  await waitFor(() => expect(undo.disabled).toBe(false));
  fireEvent.click(undo);
  await screen.findByText(/More than 7 % errors/);
  expect(changes().map(([method]) => method)).toEqual(["PATCH", "PATCH", "PATCH", "DELETE", "POST"]);
  expect(changes()[4]?.[2]).toMatchObject({ name: "Checkout errors", webhook_url: "https://hooks.example.com/x" });
});

test("the built-in rule is paused by a rule of the site's own", async () => {
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Pause Many visitors" }));
  await screen.findByRole("button", { name: "Resume Many visitors" });
  expect(changes()).toMatchObject([["POST", "/api/alerts", { site: "demo", enabled: false, rule: common.rule }]]);
});

test("who may only read sees rules and changes none", async () => {
  role = "viewer";
  open();
  await screen.findByText("Checkout errors");
  await screen.findByText("Only admins and owners change rules.");
  expect(screen.queryByRole("button", { name: /New rule|Pause|Change/ })).toBeNull();
});

test("the history has each alert once, by the site's days, and goes on when asked", async () => {
  const at = (iso: string, id: string, more: Partial<LoggedAlert> = {}): LoggedAlert => ({
    ...alertOf(id, { at: iso, name: `Alert ${id}` }),
    tries: [],
    next_try_at: null,
    ...more,
  });
  const failed = { channel: "webhook", at: "2026-11-20T23:30:00Z", ok: false, result: "503" } as const;
  log = [
    // Already the next day in Vienna.
    at("2026-11-20T23:30:00Z", "3", { tries: [failed, failed], next_try_at: "2026-11-20T23:35:00Z" }),
    at("2026-11-20T12:00:00Z", "2", { tries: [{ ...failed, ok: true, result: "200" }] }),
    at("2026-11-20T11:00:00Z", "1"),
  ];
  open();
  await screen.findByRole("region", { name: "Saturday 21 November" });
  screen.getByText("Webhook: 503, 2 tries · next try 00:35:00");
  screen.getByText("Webhook: delivered");
  fireEvent.click(screen.getByRole("button", { name: "Older alerts" }));
  await screen.findByText("Alert 1");
  expect(screen.getAllByText(/^Alert \d$/).map(({ textContent }) => textContent)).toEqual([
    "Alert 3",
    "Alert 2",
    "Alert 1",
  ]);
  expect(screen.queryByRole("button", { name: "Older alerts" })).toBeNull();
});
