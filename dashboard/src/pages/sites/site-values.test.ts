import { expect, it } from "vitest";
import { SiteInput } from "../../../../protocol/management";
import { changesOf, emptySite, hostOf, inputOf, valuesOf } from "./site-values";

it.each([
  ["example.com", "example.com"],
  ["https://Example.com/shop?x=1#y", "example.com"],
  ["http://localhost:3000/", "localhost:3000"],
  ["*.example.com", "*.example.com"],
])("takes %s as the host %s", (line, host) => expect(hostOf(line)).toBe(host));

it("splits lists by line and comma", () => {
  const values = {
    ...valuesOf(emptySite("UTC")),
    domains: " a.example, b.example\n\nc.example ",
    excluded_paths: "/a/*\n",
  };
  expect(inputOf(values)).toMatchObject({
    domains: ["a.example", "b.example", "c.example"],
    excluded_paths: ["/a/*"],
    excluded_addresses: [],
  });
});

it("has the defaults of the protocol", () => {
  const parsed = SiteInput.parse({ name: "A", domains: ["a.example"], time_zone: "Europe/Vienna" });
  expect({ ...emptySite("Europe/Vienna"), name: "A", domains: ["a.example"] }).toEqual(parsed);
});

it("sends what differs alone", () => {
  const site = { ...emptySite("UTC"), name: "A", domains: ["a.example"], excluded_addresses: ["203.0.113.7"] };
  expect(changesOf(site, inputOf(valuesOf(site)))).toEqual({});
  expect(changesOf(site, inputOf({ ...valuesOf(site), name: "B", domains: "a.example\nb.example" }))).toEqual({
    name: "B",
    domains: ["a.example", "b.example"],
  });
});
