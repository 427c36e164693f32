import { expect, it } from "vitest";
import { placesOf, sameSection } from "./commands";
import { matching } from "./matching";

it.each([
  ["/sites/a/overview", "/sites/b/overview"],
  ["/sites/a/settings", "/sites/b/settings"],
  ["/sites/a/alerts", "/sites/b/alerts"],
  ["/sites/a/live", "/sites/b/live"],
  ["/sites/a/setup", "/sites/b/live"],
  ["/sites", "/sites/b/live"],
  ["/keys", "/sites/b/live"],
])("keeps the part of %s for another site", (from, to) => expect(sameSection(from, "b")).toBe(to));

it("has places of the organization alone before there is a site", () => {
  expect(placesOf(undefined).map(({ name }) => name)).toEqual(["Sites", "Keys"]);
  expect(placesOf({ id: "a b" })[0]?.href).toBe("/sites/a%20b/live");
});

it("leaves phones six places with the account", () => {
  const bar = placesOf({ id: "a" }, true).filter(({ inMenu }) => !inMenu);
  expect(bar.map(({ name }) => name)).toEqual(["All sites", "Live", "Overview", "Alerts", "Settings"]);
});

it("gives every place keys of its own", () => {
  expect(placesOf({ id: "a" }, true)[0]).toMatchObject({ name: "All sites", href: "/live" });
  const keys = placesOf({ id: "a" }, true).map((place) => place.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

it.each([
  ["", ["Live", "Overview", "Old livery"]],
  ["l", ["Live", "Old livery"]],
  ["LIV old", ["Old livery"]],
  ["x", []],
])("finds by “%s”", (query, found) =>
  expect(matching(["Live", "Overview", "Old livery"], query, (text) => text)).toEqual(found),
);
