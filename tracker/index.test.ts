import { expect, test } from "vitest";
import { init, page, track } from "./index";

test("on a server nothing happens", () => {
  const stop = init({ api: "https://stats.example.com", site: "demo" });
  expect(() => {
    track("x");
    page();
    stop();
    stop();
  }).not.toThrow();
});
