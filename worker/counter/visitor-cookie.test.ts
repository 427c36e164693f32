import { expect, test } from "vitest";
import { COUNTER_COOKIE_LIFE } from "../../protocol/limits";
import { type Relation, readVisitor, visitorCookie } from "./visitor-cookie";

const [key, newer] = [
  { id: "1", secret: "s".repeat(43) },
  { id: "2", secret: "t".repeat(43) },
];
const id = "0b0f6f0e-3f0c-4f7a-9b1e-6d5c4b3a2f10";
const NOW = Date.parse("2026-11-21T10:00:00Z");

const setFor = (url = "https://stats.example/events", relation: Relation = "same_site") =>
  visitorCookie(new Request(url), { id, key, relation, now: NOW });
const asked = (cookie: string) => new Request("https://stats.example/events", { headers: { Cookie: cookie } });
const pairOf = (set: string) => set.split(";")[0] ?? "";

test("COUNTER-3 a cookie is good for its 30 days, also after the installation's key changed", async () => {
  const pair = pairOf(await setFor());
  const read = (now: number) => readVisitor(asked(`x=1; ${pair}; y=2`), [newer, key], now);
  expect(await read(NOW)).toBe(id);
  expect(await read(NOW + COUNTER_COOKIE_LIFE * 1_000)).toBe(id);
  expect(await read(NOW + (COUNTER_COOKIE_LIFE + 1) * 1_000)).toBeNull();
  expect(await read(NOW - 1_000)).toBeNull();
  expect(await readVisitor(asked(pair), [newer], NOW)).toBeNull();
});

test("COUNTER-3 the time a cookie was made cannot be changed", async () => {
  const [name, made, signature] = pairOf(await setFor()).split(".");
  const later = (Number.parseInt(made ?? "", 36) + 60).toString(36);
  expect(await readVisitor(asked(`${name}.${later}.${signature}`), [key], NOW + 120_000)).toBeNull();
});

test("COUNTER-3 of two cookies of that name the one that is good counts", async () => {
  const pair = pairOf(await setFor());
  const forged = pair.replace("visitorId=0", "visitorId=1");
  expect(await readVisitor(asked(`${forged}; ${pair}`), [key], NOW)).toBe(id);
});

test.each([
  ["https://stats.example/events", "same_site", "HttpOnly; SameSite=Lax; Secure"],
  ["https://stats.example/events", "cross_site", "HttpOnly; SameSite=None; Secure; Partitioned"],
  // A browser drops a secure cookie of a plain address.
  ["http://192.168.1.5:8787/events", "same_site", "HttpOnly; SameSite=Lax"],
] as const)("COUNTER-3 %s, %s: %s", async (url, relation, end) => {
  expect((await setFor(url, relation)).split("Max-Age=2592000; ")[1]).toBe(end);
});
