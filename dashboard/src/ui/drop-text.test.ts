import { expect, it } from "vitest";
import { LEFT_OUT_REASONS, type LeftOutReason, REFUSED_REASONS } from "../../../protocol/drop-reasons";
import { dropText } from "./drop-text";

const site = { domains: ["example.com", "shop.example.com"], rate_limit: 1_200 };

it.each<[LeftOutReason, string, string, string]>([
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
  [
    "invalid",
    "page_url: Not an address of a page",
    "Events with a missing or wrong field are refused.",
    "The last one: “page_url: Not an address of a page”. Correct the code that sends them.",
  ],
  ["invalid", "", "Events with a missing or wrong field are refused.", "Correct the code that sends them."],
  [
    "too_large",
    "an event of more than 16 KB",
    "Too large to be taken: an event of more than 16 KB.",
    "Send fewer events at once, and less with each.",
  ],
  [
    "unreadable",
    "The body is not JSON.",
    "Requests that cannot be read are refused.",
    "The last answer: “The body is not JSON.”",
  ],
  [
    "rate_limited",
    "address",
    "One address sent more than 1,200 requests in a minute.",
    "If many visitors share it, raise the rate limit in Settings.",
  ],
  [
    "rate_limited",
    "key",
    "A key or member sent more than 1,000 requests in a second.",
    "Send more events in each request.",
  ],
  [
    "unavailable",
    "The site was too busy",
    "For a while this site could take no more.",
    "Trackers send what they had again.",
  ],
])("explains %s of “%s”", (reason, example, what, todo) => {
  expect(dropText({ reason, example }, site)).toMatchObject({ what, todo });
});

it("offers a foreign host as a domain, and nothing else", () => {
  const offered = (reason: LeftOutReason, example: string) => dropText({ reason, example }, site).domain;
  expect(offered("foreign_origin", "Www.Other.example:8080")).toBe("www.other.example:8080");
  expect(offered("foreign_origin", "a page without an address")).toBeUndefined();
  expect(offered("foreign_origin", "example.com")).toBeUndefined();
  for (const reason of LEFT_OUT_REASONS) {
    if (reason !== "foreign_origin") expect(offered(reason, "other.example")).toBeUndefined();
  }
});

it("names three domains at most", () => {
  const { what } = dropText(
    { reason: "foreign_origin", example: "x.example" },
    { domains: ["a", "b", "c", "d", "e"], rate_limit: 100 },
  );
  expect(what).toContain("a, b, c and 2 more");
});

it("counts events that were dropped, and times something was refused", () => {
  for (const reason of LEFT_OUT_REASONS) {
    const refused = REFUSED_REASONS.some((one) => one === reason);
    expect(dropText({ reason, example: "" }, site).unit).toBe(refused ? "times" : "events");
  }
});
