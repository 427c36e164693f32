import { expect, it } from "vitest";
import { DROP_REASONS, type DropReason } from "../../../protocol/drop-reasons";
import { dropText } from "./drop-text";

const site = { domains: ["example.com", "shop.example.com"] };

it.each<[DropReason, string, string, string]>([
  [
    "foreign_origin",
    "www.other.example",
    "Pages of www.other.example send to this site, but it only accepts example.com, shop.example.com.",
    "Add the domain.",
  ],
  [
    "foreign_origin",
    "a page without an address",
    "A page without an address sends to this site.",
    "Open the page over http or https.",
  ],
  ["foreign_origin", "Shop.Example.com", "shop.example.com is a domain of this site now.", "Its next visits count."],
  ["bot", "Googlebot", "Bots such as Googlebot do not count.", ""],
  ["bot", "", "Bots do not count.", ""],
  ["excluded_page", "/admin/*", "Pages that match /admin/* are excluded.", "Change the list in Settings."],
  ["excluded_address", "10.0.0.0/8", "Visits from 10.0.0.0/8 are ignored.", "Change the list in Settings."],
  ["own_visit", "", "Your own visits are ignored.", "Turn off “Ignore my visits” to count them."],
  [
    "opt_out",
    "",
    "Visitors who ask not to be tracked are counted by page view alone.",
    "Their other events are left out.",
  ],
  ["unknown_site", "", "Events came for a site that does not exist.", "Check data-site in the snippet."],
  ["duplicate", "", "Events that came twice count once.", ""],
])("explains %s of “%s”", (reason, example, what, todo) => {
  expect(dropText({ reason, example }, site)).toMatchObject({ what, todo });
});

it("offers a foreign host as a domain, and nothing else", () => {
  const offered = (reason: DropReason, example: string) => dropText({ reason, example }, site).domain;
  expect(offered("foreign_origin", "Www.Other.example:8080")).toBe("www.other.example:8080");
  expect(offered("foreign_origin", "a page without an address")).toBeUndefined();
  expect(offered("foreign_origin", "example.com")).toBeUndefined();
  for (const reason of DROP_REASONS) {
    if (reason !== "foreign_origin") expect(offered(reason, "other.example")).toBeUndefined();
  }
});

it("names three domains at most", () => {
  const { what } = dropText({ reason: "foreign_origin", example: "x.example" }, { domains: ["a", "b", "c", "d", "e"] });
  expect(what).toContain("a, b, c and 2 more");
});
