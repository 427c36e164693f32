import { expect, test } from "vitest";
import { counterCaller } from "./counter-caller";

const hosts = ["shop.example", "*.branch.example", "localhost"];
const caller = (origin: string, fetched: string) => {
  const headers = Object.entries({ Origin: origin, "Sec-Fetch-Site": fetched }).filter(([, value]) => value !== "");
  return counterCaller(new Request("https://stats.example/events", { headers }), hosts);
};

test.each([
  // A program, an address that was typed, a page of this origin.
  ["", "", "same_site"],
  ["", "none", "same_site"],
  ["", "same-origin", "same_site"],
  ["https://stats.example", "", "same_site"],
  // Pages of the site.
  ["https://shop.example", "cross-site", "cross_site"],
  ["https://www.shop.example:8443", "", "cross_site"],
  ["https://a.branch.example", "same-site", "same_site"],
  ["http://localhost:3000", "cross-site", "cross_site"],
] as const)("COUNTER-1 origin %j, Sec-Fetch-Site %j may read, as %s", (origin, fetched, relation) => {
  expect(caller(origin, fetched)).toMatchObject({ allowed: true, relation });
});

test.each([
  ["https://else.example", "cross-site"],
  ["https://shop.example.else.example", "cross-site"],
  ["https://branch.example", "same-site"],
  // A page without an address, and a picture on somebody's page.
  ["null", "cross-site"],
  ["", "cross-site"],
  ["", "same-site"],
])("COUNTER-1 origin %j, Sec-Fetch-Site %j may not", (origin, fetched) => {
  expect(caller(origin, fetched)).toEqual({ allowed: false });
});
