import { expect, test } from "vitest";
import type { LiveSite } from "./live-site";
import { emptyState } from "./model/state";
import { openUntil } from "./model/tabs";
import { type VisitorHost, VisitorSockets } from "./visitor-sockets";

const NOW = Date.parse("2026-11-21T12:00:00Z");

const sender = {
  address: "192.0.2.1",
  user_agent: "test",
  origin_host: null,
  opt_out: false,
  brands_hint: null,
  mobile_hint: null,
  platform_hint: null,
  language: "",
  cf: {},
};

/** What a socket keeps that stands for a visitor of that name. */
const seated = (name: string) => ({
  visitor: { site_id: "s", sender },
  seat: { key: name, visitor_id: name, session_id: name },
  at: NOW,
});

/** An object that woke with sockets of these attachments. */
function asleep(attachments: unknown[]) {
  const state = emptyState();
  // Only its state is looked at while nobody leaves a seat.
  const live = { state, changes: {} } as unknown as LiveSite;
  const sockets = attachments.map((attachment) => {
    const closed: unknown[] = [];
    const socket = {
      deserializeAttachment: () => attachment,
      close: (code: number) => closed.push(code),
    } as unknown as WebSocket;
    return { socket, closed };
  });
  const host: Partial<VisitorHost> = {
    sockets: () => sockets.map(({ socket }) => socket),
    lastPing: () => null,
    live: () => live,
    tell: () => {},
  };
  // The rest is for messages, of which there are none here.
  const visitors = new VisitorSockets(host as VisitorHost);
  const present = () => [...state.tabs.entries()].filter(([, tab]) => openUntil(tab) > NOW).map(([key]) => key);
  return { visitors, live, sockets, present };
}

const OLD = [{ version: "of before" }, null, "text"];

test("a socket whose attachment nobody can read is closed to come again, and costs the others nothing", () => {
  const { visitors, live, sockets, present } = asleep([seated("a"), ...OLD, seated("b")]);
  visitors.renew(live, NOW);
  expect(present()).toEqual(["a", "b"]);
  expect(sockets.map(({ closed }) => closed)).toEqual([[], [1012], [1012], [1012], []]);
});

test("the end of such a socket, which wakes the object, is answered", () => {
  const { visitors, live, sockets, present } = asleep(OLD);
  const [first, second] = sockets;
  if (!first || !second) throw new Error("no sockets");
  visitors.gone(first.socket, 1001, NOW);
  visitors.gone(second.socket, 1001, NOW);
  visitors.renew(live, NOW);
  expect(sockets.map(({ closed }) => closed.at(-1))).toEqual([1001, 1001, 1012]);
  expect(present()).toEqual([]);
});
